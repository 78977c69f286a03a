#include "agent/power/energy_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "agent/facts/effect_list.h"
#include "agent/power/battery/battery_memory.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// Flash wears with writes and a power cut loses what was not written: a quarter of an hour of counting is some tenths
// of a percent, a quarter of a day of the forecast is one of its 28 days' quarters.
constexpr Duration kSaveBattery = minutes{15};
constexpr Duration kSaveForecast = hours{6};
constexpr Duration kWatchPace = minutes{1};
constexpr Duration kShortAway = minutes{10};  // a restart, no darkness
constexpr minutes kTookNearlyAll{15};         // so long a charger may hold back in a day that still tells the sun

std::string seconds_text(const std::optional<WallTime>& wall) {
  return std::to_string(wall ? wall->seconds() : 0);
}

// Nothing: no such number. 0 stands for a time that the router did not know.
std::optional<std::int64_t> seconds_from(std::string_view text) {
  std::int64_t seconds = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool whole = error == std::errc{} && stop == text.data() + text.size();
  return whole && seconds >= 0 && seconds <= (std::int64_t{1} << 40U) ? std::optional{seconds} : std::nullopt;
}
std::optional<WallTime> wall_of(std::int64_t seconds) {
  return seconds > 0 ? std::optional{WallTime{std::chrono::seconds{seconds}}} : std::nullopt;
}

// "SECONDS TEXT" or "SECONDS/SECONDS TEXT": when it was written, when the usual day in it begins where that is another
// time, and the estimator's own line.
struct KeptBattery {
  std::optional<WallTime> at;
  std::optional<WallTime> day_begins;
  std::string_view text;
};
std::optional<KeptBattery> kept_battery_from(std::string_view kept) {
  const std::size_t space = kept.find(' ');
  const std::string_view head = kept.substr(0, space);
  const std::size_t slash = head.find('/');
  const auto at = seconds_from(head.substr(0, slash));
  const auto begins = slash == std::string_view::npos ? at : seconds_from(head.substr(slash + 1));
  if (space == std::string_view::npos || !at || !begins) {
    return std::nullopt;
  }
  return KeptBattery{wall_of(*at), wall_of(*begins), kept.substr(space + 1)};
}

std::string whose(const BatteryMemory& memory) {
  return fmt::format("it is of another battery than the configured one: {} of {:g} Ah at {:g} V",
                     memory.lithium.value_or(false) ? "lithium iron phosphate" : "lead-acid",
                     memory.rated.value_or(AmpHours{}).value(), memory.nominal.value_or(Volts{}).value());
}

void note_unread(std::string_view what, const std::string& why, Effects& effects) {
  if (!why.empty()) {
    effects.emplace_back(Note{MessageId::PowerStateUnread, {{"what", std::string{what}}, {"why", why}}});
  }
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
  Effects effects;
  const bool other = battery != estimator_.settings() || sun != sun_;
  estimator_.reconfigure(battery);
  sun_ = sun;
  reconfigure_forecaster(effects);
  if (!other) {
    return effects;
  }
  at_risk_ = near_ = aged_ = dirty_ = idle_ = false;  // what still holds is raised again within a minute
  idle_since_.reset();
  append(effects, retire());
  return effects;
}

// A place that is taken out of the configuration and put back costs nothing.
void EnergyWatch::reconfigure_forecaster(Effects& effects) {
  if (!sun_) {
    kept_forecast_ = forecaster_ ? forecaster_->memory() : kept_forecast_;
    forecaster_.reset();
  } else if (forecaster_) {
    note_unread("forecast", forecaster_->reconfigure(*sun_, estimator_.settings()), effects);
  } else {
    forecaster_.emplace(*sun_, estimator_.settings());
    if (recalled_at_) {
      recall_forecast(effects);
    }
  }
}

void EnergyWatch::recall_forecast(Effects& effects) {
  if (kept_forecast_.empty() || !forecaster_) {
    return;
  }
  const auto left_out = forecaster_->restore(kept_forecast_);
  note_unread("forecast", left_out ? *left_out : left_out.error().text, effects);
}

