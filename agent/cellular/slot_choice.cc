#include "agent/cellular/slot_choice.h"

#include <algorithm>

namespace karkara {
namespace {

constexpr Duration kFirstRest = std::chrono::hours{6};
constexpr unsigned kMostRestDoublings = 4;

const SlotRecord* record_of(const CellularMemory& memory, std::uint32_t slot) {
  const auto at = memory.slots.find(slot);
  return at != memory.slots.end() ? &at->second : nullptr;
}

const SimRoom* room_of(const std::vector<SimRoom>& rooms, std::uint32_t slot) {
  const auto at = std::ranges::find(rooms, slot, &SimRoom::slot);
  return at != rooms.end() ? &*at : nullptr;
}

bool rests(const SlotRecord& record, Instant now) {
  return now - *record.left_at < rest_after(record.failures);
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
    case SlotCause::NewCycle:
    case SlotCause::Preferred:
    case SlotCause::SpareCheck: return false;
    case SlotCause::Held: return !room && rests(*record, now);
    case SlotCause::Portal:
    case SlotCause::Denied:
    case SlotCause::Unrecovered:
    case SlotCause::Unusable: break;
  }
  return rests(*record, now);
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

// A weak signal is better than a SIM that a check found dead.
bool is_known_dead(const SlotRecord* record) {
  return record && record->proof != SimProof::None && record->proof != SimProof::Proven;
}

bool is_clearly_stronger(const SlotRecord* candidate, const ModemFacts& facts) {
  return candidate && candidate->rsrp && facts.signal.lte.rsrp &&
         *candidate->rsrp - *facts.signal.lte.rsrp >= kClearlyStronger;
}

bool helps_against_weakness(const SlotRecord* candidate, const SlotSituation& situation, const ModemFacts& facts) {
  const bool known = candidate && candidate->rsrp;
  return situation.weak_switches_left > 0 && !is_known_dead(candidate) &&
         (known ? is_clearly_stronger(candidate, facts) : situation.weak_for >= kWeakForTheUnknown);
}

bool has_rested(const SlotRecord* record, const SimRoom* room, Instant now) {
  if (!record || !record->left_at || (room && room->used_up)) {
    return false;
  }
  switch (record->left_for) {
    case SlotCause::SpareCheck: return true;  // the way back from a check was lost
    case SlotCause::NewCycle:
    case SlotCause::Preferred: return false;
    case SlotCause::Held:
    case SlotCause::Portal:
    case SlotCause::Denied:
    case SlotCause::Unrecovered:
    case SlotCause::Weak:
    case SlotCause::Unusable: break;
  }
  return !rests(*record, now);
}

}  // namespace

Duration rest_after(unsigned failures) {
  return kFirstRest * (1 << std::min(std::max(failures, 1U) - 1, kMostRestDoublings));
}

std::optional<std::uint32_t> choose_slot(const SlotSituation& situation, const ModemFacts& facts,
                                         const std::vector<SimSettings>& sims, const CellularMemory& memory,
                                         Instant now) {
  if (!situation.cause || !situation.site_can_spare_it || situation.switches_left_today == 0 || !facts.active_slot) {
    return std::nullopt;
  }
  for (const SimSettings& sim : sims) {
    const SlotRecord* record = record_of(memory, sim.slot);
    const bool fits = *situation.cause != SlotCause::Weak || helps_against_weakness(record, situation, facts);
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

std::optional<std::uint32_t> preferred_rested(const SlotSituation& situation, const ModemFacts& facts,
                                              const std::vector<SimSettings>& sims, const CellularMemory& memory,
                                              Instant now) {
  if (situation.switches_left_today < 2 || situation.return_tries_left == 0 || !facts.active_slot) {
    return std::nullopt;
  }
  for (const SimSettings& sim : sims) {
    if (sim.slot == *facts.active_slot) {
      return std::nullopt;
    }
    const SlotRecord* record = record_of(memory, sim.slot);
    const bool better = situation.site_can_spare_it && is_clearly_stronger(record, facts);
    if ((situation.quiet || better) && is_occupied(facts, sim) &&
        has_rested(record, room_of(situation.rooms, sim.slot), now)) {
      return sim.slot;
    }
  }
  return std::nullopt;
}

}  // namespace karkara
