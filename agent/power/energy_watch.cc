#include "agent/power/energy_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "agent/facts/effect_list.h"
#include "agent/power/battery/battery_memory.h"
#include "agent/power/sun/solar_position.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// Flash wears with writes and a power cut loses what was not written: a quarter of an hour of counting is some tenths
// of a percent, a quarter of a day of the forecast is one of its 28 days' quarters.
constexpr Duration kSaveBattery = minutes{15};
constexpr Duration kSaveForecast = hours{6};
constexpr Duration kWatchPace = minutes{1};
// Raised and taken back at different marks, so that noise does not ring the NOC.
constexpr double kSafeAgain = 0.8;
constexpr Duration kNear = hours{2};
constexpr Duration kNearNoMore = hours{4};
constexpr Percent kAged{70};
constexpr Percent kAgedNoMore{75};
// So high the sun gives a quarter of its best even under thick dust.
constexpr Degrees kHighSun{25};
constexpr minutes kTookNearlyAll{15};  // so long a charger may hold back in a day that still tells the sun
constexpr Duration kIdlePatience = hours{1};
constexpr Watts kNoPower{2};
constexpr Amps kNoCurrent{0.15};

std::string seconds_text(const std::optional<WallTime>& wall) {
  return std::to_string(wall ? wall->seconds() : 0);
}

// "SECONDS TEXT": when it was written, 0 while the router did not know, and the estimator's own line.
struct KeptBattery {
  std::optional<WallTime> at;
  std::string_view text;
};
std::optional<KeptBattery> kept_battery_from(std::string_view kept) {
  const std::size_t space = kept.find(' ');
  std::int64_t seconds = 0;
  const char* end = kept.data() + std::min(space, kept.size());
  const auto [stop, error] = std::from_chars(kept.data(), end, seconds);
  if (space == std::string_view::npos || error != std::errc{} || stop != end || seconds < 0 ||
      seconds > (std::int64_t{1} << 40U)) {
    return std::nullopt;
  }
  std::optional<WallTime> at;
  if (seconds > 0) {
    at = WallTime{std::chrono::seconds{seconds}};
  }
  return KeptBattery{at, kept.substr(space + 1)};
}

SetAlarm alarm(MessageId message, bool raised, Fields fields = {}) {
  return {{message, ""}, raised, raised ? std::move(fields) : Fields{}};
}

std::string percent_text(double ratio) {
  return fmt::format("{:.0f}%", ratio * 100);
}

std::string kept(const std::map<std::string, std::string>& all, std::string_view key) {
  const auto found = all.find(std::string{key});
  return found != all.end() ? found->second : std::string{};
}

}  // namespace

EnergyWatch::EnergyWatch(const BatterySettings& battery, const std::optional<SunSettings>& sun,
                         const std::map<std::string, std::string>& all)
    : estimator_{battery}, sun_{sun}, kept_battery_{kept(all, kBatteryKey)}, kept_forecast_{kept(all, kForecastKey)} {
  if (sun_) {
    forecaster_.emplace(*sun_, battery);
  }
}

Effects EnergyWatch::reconfigure(const BatterySettings& battery, const std::optional<SunSettings>& sun) {
  const bool other = battery != estimator_.settings() || sun != sun_;
  estimator_.reconfigure(battery);
  sun_ = sun;
  if (!sun_) {
    forecaster_.reset();
  } else if (forecaster_) {
    forecaster_->reconfigure(*sun_, battery);
  } else {
    forecaster_.emplace(*sun_, battery);
  }
  if (!other) {
    return {};
  }
  at_risk_ = near_ = aged_ = dirty_ = idle_ = false;  // what still holds is raised again within a minute
  idle_since_.reset();
  return retire();
}

void EnergyWatch::recall(const KnownTime& at, Effects& effects) {
  recalled_ = true;
  save_battery_at_ = at.now + kSaveBattery;
  save_forecast_at_ = at.now + kSaveForecast;
  if (!kept_battery_.empty()) {
    const auto kept = kept_battery_from(kept_battery_);
    const auto memory = kept ? battery_memory_from(kept->text)
                             : Result<BatteryMemory>{Error{ErrorCode::DataLoss, "no time in front of it"}};
    if (memory) {
      const bool both = kept->at && at.wall && *at.wall >= *kept->at;
      estimator_.restore(*memory, both ? std::optional<Duration>{*at.wall - *kept->at} : std::nullopt);
    } else {
      effects.emplace_back(Note{MessageId::PowerStateUnread, {{"what", "battery"}, {"why", memory.error().text}}});
    }
  }
  if (!kept_forecast_.empty() && forecaster_) {
    if (const Status status = forecaster_->restore(kept_forecast_); !status.ok()) {
      effects.emplace_back(Note{MessageId::PowerStateUnread, {{"what", "forecast"}, {"why", status.error().text}}});
    }
  }
}

Effects EnergyWatch::see(const EnergySample& sample, unsigned stage, const KnownTime& at, PowerEvents& events) {
  Effects effects;
  if (!recalled_) {
    recall(at, effects);
  }
  sample_ = sample;
  estimator_.see(sample, at.now);
  if (forecaster_) {
    forecaster_->see(sample, estimator_.state(at.now), stage, at.now, at.wall);
  }
  if (at.now >= watch_at_) {
    watch_at_ = at.now + kWatchPace;
    watch(stage, at, effects, events);
  }
  if (at.now >= save_battery_at_ || at.now >= save_forecast_at_) {
    append(effects, keep(at, false));
  }
  return effects;
}

// What the charger did not take was there all the same: such a day is taken for a usual one at least.
Effects EnergyWatch::see_missed_day(const ChargerDay& day, const KnownTime& at) {
  Effects effects;
  if (!recalled_) {
    recall(at, effects);
  }
  if (forecaster_ && day.date && day.yield) {
    const auto held_back = day.absorption.value_or(minutes{}) + day.floating.value_or(minutes{});
    forecaster_->see_missed_day(*day.date, *day.yield, held_back > kTookNearlyAll);
  }
  return effects;
}

Effects EnergyWatch::keep(const KnownTime& at, bool all) {
  Effects effects;
  if (!recalled_) {
    return effects;  // nothing was seen yet: what is on disk is better
  }
  save_battery_at_ = at.now + kSaveBattery;
  effects.emplace_back(
      Persist{std::string{kBatteryKey}, seconds_text(at.wall) + " " + to_text(estimator_.memory(at.now))});
  if (forecaster_ && (all || at.now >= save_forecast_at_ || forecaster_->may_be_cut())) {
    save_forecast_at_ = at.now + kSaveForecast;
    effects.emplace_back(Persist{std::string{kForecastKey}, forecaster_->memory()});
  }
  return effects;
}

Effects EnergyWatch::retire() const {
  Effects effects;
  for (const MessageId message : {MessageId::NightAtRisk, MessageId::DisconnectNear, MessageId::ArrayDirty,
                                  MessageId::BatteryAged, MessageId::NoChargeByDay}) {
    effects.emplace_back(alarm(message, false));
  }
  return effects;
}

std::optional<EnergyForecast> EnergyWatch::forecast(unsigned stage, const KnownTime& at) const {
  if (!forecaster_ || !at.wall) {
    return std::nullopt;
  }
  return forecaster_->forecast(estimator_.state(at.now), stage, *at.wall);
}

void EnergyWatch::watch(unsigned stage, const KnownTime& at, Effects& effects, PowerEvents& events) {
  watch_charge(at, effects);
  const BatteryState battery = estimator_.state(at.now);
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

}  // namespace karkara
