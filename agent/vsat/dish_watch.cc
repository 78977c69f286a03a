#include "agent/vsat/dish_watch.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace karkara {
namespace {

constexpr Duration kDeadline = std::chrono::seconds{3};
constexpr Duration kHistoryPace = std::chrono::minutes{1};
constexpr Duration kPatience = std::chrono::seconds{30};
constexpr double kObstructed = 0.02;  // of the time
constexpr std::int32_t kOkay = 1;

constexpr std::array<std::string_view, 8> kLasting{"BOOTING",  "STOWED",     "THERMAL_SHUTDOWN",         "CABLE_TEST",
                                                   "SLEEPING", "SKY_SEARCH", "MOVING_WHILE_NOT_ALLOWED", "INHIBIT_RF"};

bool is_disabled(const DishStatus& status) {
  return status.disablement_code && *status.disablement_code > kOkay;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

bool has_rebooted(const DishStatus& before, const DishStatus& after) {
  const bool back = before.uptime_seconds && after.uptime_seconds && *after.uptime_seconds < *before.uptime_seconds;
  const bool again = before.boot_count && after.boot_count && *after.boot_count != *before.boot_count;
  return back || again;
}

Value value_of(std::optional<double> number) {
  return number ? Value{*number} : Value{Absent::NotAvailable};
}

}  // namespace

bool lasts(const DishOutage& outage) {
  return std::ranges::find(kLasting, outage.cause) != kLasting.end();
}

DishWatch::DishWatch(const TerminalSettings& settings, Instant now)
    : uplink_{settings.uplink},
      dish_{std::get<DishTerminal>(settings.by)},
      clock_{settings.standby_pace, kPatience},
      said_{settings.uplink},
      history_due_{now} {
  clock_.start(now);
}

VsatEffects DishWatch::tick(Instant now) {
  VsatEffects effects;
  if (clock_.is_due(now)) {
    const bool with_history = now >= history_due_;
    if (with_history) {
      history_due_ = now + kHistoryPace;
    }
    clock_.asked(now, kDeadline);
    effects.emplace_back(ReadDish{uplink_, dish_.endpoint, dish_.interface, dish_.mark, with_history, kDeadline});
  }
  if (is_silent(now) && !said_.is_raised(VsatMessage::TerminalSilent)) {
    say_all(effects, now);
  }
  return effects;
}

VsatEffects DishWatch::on(const DishSeen& seen, Instant now) {
  VsatEffects effects;
  if (seen.uplink != uplink_ || !clock_.is_waiting()) {
    return effects;
  }
  clock_.answered(now, seen.answer.ok());
  if (seen.answer) {
    if (status_ && has_rebooted(*status_, *seen.answer)) {
      said_.say(VsatMessage::TerminalRebooted, false, {}, effects);
      said_.say(VsatMessage::TerminalRebooted, true,
                {{"uptime_s", std::to_string(seen.answer->uptime_seconds.value_or(0))}}, effects);
    }
    status_ = *seen.answer;
    told_at_ = now;
    if (seen.answer->power_watts) {
      power_watts_ = seen.answer->power_watts;
    }
  }
  say_all(effects, now);
  return effects;
}

void DishWatch::say_all(VsatEffects& effects, Instant now) {
  const bool silent = is_silent(now);
  said_.say(VsatMessage::TerminalSilent, silent, {{"endpoint", dish_.endpoint.text()}}, effects);
  if (silent || !status_) {
    return;
  }
  const DishStatus& status = *status_;
  said_.say(VsatMessage::NotLocked, status.outage.has_value(), {{"cause", status.outage ? status.outage->cause : ""}},
            effects);
  said_.say(VsatMessage::DishObstructed, status.fraction_obstructed.value_or(0) > kObstructed, {}, effects);
  said_.say(VsatMessage::DishAlert, !status.alerts.empty(), {{"alerts", joined(status.alerts)}}, effects);
  said_.say(VsatMessage::DishDisabled, is_disabled(status),
            {{"code", std::to_string(status.disablement_code.value_or(0))}}, effects);
}

VsatEffects DishWatch::retire() {
  VsatEffects effects;
  said_.take_back(effects);
  return effects;
}

Instant DishWatch::next_deadline() const {
  const Instant next = clock_.next_deadline();
  return said_.is_raised(VsatMessage::TerminalSilent) ? next : std::min(next, clock_.silent_at());
}

VsatAdvice DishWatch::advice(Instant now) const {
  VsatAdvice advice;
  if (is_silent(now)) {
    advice.why = "the dish does not answer";
    return advice;
  }
  if (!status_) {
    advice.why = "the dish was not asked yet";
    return advice;
  }
  advice.locked = !status_->outage;
  if (is_disabled(*status_)) {
    advice.drain = true;
    advice.why = "the dish is disabled, code " + std::to_string(*status_->disablement_code);
  } else if (status_->outage) {
    advice.drain = lasts(*status_->outage);
    advice.why = "the dish says " + status_->outage->cause;
  } else {
    advice.kind = FadeKind::Clear;
    advice.why = status_->alerts.empty() ? "the dish is connected" : "connected, but " + joined(status_->alerts);
  }
  return advice;
}

LiveSignal DishWatch::live_signal(Instant now) const {
  LiveSignal live;
  live.pace = clock_.pace();
  if (told_at_) {
    live.age = now - *told_at_;
    live.es_n0 = Absent::NotImplemented;
    live.receive_locked = is_silent(now) ? std::nullopt : std::optional{!status_->outage.has_value()};
  }
  return live;
}

QuantityReadings DishWatch::readings(Instant now) const {
  const DishStatus none;
  const DishStatus& status = status_ ? *status_ : none;
  const auto as_number = [](auto maybe) { return maybe ? std::optional{static_cast<double>(*maybe)} : std::nullopt; };
  QuantityReadings all{
      {"dish-drop-ratio", "", value_of(status.ping_drop_ratio)},
      {"dish-latency-ms", "ms", value_of(status.ping_latency_ms)},
      {"dish-obstructed-ratio", "", value_of(status.fraction_obstructed)},
      {"dish-downlink-rate", "bit/s", value_of(status.downlink_bits_per_second)},
      {"dish-uplink-rate", "bit/s", value_of(status.uplink_bits_per_second)},
      {"dish-power-watts", "W", value_of(power_watts_)},
      {"dish-uptime-seconds", "s", value_of(as_number(status.uptime_seconds))},
      {"dish-satellites", "", value_of(as_number(status.gps_satellites))},
  };
  for (QuantityReading& reading : all) {
    if (!status_) {
      reading.value = Absent::NotYet;
    } else if (is_silent(now)) {
      reading.value = Absent::Stale;
    }
  }
  return all;
}

}  // namespace karkara
