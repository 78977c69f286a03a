// What other features know about an uplink and the choice should: a modem's bearer and SIM, a satellite terminal's
// fade, a battery's stage. Plain values, told again whenever something changes; agent/site carries them to
// agent/uplink.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/facts/ip.h"
#include "common/ids.h"
#include "common/time.h"

namespace karkara {

// A SIM that is or was in a slot of the uplink's modem, and the key of its bytes in the ledger.
struct KnownSim {
  std::uint32_t slot = 0;
  std::string key;  // ICCID
  friend bool operator==(const KnownSim&, const KnownSim&) = default;
};

// What the ledger says of it: which slot is worth a switch depends on it.
struct SimRoom {
  std::uint32_t slot = 0;
  bool used_up = false;                 // its bundle or its money, or the bundle is not valid now
  std::optional<Duration> cycle_age{};  // since its billing cycle began; none: no bundle, or no date
  friend bool operator==(const SimRoom&, const SimRoom&) = default;
};

struct UplinkAdvice {
  UplinkId uplink;
  // The bearer, where the interface is not the configured one or nobody else gives it an address.
  std::string interface {};
  std::optional<IpPrefix> address{};
  std::optional<IpAddress> gateway{};
  bool point_to_point = false;
  std::optional<IpPrefix> address6{};
  std::optional<IpAddress> gateway6{};
  bool point_to_point6 = false;
  std::vector<IpAddress> resolvers{};
  std::optional<std::uint32_t> mtu{};
  // Judgement, each with the reason in words; empty: none.
  std::string draining{};    // a loss is foreseen: new flows should leave while it still carries the old ones
  std::string held{};        // must not be used
  std::string unusable{};    // connected, and nothing can be carried: what a person has to change
  std::string recovering{};  // the rung of the recovery ladder that is under way
  std::string ledger_key{};  // whose bytes these are: the SIM's ICCID; empty: the uplink's own
  std::uint32_t slot = 0;    // of that SIM; 0: the modem has no slots to choose from, or is not there
  std::vector<KnownSim> sims{};
  friend bool operator==(const UplinkAdvice&, const UplinkAdvice&) = default;
};

}  // namespace karkara
