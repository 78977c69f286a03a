// The mesh interfaces that nl80211 shows, each with its peers, their airtime metrics and its channel. Refuses to show
// an interface without its peers: it is left out and the error returned. Used by MeshLook.
#pragma once

#include <cstdint>
#include <vector>

#include "agent/facts/mesh.h"
#include "agent/io/netlink_conversation.h"

namespace karkara {

// family: nl80211's number now. The first error is returned, after the other interfaces were read. What a driver does
// not tell of channels and paths is no error.
[[nodiscard]] Status look_at_mesh_interfaces(NetlinkConversation& generic, std::uint16_t family,
                                             std::vector<MeshInterfaceSeen>& seen);

}  // namespace karkara
