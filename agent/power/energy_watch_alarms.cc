// The alarms of the energy watch, each with what a person can do: rest of EnergyWatch.
#include <fmt/format.h>

#include <utility>

#include "agent/power/energy_watch.h"
#include "agent/power/sun/solar_position.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// Raised and taken back at different marks, so that noise does not ring the NOC.
constexpr double kSafeAgain = 0.8;
constexpr Duration kNear = hours{2};
constexpr Duration kNearNoMore = hours{4};
constexpr Percent kAged{70};
constexpr Percent kAgedNoMore{75};
// So high the sun gives a quarter of its best even under thick dust.
constexpr Degrees kHighSun{25};
constexpr Duration kIdlePatience = hours{1};
constexpr Watts kNoPower{2};
constexpr Amps kNoCurrent{0.15};
constexpr Duration kLongWithoutFull = hours{36};  // to be full again is then worth an event

SetAlarm alarm(MessageId message, bool raised, Fields fields = {}) {
  return {{message, ""}, raised, raised ? std::move(fields) : Fields{}};
}

std::string percent_text(double ratio) {
  return fmt::format("{:.0f}%", ratio * 100);
}

}  // namespace

Effects EnergyWatch::retire() const {
  Effects effects;
  for (const MessageId message : {MessageId::NightAtRisk, MessageId::DisconnectNear, MessageId::ArrayDirty,
                                  MessageId::BatteryAged, MessageId::NoChargeByDay}) {
    effects.emplace_back(alarm(message, false));
  }
  return effects;
}

void EnergyWatch::watch(unsigned stage, const KnownTime& at, Effects& effects, PowerEvents& events) {
  watch_charge(at, effects);
  const BatteryState battery = estimator_.state(at.now);
  watch_full(battery, at, events);
  if (battery.health) {
    aged_ = *battery.health < (aged_ ? kAgedNoMore : kAged);
    effects.emplace_back(alarm(MessageId::BatteryAged, aged_,
                               {{"health", percent_text(battery.health->value() / 100)},
                                {"capacity", fmt::format("{:.0f}Ah", battery.capacity.value())}}));
  }
  if (!forecaster_) {
    return;
  }
  const ArrayState array = forecaster_->array();
  const bool dirty = array.wants_cleaning;
  if (dirty_ && !dirty && array.ratio) {
    events.add(at, "cleaned", fmt::format("the array gives {} of its best again", percent_text(*array.ratio)));
  }
  dirty_ = dirty;
  effects.emplace_back(alarm(MessageId::ArrayDirty, dirty,
                             {{"ratio", percent_text(array.ratio.value_or(0))},
                              {"loss_per_day", fmt::format("{:.1f}%", array.loss_per_day.value_or(0) * 100)}}));
  if (const auto foretold = forecast(stage, at)) {
    watch_night(*foretold, effects);
  }
}

void EnergyWatch::watch_night(const EnergyForecast& forecast, Effects& effects) {
  if (forecast.night) {
    at_risk_ = at_risk_ ? forecast.night->survival < kSafeAgain : !forecast.night->survives;
    effects.emplace_back(alarm(MessageId::NightAtRisk, at_risk_,
                               {{"survival", percent_text(forecast.night->survival)},
                                {"available_wh", fmt::format("{:.0f}", forecast.night->available.value())},
                                {"needed_wh", fmt::format("{:.0f}", forecast.night->needed.value())}}));
  } else {
    at_risk_ = false;
    effects.emplace_back(alarm(MessageId::NightAtRisk, false));
  }
  const Duration left = forecast.to_disconnect.value_or(kNearNoMore);
  near_ = left < (near_ ? kNearNoMore : kNear);
  const auto left_minutes = std::chrono::duration_cast<minutes>(left).count();
  effects.emplace_back(alarm(MessageId::DisconnectNear, near_, {{"left", fmt::format("{}min", left_minutes)}}));
}

// Only of chargers that answer: POWER_SOURCE_LOST tells of the others.
void EnergyWatch::watch_charge(const KnownTime& at, Effects& effects) {
  if (!sun_ || !at.wall) {
    return;
  }
  const bool high = elevation({sun_->latitude, sun_->longitude}, *at.wall) > kHighSun;
  const bool told = sample_.panel_power || sample_.charge_current;
  const bool nothing =
      sample_.panel_power.value_or(Watts{}) < kNoPower && sample_.charge_current.value_or(Amps{}) < kNoCurrent;
  // What is full takes nothing.
  const bool full = sample_.phase == ChargePhase::Float || sample_.phase == ChargePhase::Absorption;
  if (!told || (high && full)) {
    idle_since_.reset();
    return;
  }
  if (!nothing) {
    idle_since_.reset();
    idle_ = false;
  } else if (high) {
    idle_since_ = idle_since_.value_or(at.now);
    idle_ = idle_ || at.now - *idle_since_ >= kIdlePatience;
  } else {
    idle_since_.reset();  // what was raised by day stays until something charges
  }
  effects.emplace_back(alarm(MessageId::NoChargeByDay, idle_));
}

// Every day is full on a healthy site: only the end of a spell without is told.
void EnergyWatch::watch_full(const BatteryState& battery, const KnownTime& at, PowerEvents& events) {
  const auto before = std::exchange(since_full_, battery.since_full);
  if (before && battery.since_full && *before >= kLongWithoutFull && *battery.since_full < hours{1}) {
    events.add(at, "full",
               fmt::format("for the first time in {:.1f} days",
                           std::chrono::duration<double, std::chrono::days::period>(*before).count()));
  }
}

}  // namespace karkara
