// What other features know about an uplink and the choice should: a modem's bearer and SIM, a satellite terminal's
// fade, a battery's stage. Plain values, told again whenever something changes; agent/site carries them to
// agent/uplink.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/facts/ip.h"
#include "common/ids.h"

namespace karkara {

struct UplinkAdvice {
  UplinkId uplink;
  // The bearer, where the interface is not the configured one or nobody else gives it an address.
  std::string interface {};
  std::optional<IpPrefix> address{};
  std::optional<IpAddress> gateway{};
  bool point_to_point = false;
  std::vector<IpAddress> resolvers{};
  std::optional<std::uint32_t> mtu{};
  // Judgement, each with the reason in words; empty: none.
  std::string draining{};    // a loss is foreseen: new flows should leave while it still carries the old ones
  std::string held{};        // must not be used
  std::string recovering{};  // the rung of the recovery ladder that is under way
  std::string ledger_key{};  // whose bytes these are: the SIM's ICCID; empty: the uplink's own
  friend bool operator==(const UplinkAdvice&, const UplinkAdvice&) = default;
};

}  // namespace karkara
