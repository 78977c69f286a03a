// An address that we put on a link because nobody else does: a modem's bearer with static addressing.
// Refuses addresses of others: what DHCP clients and router advertisements gave is theirs to keep and to remove.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include "agent/facts/ip.h"

namespace karkara {

struct StaticAddress {
  std::uint32_t link = 0;         // interface index
  IpPrefix prefix;                // the address, and how much of it is on the link
  std::optional<IpAddress> peer;  // the other end of a link between two points
  std::optional<std::uint32_t>
      metric;  // of the route to the prefix that comes with the address (kernel 4.18 and newer)
  friend auto operator<=>(const StaticAddress&, const StaticAddress&) = default;
};

// One step each. PutAddress adds, or changes the metric of what is there; RemoveAddress of what is gone is no error.
struct PutAddress {
  StaticAddress address;
  friend bool operator==(const PutAddress&, const PutAddress&) = default;
};
struct RemoveAddress {
  StaticAddress address;
  friend bool operator==(const RemoveAddress&, const RemoveAddress&) = default;
};

}  // namespace karkara
