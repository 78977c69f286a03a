// Which packets a u32 filter of ours picks (man 8 tc-u32): all, or those of IPv4 to one network; to bytes and back.
// Refuses to take for ours one that picks in another way. Called by agent/codec/traffic_control only.
#pragma once

#include <optional>
#include <span>

#include "agent/codec/netlink_request.h"
#include "agent/facts/ip.h"

namespace karkara::traffic_control {

// Of IPv4, not everything, and without host bits: as encode_pick() takes it.
[[nodiscard]] bool is_network(const IpPrefix& prefix);

// The content of TCA_U32_SEL.
[[nodiscard]] NetlinkBytes encode_pick(const std::optional<IpPrefix>& to);

struct Pick {
  std::optional<IpPrefix> to{};  // none: all
};
// Nothing: neither of ours, also when it is cut short.
[[nodiscard]] std::optional<Pick> decode_pick(std::span<const std::byte> selector);

}  // namespace karkara::traffic_control
