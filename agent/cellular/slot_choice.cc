#include "agent/cellular/slot_choice.h"

#include <algorithm>

namespace karkara {
namespace {

constexpr Duration kAvoidedFor = std::chrono::hours{6};

const SlotRecord* record_of(const CellularMemory& memory, std::uint32_t slot) {
  const auto at = memory.slots.find(slot);
  return at != memory.slots.end() ? &at->second : nullptr;
}

const SimRoom* room_of(const std::vector<SimRoom>& rooms, std::uint32_t slot) {
  const auto at = std::ranges::find(rooms, slot, &SimRoom::slot);
  return at != rooms.end() ? &*at : nullptr;
}

// A slot that was left for a weak signal is not avoided: whether it is better now, its record tells. Nor is one that
// was good and only not the first. Of one that was used up the ledger tells when it is whole again.
bool is_avoided(const SlotRecord* record, const SimRoom* room, Instant now) {
  if (room && room->used_up) {
    return true;
  }
  if (!record || !record->left_at) {
    return false;
  }
  switch (record->left_for) {
    case SlotCause::Weak:
    case SlotCause::NewCycle: return false;
    case SlotCause::Held: return !room && now - *record->left_at < kAvoidedFor;
    case SlotCause::Portal:
    case SlotCause::Denied:
    case SlotCause::Unrecovered:
    case SlotCause::Unusable: break;
  }
  return now - *record->left_at < kAvoidedFor;
}

bool is_whole_again(const SlotRecord* record, const SimRoom* room, Instant now) {
  if (!record || !record->left_at || !room || room->used_up) {
    return false;
  }
  const bool new_cycle = room->cycle_age && *room->cycle_age < now - *record->left_at;
  return record->left_for == SlotCause::Held || (record->left_for == SlotCause::Portal && new_cycle);
}

bool is_occupied(const ModemFacts& facts, const SimSettings& sim) {
  return sim.slot >= 1 && sim.slot <= facts.slots.size() && facts.slots[sim.slot - 1].occupied;
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
    const SlotRecord* record = record_of(memory, sim.slot);
    const bool fits = *situation.cause != SlotCause::Weak || is_stronger(record, facts);
    if (sim.slot != *facts.active_slot && is_occupied(facts, sim) && fits &&
        !is_avoided(record, room_of(situation.rooms, sim.slot), now)) {
      return sim.slot;
    }
  }
  return std::nullopt;
}

std::optional<std::uint32_t> preferred_again(const SlotSituation& situation, const ModemFacts& facts,
                                             const std::vector<SimSettings>& sims, const CellularMemory& memory,
                                             Instant now) {
  if (!situation.site_can_spare_it || situation.switches_left_today == 0 || !facts.active_slot) {
    return std::nullopt;
  }
  for (const SimSettings& sim : sims) {
    if (sim.slot == *facts.active_slot) {
      return std::nullopt;
    }
    if (is_occupied(facts, sim) &&
        is_whole_again(record_of(memory, sim.slot), room_of(situation.rooms, sim.slot), now)) {
      return sim.slot;
    }
  }
  return std::nullopt;
}

}  // namespace karkara
