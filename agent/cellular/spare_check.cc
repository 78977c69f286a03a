// The part of CellularUplink that knows whether a spare SIM works: by use, or by a check in a night in which nobody
// misses the link. A check changes to the spare SIM, waits until probes pass through it, and goes home; the slot to go
// home to is on the disk, so that a power cut in between leaves no village on a SIM that was only to be looked at.
#include <fmt/format.h>

#include <algorithm>

#include "agent/cellular/cellular_uplink.h"
#include "agent/cellular/pin_lock.h"

namespace karkara {
namespace {

constexpr Duration kCheckLasts = std::chrono::minutes{5};
constexpr Duration kCheckForgotten = std::chrono::minutes{20};  // the modem did not come back: the ladder's business
constexpr Duration kPassesFor = std::chrono::seconds{60};       // enough where what it leads to cannot be looked at
constexpr Duration kBadFor = std::chrono::seconds{30};
constexpr Duration kDeniedFor = std::chrono::seconds{60};
constexpr Duration kClosedFor = std::chrono::seconds{60};  // what is told right after a change may be of the other SIM
constexpr Duration kHomeAgain = std::chrono::minutes{3};
constexpr Duration kCommandTakes = std::chrono::minutes{2};  // to change the slot
constexpr unsigned kWaysHome = 3;
constexpr Duration kForgivenAfter = std::chrono::hours{6};  // of good service
constexpr Duration kSlack = std::chrono::hours{6};          // nights are not exactly a day apart
constexpr unsigned kNightsMissed = 3;
constexpr const char* kLeavesWhy = "its spare SIM is checked";

std::string name_of(const SimSettings& sim) {
  return sim.name.empty() ? fmt::format("SIM {}", sim.slot) : sim.name;
}

bool is_dead(SimProof proof) {
  return proof != SimProof::None && proof != SimProof::Proven;
}

// Why such a SIM is not to be fled to for a while.
SlotCause cause_of(SimProof proof) {
  switch (proof) {
    case SimProof::None:
    case SimProof::Proven: return SlotCause::SpareCheck;
    case SimProof::Denied: return SlotCause::Denied;
    case SimProof::Portal: return SlotCause::Portal;
    case SimProof::UsedUp: return SlotCause::Held;
    case SimProof::Locked:
    case SimProof::Missing: return SlotCause::Unusable;
    case SimProof::NoNetwork:
    case SimProof::Roaming:
    case SimProof::NoSession:
    case SimProof::Silent: return SlotCause::Unrecovered;
  }
  return SlotCause::SpareCheck;
}

std::string days_text(Duration age) {
  const auto days = std::chrono::duration_cast<std::chrono::hours>(age).count() / 24;
  return days <= 0 ? "today" : days == 1 ? "1 day ago" : fmt::format("{} days ago", days);
}

}  // namespace

// Configured and in a slot, but not the one in use. Never seen: no record.
std::vector<std::pair<const SimSettings*, const SlotRecord*>> CellularUplink::spares() const {
  std::vector<std::pair<const SimSettings*, const SlotRecord*>> all;
  const ModemFacts* modem = facts();
  for (const SimSettings& sim : settings_.sims) {
    const bool there = modem && modem->active_slot && sim.slot != *modem->active_slot && sim.slot >= 1 &&
                       sim.slot <= modem->slots.size() && modem->slots[sim.slot - 1].occupied;
    if (there) {
      const auto record = memory_.slots.find(sim.slot);
      all.emplace_back(&sim, record != memory_.slots.end() ? &record->second : nullptr);
    }
  }
  return all;
}

void CellularUplink::note_proof(std::uint32_t slot, SimProof proof, Instant now) {
  SlotRecord& record = memory_.slots[slot];
  memory_changed_ = memory_changed_ || record.proof != proof;
  record.proof = proof;
  record.proof_at = now;
}

void CellularUplink::see_use(Instant now) {
  const auto since = watch_.connected_since();
  if (memory_.check || !watch_.passes_now() || !facts()->iccid) {
    return;
  }
  note_proof(active_slot(), SimProof::Proven, now);
  if (unsigned& failures = memory_.slots[active_slot()].failures;
      failures > 0 && is_due(*since + kForgivenAfter, now, wake_)) {
    failures = 0;
    memory_changed_ = true;
  }
}

// Only in a night on which the modem is well and nothing else was done to its SIMs.
std::optional<std::uint32_t> CellularUplink::spare_due(const StepContext& context, Instant now) {
  const Circumstances& site = context.circumstances;
  const bool wanted = settings_.spare_check_nights > 0 && settings_.caps.slot_switches >= 2 && facts() &&
                      facts()->active_slot && sim() && watch_.passes_now();
  const bool night = site.local_hour && is_quiet(*site.local_hour) && !site.saving && !context.attended;
  const bool unused = sight_.idle && *sight_.idle >= kIdleFor;  // also by neighbours
  const bool changed =
      memory_.caps.spent(CappedDeed::SlotSwitch, now) > 0 || memory_.caps.spent(CappedDeed::SpareCheck, now) > 0;
  if (!wanted || !night || !unused || ussd_ || ladder_.active() || changed) {
    return std::nullopt;
  }
  std::optional<std::uint32_t> oldest;
  Duration longest = std::chrono::hours{24} * settings_.spare_check_nights - kSlack;
  for (const auto& [sim, record] : spares()) {
    const bool known = record && record->proof != SimProof::None && record->proof_at;
    const auto room = std::ranges::find(sight_.rooms, sim->slot, &SimRoom::slot);
    const bool used_up = room != sight_.rooms.end() && room->used_up;  // what little it has is for need
    if (!used_up && !known) {
      return sim->slot;
    }
    if (!used_up && now - *record->proof_at >= longest) {
      oldest = sim->slot;
      longest = now - *record->proof_at;
    }
  }
  return oldest;
}

bool CellularUplink::check_spare(const StepContext& context, Instant now, CellularEffects& out) {
  if (memory_.check) {
    return follow_check(context, now, out);
  }
  const auto slot = spare_due(context, now);
  if (!slot || !is_due(slot_settled_at_, now, wake_)) {
    return false;
  }
  if (!may_cut(kLeavesWhy, false, now)) {
    return still_leaving_;  // nothing else begins meanwhile
  }
  memory_.check = SpareCheck{*facts()->active_slot, *slot, now};
  ways_home_ = 0;
  closed_.reset();
  check_again_at_ = now;
  switch_slot(*slot, SlotCause::SpareCheck, context, now, out);
  return true;
}

// Nothing is cured and no other slot chosen while it lasts; locked, enabled and connected the spare SIM is as any
// other.
bool CellularUplink::follow_check(const StepContext& context, Instant now, CellularEffects& out) {
  const SpareCheck& check = *memory_.check;
  const bool configured =
      std::ranges::any_of(settings_.sims, [&](const SimSettings& sim) { return sim.slot == check.spare; });
  if (is_due(check.since + kCheckForgotten, now, wake_) || (facts() && !facts()->active_slot)) {
    end_check();
    return false;
  }
  const SlotRecord& record = memory_.slots[check.spare];
  const bool judged = record.proof != SimProof::None && record.proof_at && *record.proof_at >= check.since;
  if (!facts()) {
    closed_.reset();
    const bool may_come_back = !is_due(check.since + kCheckLasts, now, wake_);
    return may_come_back;  // else the ladder fetches it, and then it goes home
  }
  if (*facts()->active_slot != check.spare) {  // home again, or still, or never away
    const bool away_soon = ways_home_ == 0 && !is_due(check.since + kCommandTakes, now, wake_);
    if (!away_soon) {
      if (ways_home_ == 0 && !judged) {
        unreached_.insert(check.spare);
      }
      end_check();
    }
    return away_soon;
  }
  unreached_.erase(check.spare);
  const bool rests = watch_.verdict() == CellularVerdict::Rests;  // held meanwhile: no fault of the SIM
  const auto found = judged || rests || !configured ? std::nullopt : judge_spare(now);
  if (found) {
    note_proof(check.spare, *found, now);
    memory_changed_ = true;
    out.push_back(note(CellularNoteKind::SpareChecked,
                       {{"sim", sim() ? name_of(*sim()) : "unknown"}, {"found", std::string{to_string(*found)}}}));
  }
  if ((judged || found || rests || !configured) && !ussd_) {  // a question to its operator is not left half asked
    return go_home(context, now, out);
  }
  follow_state(context, now, out);
  return true;
}

// A spare SIM that is preferred to the one at home is not left when it works.
bool CellularUplink::go_home(const StepContext& context, Instant now, CellularEffects& out) {
  const SpareCheck check = *memory_.check;
  const auto place = [&](std::uint32_t slot) { return std::ranges::find(settings_.sims, slot, &SimSettings::slot); };
  const bool better = place(check.spare) < place(check.home) && place(check.spare) != settings_.sims.end();
  const bool gone = place(check.home) == settings_.sims.end();
  const SlotRecord& record = memory_.slots[check.spare];
  const bool works = record.proof == SimProof::Proven && record.proof_at && *record.proof_at >= check.since;
  if (gone || ways_home_ >= kWaysHome || (better && works)) {
    memory_.slots[check.home].left_for = better ? SlotCause::Preferred : SlotCause::SpareCheck;
    end_check();
    return false;
  }
  if (is_due(check_again_at_, now, wake_)) {
    ++ways_home_;
    check_again_at_ = now + kHomeAgain;
    switch_slot(check.home, SlotCause::SpareCheck, context, now, out);
    memory_.slots[check.spare].left_for = cause_of(memory_.slots[check.spare].proof);
  }
  return true;
}

void CellularUplink::end_check() {
  memory_.check.reset();
  memory_changed_ = true;
}

std::optional<SimProof> CellularUplink::closed_spare() const {
  if (stays_locked(pin_verdict())) {
    return SimProof::Locked;
  }
  const bool missing = watch_.in(ModemState::Failed) && facts()->failure == ModemFailure::SimMissing;
  return missing ? std::optional{SimProof::Missing} : std::nullopt;
}

// Nothing: it still has time.
std::optional<SimProof> CellularUplink::judge_spare(Instant now) {
  const auto closed = closed_spare();
  if (closed_ != closed) {
    closed_ = closed;
    closed_since_ = now;
  }
  if (closed && is_due(closed_since_ + kClosedFor, now, wake_)) {
    return closed;
  }
  if (watch_.is_denied(kDeniedFor, now, wake_)) {
    return SimProof::Denied;
  }
  const bool connected = watch_.in(ModemState::Connected);
  const CellularVerdict verdict = watch_.verdict();
  if (connected && (verdict == CellularVerdict::Portal || verdict == CellularVerdict::Held)) {
    if (is_due(watch_.verdict_since() + kBadFor, now, wake_)) {
      return verdict == CellularVerdict::Portal ? SimProof::Portal : SimProof::UsedUp;
    }
  } else if (watch_.passes_now() && (sight_.proven || is_due(watch_.verdict_since() + kPassesFor, now, wake_))) {
    return SimProof::Proven;
  }
  if (!is_due(memory_.check->since + kCheckLasts, now, wake_)) {
    return std::nullopt;
  }
  if (connected || closed) {
    return closed.value_or(SimProof::Silent);
  }
  if (watch_.in(ModemState::Registered)) {
    return is_roaming(*facts()) && sim() && !sim()->allow_roaming ? SimProof::Roaming : SimProof::NoSession;
  }
  return SimProof::NoNetwork;
}

void CellularUplink::tell_spares(Instant now, CellularEffects& out) {
  if (!facts() || memory_.check) {
    return;
  }
  const unsigned nights = settings_.spare_check_nights;
  Fields dead;
  Fields unproven;
  for (const auto& [sim, record] : nights > 0 ? spares() : decltype(spares()){}) {
    if (!record || !record->proof_at) {
      memory_.slots[sim->slot].proof_at = now;  // from now on it waits for its check
    } else if (is_dead(record->proof)) {
      dead = {{"sim", name_of(*sim)}, {"why", std::string{in_words(record->proof)}}};
    } else if (is_due(*record->proof_at + std::chrono::hours{24} * kNightsMissed * nights, now, wake_)) {
      const auto room = std::ranges::find(sight_.rooms, sim->slot, &SimRoom::slot);
      const bool used_up = room != sight_.rooms.end() && room->used_up;
      const bool unreached = unreached_.contains(sim->slot);
      unproven = {{"sim", name_of(*sim)},
                  {"why", used_up     ? "its bundle is used up"
                          : unreached ? "the modem does not change to it"
                                      : "no night was fit for it"}};
    }
  }
  set_alarm(CellularAlarm::SpareSimDead, !dead.empty(), dead, out);
  set_alarm(CellularAlarm::SpareSimUnproven, !unproven.empty(), unproven, out);
}

void CellularUplink::report_spares(CellularReport& report, Instant now) const {
  if (memory_.check || leaving_) {
    report.leaving = memory_.check ? kLeavesWhy : leaving_->why;
  }
  if (settings_.spare_check_nights == 0) {
    return;
  }
  for (const auto& [sim, record] : spares()) {
    const SimProof proof = record ? record->proof : SimProof::None;
    report.spares +=
        fmt::format("{}spare SIM {} {}", report.spares.empty() ? "" : "; ", name_of(*sim), in_words(proof));
    if (proof != SimProof::None && record->proof_at) {
      report.spares += fmt::format(" (seen {})", days_text(now - *record->proof_at));
    }
  }
}

}  // namespace karkara
