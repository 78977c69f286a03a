// Requests that make, set up and remove an interface of ours (man 7 rtnetlink, RTM_NEWLINK), to bytes.
// Refuses to replace what is there. Called by agent/io's Wireguard and, for interfaces of others, its Radios.
#pragma once

#include <cstdint>
#include <string>

#include "agent/codec/netlink_request.h"

namespace karkara::rtnetlink {

// Down at first. The kernel answers EEXIST when there is one of this name, EOPNOTSUPP when it does not know the kind.
[[nodiscard]] NetlinkBytes encode_add_link(const std::string& name, const std::string& kind);
[[nodiscard]] NetlinkBytes encode_link_up(std::uint32_t index, std::uint32_t mtu);
[[nodiscard]] NetlinkBytes encode_switch_link(std::uint32_t index, bool up);
[[nodiscard]] NetlinkBytes encode_remove_link(std::uint32_t index);

}  // namespace karkara::rtnetlink
