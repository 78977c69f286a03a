// The part of CellularUplink that cures: the ladder, and the move to another SIM.
#include <algorithm>
#include <utility>

#include "agent/cellular/cellular_uplink.h"
#include "agent/cellular/pin_lock.h"
#include "agent/cellular/slot_choice.h"

namespace karkara {
namespace {

using std::chrono::seconds;
constexpr unsigned kConnectFailures = 3;
constexpr Duration kDeniedPatience = seconds{60};
constexpr Duration kVerdictPatience = seconds{30};
constexpr Duration kSlotSettles = seconds{180};
constexpr Duration kRebootAnswer = seconds{180};  // the disk's half minute and the command's two
constexpr Duration kPinSettles = seconds{10};     // what the modem says of the lock may still be of the other SIM

// Of a SIM: it may be so again when it is returned to. A bundle is the ledger's business.
bool is_fault(SlotCause cause) {
  switch (cause) {
    case SlotCause::Portal:
    case SlotCause::Denied:
    case SlotCause::Unrecovered:
    case SlotCause::Weak:
    case SlotCause::Unusable: return true;
    case SlotCause::Held:
    case SlotCause::NewCycle:
    case SlotCause::Preferred:
    case SlotCause::SpareCheck: return false;
  }
  return false;
}

struct Reach {
  Rung from;
  Rung to;
};

// Where on the ladder a trouble is met, and how far the cure may go.
Reach reach_of(ModemTrouble trouble) {
  switch (trouble) {
    case ModemTrouble::Silent: return {Rung::Reconnect, Rung::Reboot};
    case ModemTrouble::ConnectFails:
    case ModemTrouble::Unregistered:
    case ModemTrouble::Stuck: return {Rung::RadioCycle, Rung::Reboot};
    case ModemTrouble::Denied: return {Rung::RadioCycle, Rung::Reset};  // the network's answer: no power cut changes it
    case ModemTrouble::Failed: return {Rung::Reset, Rung::Reboot};
    case ModemTrouble::Absent: return {Rung::PowerCycle, Rung::Reboot};
  }
  return {Rung::Reset, Rung::Reboot};
}

unsigned cap_of(Rung rung, const RecoveryCaps& caps) {
  unsigned cap = 0;
  switch (rung) {
    case Rung::Reconnect: cap = caps.reconnects; break;
    case Rung::RadioCycle: cap = caps.radio_cycles; break;
    case Rung::Reset: cap = caps.resets; break;
    case Rung::PowerCycle: cap = caps.power_cycles; break;
    case Rung::Reboot: cap = caps.reboots; break;
  }
  return std::min(cap, static_cast<unsigned>(DailyCaps::kMostKept));
}

}  // namespace

std::optional<ModemTrouble> CellularUplink::trouble(Instant now) {
  if (watch_.verdict() == CellularVerdict::Rests || !is_due(slot_settled_at_, now, wake_)) {
    return std::nullopt;
  }
  if (hung_ && facts()) {
    return ModemTrouble::Stuck;
  }
  if (watch_.in(ModemState::Registered) && connect_failures_ >= kConnectFailures) {
    return ModemTrouble::ConnectFails;
  }
  return watch_.trouble(settings_, now, wake_);
}

bool CellularUplink::may_climb(Rung rung, const StepContext& context, Instant now) const {
  const unsigned spent = rung == Rung::Reboot ? context.reboots_today : memory_.caps.spent(deed_of(rung), now);
  const auto missing = missing_.find(rung);
  if (spent >= cap_of(rung, settings_.caps) || (missing != missing_.end() && now < missing->second.look_again)) {
    return false;
  }
  switch (rung) {
    case Rung::Reconnect: return watch_.in(ModemState::Connected);
    case Rung::RadioCycle:
    case Rung::Reset: return facts() != nullptr;
    case Rung::PowerCycle:
      return !settings_.power_command.empty() || !settings_.power_relay.empty() || !settings_.usb_port.empty();
    case Rung::Reboot: {
      const Circumstances& site = context.circumstances;
      return !settings_.reboot_command.empty() && !site.any_uplink_up && !site.way_out;
    }
  }
  return false;
}

bool CellularUplink::climb(ModemTrouble found, const StepContext& context, Instant now, CellularEffects& out) {
  const Reach reach = reach_of(found);
  const Rung from = hung_ ? std::max(*hung_, reach.from) : reach.from;
  const auto rung = ladder_.next(from, reach.to, [&](Rung r) { return may_climb(r, context, now); });
  if (!rung) {
    ladder_.give_up(now);
    (void)is_due(ladder_.judged_at(), now, wake_);
    hung_.reset();
    return false;
  }
  ladder_.climb(*rung, now);
  (void)is_due(ladder_.judged_at(), now, wake_);
  memory_.caps.spend(deed_of(*rung), now);
  memory_changed_ = true;
  hung_.reset();
  connect_failures_ = setbacks_ = 0;
  connect_at_ = enable_at_ = now;
  ussd_.reset();
  ussd_next_.reset();
  out.push_back(note(CellularNoteKind::RecoveryStep,
                     {{"rung", std::string{to_string(*rung)}}, {"why", std::string{to_string(found)}}}));
  carry_out(*rung, found, context, now, out);
  return true;
}

void CellularUplink::carry_out(Rung rung, ModemTrouble found, const StepContext& context, Instant now,
                               CellularEffects& out) {
  switch (rung) {
    case Rung::Reconnect: issue(Kind::Disconnect, ModemDisconnect{}, context, now, out); break;
    case Rung::RadioCycle: issue(Kind::Disable, ModemEnable{false}, context, now, out); break;
    case Rung::Reset: issue(Kind::Reset, ModemReset{}, context, now, out); break;
    case Rung::PowerCycle: cut_power(context, now, out); break;
    case Rung::Reboot:
      pending_ = Pending{context.next_id++, Kind::Reboot, now + kRebootAnswer};
      out.push_back(RebootRouter{settings_.id.text() + ": " + std::string{to_string(found)}, settings_.reboot_command,
                                 pending_->id});
      break;
  }
  if (pending_) {
    wake_ = std::min(wake_, pending_->give_up);
  }
}

void CellularUplink::cut_power(const StepContext& context, Instant now, CellularEffects& out) {
  pending_ = Pending{context.next_id++, Kind::Power, now + settings_.power_off_for + seconds{90}};
  PowerCycleModem cut{pending_->id, settings_.power_command, {}, settings_.power_off_for, {}};
  if (cut.command.empty()) {
    cut.relay = settings_.power_relay;
    cut.usb_port = cut.relay.empty() ? settings_.usb_port : std::string{};
  }
  out.push_back(std::move(cut));
}

std::optional<SlotCause> CellularUplink::slot_cause(bool rungs_failed, Instant now) {
  const CellularVerdict verdict = watch_.verdict();
  if (verdict == CellularVerdict::Held || verdict == CellularVerdict::Portal) {
    if (is_due(watch_.verdict_since() + kVerdictPatience, now, wake_)) {
      return verdict == CellularVerdict::Held ? SlotCause::Held : SlotCause::Portal;
    }
  }
  const ModemFacts& modem = *facts();
  const bool no_card = modem.state == ModemState::Failed && modem.failure == ModemFailure::SimMissing;
  if (stays_locked(pin_verdict()) || no_card || !sim()) {
    return SlotCause::Unusable;
  }
  if (watch_.is_denied(kDeniedPatience, now, wake_)) {
    return SlotCause::Denied;
  }
  if (rungs_failed) {
    return SlotCause::Unrecovered;
  }
  if (!watch_.is_weak(now, wake_)) {
    return std::nullopt;
  }
  (void)is_due(*watch_.weak_since() + kWeakForTheUnknown, now, wake_);
  return SlotCause::Weak;
}

SlotSituation CellularUplink::slot_situation(const StepContext& context, Instant now) const {
  const Circumstances& site = context.circumstances;
  const auto left = [&](CappedDeed deed, unsigned cap) { return cap - std::min(memory_.caps.spent(deed, now), cap); };
  const bool by_others = site.control_over && *site.control_over != settings_.id;
  return {.cause = {},
          .site_can_spare_it = by_others || !site.any_uplink_up,
          .switches_left_today = left(CappedDeed::SlotSwitch, settings_.caps.slot_switches),
          .rooms = sight_.rooms,
          .weak_for = watch_.weak_since() ? now - *watch_.weak_since() : Duration::zero(),
          .weak_switches_left = left(CappedDeed::WeakSwitch, kWeakSwitchesADay),
          // Should it fail again, the night has to be long enough for the way back.
          .return_tries_left = site.local_hour == kQuietToHour - 1 ? 0 : left(CappedDeed::ReturnTry, kReturnTriesADay),
          // While the hour is not known, when nothing at all goes over it.
          .quiet = site.local_hour ? is_quiet(*site.local_hour) : by_others && !sight_.carries};
}

bool CellularUplink::move_slot(bool rungs_failed, const StepContext& context, Instant now, CellularEffects& out) {
  if (watch_.verdict() == CellularVerdict::Rests || !is_due(slot_settled_at_, now, wake_)) {
    return false;
  }
  SlotSituation situation = slot_situation(context, now);
  situation.cause = slot_cause(rungs_failed, now);
  // The village gets nothing through either: what the control traffic loses for a minute is less than that.
  situation.site_can_spare_it = situation.site_can_spare_it || situation.quiet || situation.cause == SlotCause::Held ||
                                situation.cause == SlotCause::Portal;
  const auto slot = choose_slot(situation, *facts(), settings_.sims, memory_, now);
  if (!slot) {
    return false;
  }
  switch_slot(*slot, *situation.cause, context, now, out);
  return true;
}

// A site that lives from this uplink loses it for a minute or two in the hours when nobody needs it.
bool CellularUplink::return_to_preferred(const StepContext& context, Instant now, CellularEffects& out) {
  if (!is_due(slot_settled_at_, now, wake_)) {
    return false;
  }
  SlotSituation situation = slot_situation(context, now);
  const auto rested = preferred_rested(situation, *facts(), settings_.sims, memory_, now);
  situation.site_can_spare_it = situation.site_can_spare_it || situation.quiet;
  if (const auto slot = preferred_again(situation, *facts(), settings_.sims, memory_, now)) {
    switch_slot(*slot, SlotCause::NewCycle, context, now, out);
    return true;
  }
  if (rested) {
    memory_.caps.spend(CappedDeed::ReturnTry, now);
    switch_slot(*rested, SlotCause::Preferred, context, now, out);
  }
  return rested.has_value();
}

void CellularUplink::switch_slot(std::uint32_t to, SlotCause why, const StepContext& context, Instant now,
                                 CellularEffects& out) {
  SlotRecord& left = memory_.slots[*facts()->active_slot];
  left.rsrp = facts()->signal.lte.rsrp ? facts()->signal.lte.rsrp : left.rsrp;
  left.left_at = now;
  left.left_for = why;
  left.failures += is_fault(why) ? 1 : 0;
  memory_.caps.spend(why == SlotCause::SpareCheck ? CappedDeed::SpareCheck : CappedDeed::SlotSwitch, now);
  if (why == SlotCause::Weak) {
    memory_.caps.spend(CappedDeed::WeakSwitch, now);
  }
  memory_changed_ = true;
  slot_settled_at_ = now + kSlotSettles;
  ladder_.end();
  hung_.reset();
  setbacks_ = connect_failures_ = 0;
  connect_at_ = enable_at_ = now;
  pin_at_ = now + kPinSettles;
  drop_planned_pin();
  ussd_.reset();  // the next reply of its menu would go to the other operator
  ussd_next_.reset();
  out.push_back(note(CellularNoteKind::SlotSwitched, {{"from", std::to_string(*facts()->active_slot)},
                                                      {"to", std::to_string(to)},
                                                      {"why", std::string{to_string(why)}}}));
  issue(Kind::Slot, ModemSetPrimarySlot{to}, context, now, out);
}

}  // namespace karkara
