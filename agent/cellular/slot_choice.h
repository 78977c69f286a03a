// Whether to move to another SIM slot: a switch costs 30 to 180 seconds, so only for a cause, only while the site does
// not need this uplink, and a few times a day. Pure rules over a snapshot. Called by CellularUplink.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "agent/cellular/cellular_memory.h"
#include "agent/cellular/settings.h"
#include "agent/facts/modem.h"
#include "agent/facts/uplink_advice.h"

namespace karkara {

inline constexpr unsigned kWeakSwitchesADay = 2;
inline constexpr unsigned kReturnTriesADay = 1;
inline constexpr Db kClearlyStronger{6};  // less is the weather's, and the moment's
// Weak for so long: even a SIM of which no signal is known is worth a try.
inline constexpr Duration kWeakForTheUnknown = std::chrono::minutes{30};

struct SlotSituation {
  std::optional<SlotCause> cause;  // what is wrong with the active slot
  bool site_can_spare_it = false;  // other uplinks carry the control traffic, or nothing is up
  unsigned switches_left_today = 0;
  const std::vector<SimRoom>& rooms;  // what the ledger knows of the SIMs
  Duration weak_for{};                // the active slot's signal
  unsigned weak_switches_left = kWeakSwitchesADay;
  unsigned return_tries_left = kReturnTriesADay;
  bool quiet = false;  // an hour in which nobody needs it
};

// Local time: the hours in which a site can do without an uplink for some minutes.
inline constexpr int kQuietFromHour = 2;
inline constexpr int kQuietToHour = 5;
[[nodiscard]] constexpr bool is_quiet(int local_hour) {
  return local_hour >= kQuietFromHour && local_hour < kQuietToHour;
}

// Nobody used it for so long: nobody misses it for some minutes.
inline constexpr Duration kIdleFor = std::chrono::minutes{10};

// How long a SIM that failed is left alone: six hours, twice as long each time it failed again soon after it was
// returned to, up to four days.
[[nodiscard]] Duration rest_after(unsigned failures);

// The slot to move to: occupied, configured, not used up, and not itself resting from a fault; one that was left
// because it was used up is free again as soon as it is not. For a weak signal also: its last known RSRP was clearly
// better.
[[nodiscard]] std::optional<std::uint32_t> choose_slot(const SlotSituation& situation, const ModemFacts& facts,
                                                       const std::vector<SimSettings>& sims,
                                                       const CellularMemory& memory, Instant now);

// The slot that stands before the active one in the configuration and was left because it was used up, or for a portal
// before its present billing cycle began: its bundle is whole again. Looks at no cause.
[[nodiscard]] std::optional<std::uint32_t> preferred_again(const SlotSituation& situation, const ModemFacts& facts,
                                                           const std::vector<SimSettings>& sims,
                                                           const CellularMemory& memory, Instant now);

// The slot that stands before the active one and has rested from what else it was left for: tried again in a quiet
// hour, or while the active one's signal is clearly worse. Only when a switch is left for the way back, once a day.
[[nodiscard]] std::optional<std::uint32_t> preferred_rested(const SlotSituation& situation, const ModemFacts& facts,
                                                            const std::vector<SimSettings>& sims,
                                                            const CellularMemory& memory, Instant now);

}  // namespace karkara
