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

struct SlotSituation {
  std::optional<SlotCause> cause;  // what is wrong with the active slot
  bool site_can_spare_it = false;  // other uplinks carry the control traffic, or nothing is up
  unsigned switches_left_today = 0;
  const std::vector<SimRoom>& rooms;  // what the ledger knows of the SIMs
};

// The slot to move to: occupied, configured, not used up, and not itself left for good reason in the last six hours;
// one that was left because it was used up is free again as soon as it is not. For a weak signal also: its last known
// RSRP was better.
[[nodiscard]] std::optional<std::uint32_t> choose_slot(const SlotSituation& situation, const ModemFacts& facts,
                                                       const std::vector<SimSettings>& sims,
                                                       const CellularMemory& memory, Instant now);

// The slot that stands before the active one in the configuration and was left because it was used up, or for a portal
// before its present billing cycle began: its bundle is whole again. Looks at no cause.
[[nodiscard]] std::optional<std::uint32_t> preferred_again(const SlotSituation& situation, const ModemFacts& facts,
                                                           const std::vector<SimSettings>& sims,
                                                           const CellularMemory& memory, Instant now);

}  // namespace karkara
