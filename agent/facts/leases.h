// What DHCP or a router advertisement told of an uplink's resolvers, read from what the router's own clients leave
// behind. Plain values. Asked for by agent/uplink, answered by agent/io/lease_look.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/facts/ip.h"
#include "common/ids.h"

namespace karkara {

// Effect.
struct ReadLease {
  UplinkId uplink;
  std::string interface;
  std::uint32_t link = 0;            // its index
  std::vector<IpAddress> addresses;  // that the interface has: a lease of another one is old
  friend bool operator==(const ReadLease&, const ReadLease&) = default;
};  // -> LeaseRead, once

// Event. Without resolvers: nobody left any.
struct LeaseRead {
  UplinkId uplink;
  std::uint32_t link = 0;
  std::vector<IpAddress> resolvers;
  std::string from;  // for people: "systemd-networkd"
  friend bool operator==(const LeaseRead&, const LeaseRead&) = default;
};

}  // namespace karkara
