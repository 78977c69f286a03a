#include "agent/vsat/terminal_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "agent/devices/object_id.h"
#include "agent/devices/quantities.h"

namespace karkara {
namespace {

const ObjectId kSysDescr{1, 3, 6, 1, 2, 1, 1, 1, 0};
const ObjectId kSysObjectId{1, 3, 6, 1, 2, 1, 1, 2, 0};
const ObjectId kSysUpTime{1, 3, 6, 1, 2, 1, 1, 3, 0};

constexpr Duration kDeadline = std::chrono::seconds{3};
constexpr Duration kPatience = std::chrono::seconds{10};
constexpr Duration kRecogniseAgain = std::chrono::minutes{5};

const SnmpValue* find_value(const VarBinds& answer, const ObjectId& oid) {
  const auto found = std::ranges::find(answer, oid, &VarBind::oid);
  return found != answer.end() ? &found->value : nullptr;
}

DeviceIdentity identity_in(const VarBinds& answer) {
  DeviceIdentity identity;
  if (const SnmpValue* value = find_value(answer, kSysObjectId)) {
    if (const ObjectId* oid = std::get_if<ObjectId>(value)) {
      identity.sys_object_id = *oid;
    }
  }
  if (const SnmpValue* value = find_value(answer, kSysDescr)) {
    if (const SnmpOctets* text = std::get_if<SnmpOctets>(value)) {
      identity.description = text->bytes;
    }
  }
  return identity;
}

// Es/N0, or C/N where there is none.
std::optional<double> signal_in(const QuantityReadings& readings) {
  const auto es_n0 = number_of(readings, quantity::kEsN0);
  return es_n0 ? es_n0 : number_of(readings, quantity::kCarrierToNoise);
}

}  // namespace

TerminalWatch::TerminalWatch(const TerminalSettings& settings, Tables tables, Instant now)
    : snmp_{std::get<SnmpTerminal>(settings.by)},
      tables_{std::move(tables)},
      clock_{settings.standby_pace, kPatience},
      fade_{FadeSettings{settings.lock_threshold}},
      said_{settings.uplink} {
  clock_.start(now);
}

SnmpGet TerminalWatch::question(Asking what, std::vector<ObjectId> oids, Instant now) {
  asking_ = what;
  if (what == Asking::Columns) {
    clock_.asked_more(now, kDeadline);
  } else {
    clock_.asked(now, kDeadline);
  }
  return {snmp_.device, ++request_, snmp_.target, std::move(oids), what == Asking::Columns, kDeadline};
}

void TerminalWatch::ask(Instant now, VsatEffects& effects) {
  gathered_.clear();
  if (!table_) {
    effects.emplace_back(question(Asking::Identity, {kSysObjectId, kSysDescr, kSysUpTime}, now));
    return;
  }
  effects.emplace_back(question(Asking::Objects, objects_.exact, now));
}

VsatEffects TerminalWatch::tick(Instant now) {
  VsatEffects effects;
  fade_.tick(now);
  if (clock_.is_due(now)) {
    ask(now, effects);
  }
  if (is_silent(now) && !said_.is_raised(VsatMessage::TerminalSilent)) {
    uptime_.reset();
    say_all(effects, now);
  }
  return effects;
}

VsatEffects TerminalWatch::on(const SnmpAnswered& answered, Instant now) {
  VsatEffects effects;
  if (answered.device != snmp_.device || answered.request != request_ || !clock_.is_waiting()) {
    return effects;  // late: that question was given up
  }
  if (!answered.answer) {
    clock_.answered(now, false);
    if (is_silent(now)) {
      table_.reset();  // what comes back may be another device
    }
    say_all(effects, now);
    return effects;
  }
  std::ranges::copy(*answered.answer, std::back_inserter(gathered_));
  if (asking_ == Asking::Objects && table_ && !objects_.columns.empty()) {
    effects.emplace_back(question(Asking::Columns, objects_.columns, now));
    return effects;
  }
  clock_.answered(now, true);
  see_uptime(gathered_, effects, now);
  if (asking_ == Asking::Identity) {
    recognise(gathered_, effects, now);
  } else if (table_) {
    take(now);
  }
  say_all(effects, now);
  return effects;
}

void TerminalWatch::recognise(const VarBinds& answer, VsatEffects& effects, Instant now) {
  identity_ = identity_in(answer);
  const DeviceTable* found = snmp_.table.empty() ? find_table(*tables_, identity_) : find_table(*tables_, snmp_.table);
  said_.say(
      VsatMessage::TerminalUnknown, found == nullptr,
      {{"sys_object_id", to_text(identity_.sys_object_id)}, {"description", identity_.description.substr(0, 100)}},
      effects);
  if (found == nullptr) {
    clock_.ask_at(now + kRecogniseAgain);
    return;
  }
  table_ = *found;
  objects_ = objects_of(*table_);
  objects_.exact.push_back(kSysUpTime);
  if (!table_->firmware_oid.empty()) {
    (table_->firmware_is_column ? objects_.columns : objects_.exact).push_back(table_->firmware_oid);
  }
  clock_.ask_at(now);
}

void TerminalWatch::see_uptime(const VarBinds& answer, VsatEffects& effects, Instant now) {
  const SnmpValue* value = find_value(answer, kSysUpTime);
  const SnmpTimeTicks* ticks = value != nullptr ? std::get_if<SnmpTimeTicks>(value) : nullptr;
  if (ticks == nullptr) {
    return;
  }
  const CounterLook look{0, ticks->hundredths, now};
  if (uptime_ && !ran_on(*uptime_, look)) {
    fade_.on_reboot(now);
    said_.say(VsatMessage::TerminalRebooted, false, {}, effects);
    said_.say(VsatMessage::TerminalRebooted, true, {{"uptime_s", std::to_string(ticks->hundredths / 100)}}, effects);
  }
  uptime_ = look;
}

void TerminalWatch::take(Instant now) {
  firmware_ = firmware_of(*table_, identity_, gathered_);
  readings_ = karkara::readings(*table_, gathered_, firmware_);
  told_at_ = now;
  const auto signal = signal_in(readings_);
  // Without lock a terminal may go on telling its last value, or noise.
  const bool lost = locked() == std::optional{false};
  if (signal && !lost) {
    fade_.on_sample(Db{*signal}, now);
  } else {
    fade_.on_no_signal(now);
  }
}

std::optional<bool> TerminalWatch::locked() const {
  std::optional<bool> all;
  for (const auto& name : {quantity::kReceiveLocked, quantity::kNetworkJoined}) {
    if (const auto number = number_of(readings_, name)) {
      all = all.value_or(true) && *number != 0;
    }
  }
  return all;
}

void TerminalWatch::say_all(VsatEffects& effects, Instant now) {
  const bool silent = is_silent(now);
  said_.say(VsatMessage::TerminalSilent, silent, {{"endpoint", snmp_.target.endpoint.text()}}, effects);
  if (silent) {
    return;
  }
  said_.say(VsatMessage::NotLocked, locked() == std::optional{false}, {}, effects);
  said_.say(VsatMessage::FadePredicted, fade_.is_draining(), {{"why", fade_.explain(now)}}, effects);
  said_.say(VsatMessage::PowerSag, fade_.power_sag().has_value(), {{"why", fade_.explain(now)}}, effects);
  const auto drift = fade_.clear_sky().drift();
  // Said from 1.5 dB on, taken back below 1 dB.
  const Db limit{said_.is_raised(VsatMessage::SignalDrift) ? 1.0 : 1.5};
  said_.say(VsatMessage::SignalDrift, drift && *drift >= limit,
            {{"below_clear_sky_db", fmt::format("{:.1f}", drift.value_or(Db{0}).value())}}, effects);
}

VsatEffects TerminalWatch::retire() {
  VsatEffects effects;
  said_.take_back(effects);
  effects.emplace_back(SnmpForget{snmp_.device});
  return effects;
}

Instant TerminalWatch::next_deadline() const {
  Instant next = std::min(clock_.next_deadline(), fade_.next_deadline());
  if (!said_.is_raised(VsatMessage::TerminalSilent)) {
    next = std::min(next, clock_.silent_at());
  }
  return next;
}

void TerminalWatch::use(Tables tables, Instant now) {
  tables_ = std::move(tables);
  table_.reset();
  if (said_.is_raised(VsatMessage::TerminalUnknown)) {
    clock_.ask_at(now);  // whoever wrote a table waits for what it says
  }
}

void TerminalWatch::set_pace(Duration pace, Instant now) {
  clock_.set_pace(pace, now);
  fade_.set_pace(pace);
}

VsatAdvice TerminalWatch::advice(Instant now) const {
  VsatAdvice advice;
  advice.drain = fade_.is_draining();
  advice.kind = fade_.kind(now);
  if (is_silent(now)) {
    advice.why = fmt::format("the terminal does not answer at {}", snmp_.target.endpoint.text());
    return advice;
  }
  if (said_.is_raised(VsatMessage::TerminalUnknown)) {
    advice.why = no_table();
    return advice;
  }
  if (!told_at_) {
    advice.why = "the terminal was not heard yet";
    return advice;
  }
  advice.why = fade_.explain(now);
  advice.locked = locked();
  advice.es_n0 = fade_.level();
  advice.margin = fade_.margin();
  if (const QuantityReading* modcod = find_reading(readings_, quantity::kModcod)) {
    advice.modcod = number_of(readings_, quantity::kModcod);
    advice.modcod_name = modcod->word;
  }
  if (const auto level = number_of(readings_, quantity::kTransmitLevel)) {
    advice.transmit_level = Dbm{*level};
  }
  return advice;
}

LiveSignal TerminalWatch::live_signal(Instant now) const {
  LiveSignal live;
  live.pace = clock_.pace();
  if (!told_at_) {
    return live;
  }
  live.age = now - *told_at_;
  if (is_silent(now)) {
    live.es_n0 = Absent::Stale;
    return live;
  }
  const auto signal = signal_in(readings_);
  live.es_n0 = signal ? Value{*signal} : Value{Absent::NotAvailable};
  const auto receiver = number_of(readings_, quantity::kReceiveLocked);
  live.receive_locked = receiver ? std::optional{*receiver != 0} : locked();
  return live;
}

QuantityReadings TerminalWatch::readings(Instant now) const {
  QuantityReadings all = readings_;
  if (is_silent(now)) {
    for (QuantityReading& reading : all) {
      reading.value = Absent::Stale;
      reading.word.clear();
    }
  }
  return all;
}

}  // namespace karkara
