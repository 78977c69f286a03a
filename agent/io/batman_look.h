// What batman-adv knows of the mesh, asked through its generic netlink family; its interfaces are found by their kind.
// Refuses to show half of a mesh: one of which something cannot be read is left out and its error returned. Used by
// MeshLook.
#pragma once

#include <cstdint>
#include <vector>

#include "agent/facts/mesh.h"
#include "agent/io/netlink_conversation.h"

namespace karkara {

// family: batman-adv's number now. routes, generic: of NETLINK_ROUTE and NETLINK_GENERIC. The first error is returned,
// after the other meshes were read.
[[nodiscard]] Status look_at_batman(NetlinkConversation& routes, NetlinkConversation& generic, std::uint16_t family,
                                    std::vector<BatmanSeen>& seen);

}  // namespace karkara