void EnergyWatch::recall_battery(const KnownTime& at, Effects& effects) {
  const auto kept = kept_battery_from(kept_battery_);
  auto memory = kept ? battery_memory_from(kept->text)
                     : Result<BatteryMemory>{Error{ErrorCode::DataLoss, "no time in front of it"}};
  if (!memory) {
    note_unread("battery", memory.error().text, effects);
    return;
  }
  left_at_ = kept->at;
  if (memory->is_of_another(estimator_.settings())) {
    note_unread("battery", whose(*memory), effects);
    return;
  }
  day_begins_ = kept->day_begins;
  if (!day_begins_) {
    memory->day.reset();  // nobody will ever know at which hour it begins
  }
  std::optional<Duration> away;
  if (kept->at && kept->day_begins == kept->at && at.wall && *at.wall >= *kept->at) {
    away = *at.wall - *kept->at;
    day_begins_.reset();
  }
  estimator_.restore(*memory, away);
  knows_away_ = away.has_value();
}

void EnergyWatch::recall(const KnownTime& at, Effects& effects) {
  recalled_at_ = at.now;
  save_battery_at_ = at.now + kSaveBattery;
  save_forecast_at_ = at.now + kSaveForecast;
  if (!kept_battery_.empty()) {
    recall_battery(at, effects);
  }
  recall_forecast(effects);
}

// A router without a clock starts without the time: what the estimate lacked then is told now.
void EnergyWatch::learn_time(const KnownTime& at, PowerEvents& events) {
  if (const auto begins = std::exchange(day_begins_, std::nullopt)) {
    const bool plausible = *at.wall >= *begins;
    estimator_.place_day(plausible ? std::optional{at.now + -Duration{*at.wall - *begins}} : std::nullopt);
  }
  const auto left = std::exchange(left_at_, std::nullopt);
  const Duration away = left ? Duration{*at.wall - *left} - (at.now - *recalled_at_) : Duration{};
  if (away <= kShortAway) {
    return;
  }
  if (!knows_away_) {
    estimator_.was_away(away);
  }
  const auto minutes_away = std::chrono::duration_cast<minutes>(away).count();
  events.add(at, "dark", fmt::format("nobody measured for {} h {:02} min", minutes_away / 60, minutes_away % 60));
}

Effects EnergyWatch::see(const EnergySample& sample, unsigned stage, const KnownTime& at, PowerEvents& events) {
  Effects effects;
  if (!recalled_at_) {
    recall(at, effects);
  }
  sample_ = sample;
  estimator_.see(sample, at.now);
  if (at.wall && (day_begins_ || left_at_)) {
    learn_time(at, events);
  }
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
  if (!recalled_at_) {
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
  if (!recalled_at_) {
    return effects;  // nothing was seen yet: what is on disk is better
  }
  save_battery_at_ = at.now + kSaveBattery;
  std::string written = seconds_text(at.wall);
  if (day_begins_ && estimator_.has_unplaced_day()) {
    written += "/" + seconds_text(day_begins_);
  }
  effects.emplace_back(Persist{std::string{kBatteryKey}, written + " " + to_text(estimator_.memory(at.now))});
  if (forecaster_ && (all || at.now >= save_forecast_at_ || forecaster_->may_be_cut())) {
    save_forecast_at_ = at.now + kSaveForecast;
    effects.emplace_back(Persist{std::string{kForecastKey}, forecaster_->memory()});
  }
  return effects;
}

std::optional<EnergyForecast> EnergyWatch::forecast(unsigned stage, const KnownTime& at) const {
  if (!forecaster_ || !at.wall) {
    return std::nullopt;
  }
  return forecaster_->forecast(estimator_.state(at.now), stage, *at.wall);
}

std::optional<NightHours> EnergyWatch::night_hours(const KnownTime& at) const {
  return forecaster_ && at.wall ? forecaster_->night_hours(*at.wall) : std::nullopt;
}

}  // namespace karkara
