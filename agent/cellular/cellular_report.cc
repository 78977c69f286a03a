#include "agent/cellular/cellular_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/cellular/bearer_fault.h"
#include "agent/cellular/cellular_uplink.h"

namespace karkara {
namespace {

constexpr Duration kBearerSettles = std::chrono::seconds{20};  // its addresses may come a little later

std::string_view what_state(const ModemFacts& facts) {
  switch (facts.state.value_or(ModemState::Unknown)) {
    case ModemState::Failed:
      return facts.failure == ModemFailure::SimMissing ? "no SIM in the slot" : "the modem reports a failure";
    case ModemState::Unknown: return "state unknown";
    case ModemState::Initializing: return "starting";
    case ModemState::Locked: return "SIM locked";
    case ModemState::Disabled: return "radio off";
    case ModemState::Disabling: return "switching the radio off";
    case ModemState::Enabling: return "switching the radio on";
    case ModemState::Enabled: return "radio on, not registered";
    case ModemState::Searching: return "searching a network";
    case ModemState::Registered: return "registered, no data session";
    case ModemState::Disconnecting: return "ending the data session";
    case ModemState::Connecting: return "connecting";
    case ModemState::Connected: return "connected";
  }
  return "state unknown";
}

}  // namespace

std::string_view technology_of(const ModemFacts& facts) {
  const std::uint32_t bits = facts.access_technologies.value_or(0);
  if (bits == 0xffff'ffffU) {
    return "";
  }
  return (bits & kAccess5g) != 0   ? "5G"
         : (bits & kAccess4g) != 0 ? "4G"
         : (bits & kAccess3g) != 0 ? "3G"
         : (bits & kAccess2g) != 0 ? "2G"
                                   : "";
}

const RadioSignal& signal_of(const ModemFacts& facts) {
  const std::string_view technology = technology_of(facts);
  const ModemSignal& signal = facts.signal;
  if (technology == "2G") {
    return signal.gsm;
  }
  if (technology == "3G") {
    return signal.umts;
  }
  return technology == "5G" && !signal.nr5g.empty() ? signal.nr5g : signal.lte;
}

std::string describe_modem(const ModemFacts& facts) {
  std::string text{facts.registration == Registration::Denied && facts.state != ModemState::Connected
                       ? "the network refuses the SIM"
                       : what_state(facts)};
  if (const auto technology = technology_of(facts); !technology.empty() && facts.state >= ModemState::Registered) {
    text += fmt::format(" over {}", technology);
    if (const auto name = facts.operator_name ? facts.operator_name : facts.operator_code) {
      text += " to " + *name;
    }
  }
  if (is_roaming(facts)) {
    text += ", roaming";
  }
  if (const auto& rsrp = signal_of(facts).rsrp) {
    text += fmt::format(", RSRP {:.0f} dBm", rsrp->value());
  }
  if (facts.active_slot) {
    text += fmt::format(", SIM {}", *facts.active_slot);
  }
  return text;
}

namespace {

void report_bearer(const ModemFacts& modem, CellularReport& report) {
  const BearerFacts& bearer = *modem.bearer;
  report.connected = modem.state == ModemState::Connected;
  report.interface = bearer.interface.value_or("");
  report.v4 = bearer.v4;
  report.v6 = bearer.v6;
  report.bearer_fault = bearer_fault(bearer);
  if (!report.bearer_fault.empty()) {
    report.sentence += "; " + report.bearer_fault;
  }
  if (is_ppp(bearer)) {
    report.interface.clear();  // a serial port: whoever dials over it makes the configured one
  }
}

}  // namespace

CellularReport CellularUplink::report(Instant now) const {
  CellularReport report;
  report.uplink = settings_.id;
  if (ladder_.rung()) {
    report.recovery = to_string(*ladder_.rung());
  }
  const ModemFacts* modem = facts();
  if (!modem) {
    report.sentence = bus_available_.value_or(true) ? "waiting for the modem" : "ModemManager does not run";
    return report;
  }
  report_sims(report);
  report_balance(report);
  report_spares(report, now);
  report.iccid = modem->iccid;
  report.slot = modem->active_slot;
  report.operator_code = modem->operator_code;
  report.operator_name = modem->operator_name;
  report.technology = technology_of(*modem);
  report.roaming = is_roaming(*modem);
  report.signal = signal_of(*modem);
  if (modem->signal_interval_seconds && *modem->signal_interval_seconds != 0) {
    report.signal_interval = std::chrono::seconds{*modem->signal_interval_seconds};
  }
  report.quality = modem->quality;
  report.sentence = describe_modem(*modem);
  const PinVerdict verdict = pin_verdict();
  if (verdict != PinVerdict::NotLocked) {
    report.sentence += fmt::format(" ({})", to_string(verdict));
  }
  if (!report.recovery.empty()) {
    report.sentence += ", recovering: " + report.recovery;
  }
  if (!report.leaving.empty()) {
    report.sentence += ", " + report.leaving;
  }
  if (modem->bearer && modem->bearer->connected.value_or(false)) {
    report_bearer(*modem, report);
  }
  return report;
}

void CellularUplink::report_sims(CellularReport& report) const {
  const SimSettings* in_use = sim();
  report.sim_slot = in_use ? in_use->slot : 0;
  const auto add = [&](std::uint32_t slot, const std::string& iccid) {
    // A card that was moved to another slot is where it was seen last.
    const bool elsewhere = !iccid.empty() && std::ranges::find(report.sims, iccid, &KnownSim::key) != report.sims.end();
    report.sims.push_back({slot, elsewhere ? "" : iccid});
  };
  if (in_use) {
    add(in_use->slot, facts()->iccid.value_or(""));
  }
  for (const SimSettings& card : settings_.sims) {
    const auto record = memory_.slots.find(card.slot);
    if (&card != in_use) {
      add(card.slot, record != memory_.slots.end() ? record->second.iccid : "");
    }
  }
}

const SimSettings* CellularUplink::sim() const {
  const std::uint32_t slot = active_slot();
  for (const SimSettings& card : settings_.sims) {
    if (slot == 0 || card.slot == slot) {
      return &card;
    }
  }
  return nullptr;
}

const PinAttempt* CellularUplink::pin_attempt() const {
  const auto& all = memory_.pin_attempts;
  auto at = all.find(pin_key(*facts()));
  if (at == all.end() && facts()->iccid) {  // they may be from before its name was known
    const auto known = memory_.slots.find(active_slot());
    const bool other =
        known != memory_.slots.end() && !known->second.iccid.empty() && known->second.iccid != *facts()->iccid;
    at = other ? all.end() : all.find(std::to_string(active_slot()));
  }
  return at != all.end() ? &at->second : nullptr;
}

PinVerdict CellularUplink::pin_verdict() const {
  if (!facts()) {
    return PinVerdict::NotLocked;
  }
  // What is planned, and what has no answer yet, is remembered as tried already: it is judged by what was before.
  const bool on_its_way = pending_ && pending_->kind == Kind::Pin;
  const std::optional<PlannedPin>& open = on_its_way ? sent_pin_ : planned_pin_;
  const bool written = open && open->send_at && open->key == pin_key(*facts());
  const PinAttempt* before = written && open->before ? &*open->before : nullptr;
  return judge_pin(*facts(), sim(), written ? before : pin_attempt());
}

void CellularUplink::set_alarm(CellularAlarm alarm, bool raised, Fields fields, CellularEffects& out) {
  bool& told = told_alarms_[alarm];
  if (told != raised) {
    told = raised;
    out.push_back(SetCellularAlarm{alarm, settings_.id, raised, std::move(fields)});
  }
}

void CellularUplink::tell_alarms(Instant now, CellularEffects& out) {
  const auto set = [&](CellularAlarm alarm, bool raised, Fields fields = {}) {
    set_alarm(alarm, raised, std::move(fields), out);
  };
  const bool bus = bus_available_.value_or(true);
  const ModemFacts* modem = facts();
  const bool failed = watch_.in(ModemState::Failed);
  const bool no_card = failed && modem->failure == ModemFailure::SimMissing;
  const PinVerdict pin = pin_verdict();
  set(CellularAlarm::ModemServiceAbsent, !bus);
  set(CellularAlarm::ModemAbsent, bus_available_.value_or(false) && is_due(slot_settled_at_, now, wake_) &&
                                      watch_.is_absent(settings_.absent_patience, now, wake_));
  set(CellularAlarm::ModemFailed, failed && !no_card);
  set(CellularAlarm::SimMissing, no_card);
  set(CellularAlarm::SimPinNeeded,
      pin == PinVerdict::NoPin || pin == PinVerdict::Refused || pin == PinVerdict::Unanswered ||
          pin == PinVerdict::LastTry,
      {{"why", std::string{to_string(pin)}}});
  set(CellularAlarm::SimPukRequired, pin == PinVerdict::PukNeeded);
  set(CellularAlarm::SimLocked, pin == PinVerdict::OtherLock);
  set(CellularAlarm::RecoveryExhausted, ladder_.resting());
  set(CellularAlarm::RungMissing, !missing_.empty(),
      missing_.empty()
          ? Fields{}
          : Fields{{"rung", std::string{to_string(missing_.begin()->first)}}, {"why", missing_.begin()->second.why}});
  tell_radio_alarms(now, out);
  tell_spares(now, out);
}

void CellularUplink::tell_radio_alarms(Instant now, CellularEffects& out) {
  const ModemFacts* modem = facts();
  const bool open = modem && modem->state >= ModemState::Disabled;
  set_alarm(CellularAlarm::SimNotConfigured, open && !sim(), {}, out);
  set_alarm(CellularAlarm::RegistrationDenied, watch_.is_denied(std::chrono::seconds{60}, now, wake_), {}, out);
  set_alarm(CellularAlarm::RoamingRefused, open && sim() && is_roaming(*modem) && !sim()->allow_roaming, {}, out);
  set_alarm(CellularAlarm::WeakSignal, watch_.is_weak(now, wake_), {}, out);
  const std::string fault =
      watch_.in(ModemState::Connected) && modem->bearer ? bearer_fault(*modem->bearer) : std::string{};
  set_alarm(CellularAlarm::BearerUnusable,
            !fault.empty() && watch_.verdict() != CellularVerdict::Passing &&
                is_due(watch_.connected_since().value_or(now) + kBearerSettles, now, wake_),
            {{"why", fault}}, out);
}

void CellularUplink::retire(CellularEffects& out) {
  for (auto& [alarm, raised] : told_alarms_) {
    if (std::exchange(raised, false)) {
      out.push_back(SetCellularAlarm{alarm, settings_.id, false, {}});
    }
  }
}

}  // namespace karkara
