#include "agent/cellular/slot_choice.h"

#include <algorithm>

namespace karkara {
namespace {

constexpr Duration kAvoidedFor = std::chrono::hours{6};

const SlotRecord* record_of(const CellularMemory& memory, std::uint32_t slot) {
  const auto at = memory.slots.find(slot);
  return at != memory.slots.end() ? &at->second : nullptr;
}

// A slot that was left for a weak signal is not avoided: whether it is better now, its record tells.
bool is_avoided(const SlotRecord* record, Instant now) {
  return record && record->left_at && record->left_for != SlotCause::Weak && now - *record->left_at < kAvoidedFor;
}

bool is_stronger(const SlotRecord* candidate, const ModemFacts& facts) {
  return candidate && candidate->rsrp && facts.signal.lte.rsrp && *candidate->rsrp > *facts.signal.lte.rsrp;
}

}  // namespace

std::optional<std::uint32_t> choose_slot(const SlotSituation& situation, const ModemFacts& facts,
                                         const std::vector<SimSettings>& sims, const CellularMemory& memory,
                                         Instant now) {
  if (!situation.cause || !situation.site_can_spare_it || situation.switches_left_today == 0 || !facts.active_slot) {
    return std::nullopt;
  }
  for (const SimSettings& sim : sims) {
    const bool occupied = sim.slot >= 1 && sim.slot <= facts.slots.size() && facts.slots[sim.slot - 1].occupied;
    const SlotRecord* record = record_of(memory, sim.slot);
    const bool fits = *situation.cause != SlotCause::Weak || is_stronger(record, facts);
    if (sim.slot != *facts.active_slot && occupied && fits && !is_avoided(record, now)) {
      return sim.slot;
    }
  }
  return std::nullopt;
}

}  // namespace karkara
