#include "agent/vsat/terminal_watch.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/devices/object_id.h"
#include "agent/devices/quantities.h"

namespace karkara {
namespace {

constexpr Duration kPatience = std::chrono::seconds{10};
constexpr Duration kRecogniseAgain = std::chrono::minutes{5};

// Es/N0, or C/N where there is none.
std::optional<double> signal_in(const QuantityReadings& readings) {
  const auto es_n0 = number_of(readings, quantity::kEsN0);
  return es_n0 ? es_n0 : number_of(readings, quantity::kCarrierToNoise);
}

SnmpPolled polled(const SnmpTerminal& terminal) {
  return {terminal.device, terminal.target, terminal.table};
}

}  // namespace

TerminalWatch::TerminalWatch(const TerminalSettings& settings, Tables tables, Instant now)
    : poll_{polled(std::get<SnmpTerminal>(settings.by)), std::move(tables)},
      clock_{settings.standby_pace, kPatience},
      fade_{FadeSettings{settings.lock_threshold}},
      said_{settings.uplink} {
  clock_.start(now);
  poll_.start(now);
}

VsatEffects TerminalWatch::tick(Instant now) {
  VsatEffects effects;
  fade_.tick(now);
  if (clock_.is_due(now)) {
    clock_.asked(now, poll_.polled().deadline);
    effects.emplace_back(poll_.look());
  }
  if (is_silent(now) && !said_.is_raised(VsatMessage::TerminalSilent)) {
    poll_.forget();
    say_all(effects, now);
  }
  return effects;
}

VsatEffects TerminalWatch::on(const SnmpAnswered& answered, Instant now) {
  VsatEffects effects;
  if (!clock_.is_waiting()) {
    return effects;  // late: that question was given up
  }
  PollResult result = poll_.on(answered, now);
  if (result.rebooted) {
    see_reboot(effects, now);
  }
  switch (result.step) {
    case PollStep::Late: return effects;
    case PollStep::Failed:
      clock_.answered(now, false);
      if (is_silent(now)) {
        poll_.forget();
      }
      break;
    case PollStep::AskMore:
      clock_.asked_more(now, poll_.polled().deadline);
      effects.emplace_back(std::move(*result.more));
      return effects;
    case PollStep::Recognised:
    case PollStep::Unknown:
      clock_.answered(now, true);
      see_identity(result.step == PollStep::Unknown, effects, now);
      break;
    case PollStep::Looked:
      clock_.answered(now, true);
      take(now);
      break;
  }
  say_all(effects, now);
  return effects;
}

void TerminalWatch::see_identity(bool unknown, VsatEffects& effects, Instant now) {
  const DeviceIdentity& identity = poll_.identity();
  said_.say(VsatMessage::TerminalUnknown, unknown,
            {{"sys_object_id", to_text(identity.sys_object_id)}, {"description", identity.description.substr(0, 100)}},
            effects);
  if (unknown) {
    clock_.ask_at(now + kRecogniseAgain);
  } else {
    (void)clock_.ask_at_once(now);
  }
}

void TerminalWatch::see_reboot(VsatEffects& effects, Instant now) {
  fade_.on_reboot(now);
  said_.say(VsatMessage::TerminalRebooted, false, {}, effects);
  said_.say(VsatMessage::TerminalRebooted, true,
            {{"uptime_s", std::to_string(poll_.uptime_hundredths().value_or(0) / 100)}}, effects);
}

void TerminalWatch::take(Instant now) {
  told_at_ = now;
  const auto signal = signal_in(poll_.readings());
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
    if (const auto number = number_of(poll_.readings(), name)) {
      all = all.value_or(true) && *number != 0;
    }
  }
  return all;
}

void TerminalWatch::say_all(VsatEffects& effects, Instant now) {
  const bool silent = is_silent(now);
  said_.say(VsatMessage::TerminalSilent, silent, {{"endpoint", poll_.polled().target.endpoint.text()}}, effects);
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
  effects.emplace_back(SnmpForget{device()});
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
  poll_.use(std::move(tables));
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
    advice.why = fmt::format("the terminal does not answer at {}", poll_.polled().target.endpoint.text());
    return advice;
  }
  if (said_.is_raised(VsatMessage::TerminalUnknown)) {
    advice.why = poll_.why_unknown(kTerminal);
    return advice;
  }
  if (!told_at_) {
    advice.why = "the terminal was not heard yet";
    return advice;
  }
  advice.why = fade_.explain(now);
  advice.locked = locked();
  advice.es_n0 = fade_.level();
  const auto margin = number_of(poll_.readings(), quantity::kLinkMargin);
  advice.margin = margin ? std::optional{Db{*margin}} : fade_.margin();
  if (const QuantityReading* modcod = find_reading(poll_.readings(), quantity::kModcod)) {
    advice.modcod = number_of(poll_.readings(), quantity::kModcod);
    advice.modcod_name = modcod->word;
  }
  if (const auto level = number_of(poll_.readings(), quantity::kTransmitLevel)) {
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
  const auto signal = signal_in(poll_.readings());
  live.es_n0 = signal ? Value{*signal} : Value{Absent::NotAvailable};
  const auto receiver = number_of(poll_.readings(), quantity::kReceiveLocked);
  live.receive_locked = receiver ? std::optional{*receiver != 0} : locked();
  return live;
}

QuantityReadings TerminalWatch::readings(Instant now) const {
  QuantityReadings all = poll_.readings();
  if (is_silent(now)) {
    for (QuantityReading& reading : all) {
      reading.value = Absent::Stale;
      reading.word.clear();
    }
  }
  return all;
}

}  // namespace karkara
