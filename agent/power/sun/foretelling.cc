// The forecasting half of EnergyForecaster; what it learns is in energy_forecaster.cc.
#include <algorithm>
#include <cmath>

#include "agent/power/battery/hours.h"
#include "agent/power/sun/energy_forecaster.h"
#include "agent/power/sun/night.h"

namespace karkara {
namespace {

using std::chrono::duration_cast;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;

constexpr double kUsualDelay = 90;  // minutes from sunrise until the sun carries the load
constexpr double kLeastDelay = 15;
constexpr double kMostDelay = 5 * 60;

}  // namespace

Duration EnergyForecaster::morning_delay() const {
  const double delay = std::clamp(mornings_.median().value_or(kUsualDelay), kLeastDelay, kMostDelay);
  return duration_cast<Duration>(std::chrono::duration<double, std::ratio<60>>{delay});
}

ExpectedClearness EnergyForecaster::rest_of_day(WallTime wall) const {
  const auto array = level();
  const bool watched = array && clear_.day() == local_day(wall, sun_.utc_offset);
  return clearness_.of_the_rest(watched ? today_.clearness(*array, clearness_.of_a_day().mean) : std::nullopt);
}

// Into the bus, if nothing limits the charger.
WattHours EnergyForecaster::sun_of(std::int64_t day, WallTime from, WallTime to, double clearness) const {
  const ClearDay clear{place(), day, sun_.utc_offset};
  constexpr microseconds kStep = minutes{10};
  double shares = 0;
  for (WallTime at = from + kStep / 2; at < to; at = at + kStep) {
    shares += clear.share(at);
  }
  return WattHours{shares * hours_of(kStep) * clearness * conversion_ * level().value_or(Watts{}).value()};
}

WattHours EnergyForecaster::sun_today(WallTime wall) const {
  const std::int64_t day = local_day(wall, sun_.utc_offset);
  const Daylight light = daylight(place(), day, sun_.utc_offset);
  const WallTime now = std::clamp(wall, light.sunrise, std::max(light.sunrise, light.sunset));
  double so_far = clearness_.of_a_day().mean;
  if (const auto array = level(); array && clear_.day() == day) {
    if (const auto seen = today_.clearness(*array, so_far)) {
      so_far = seen->index;
    }
  }
  return sun_of(day, light.sunrise, now, so_far) + sun_of(day, now, light.sunset, rest_of_day(wall).mean);
}

Outlook EnergyForecaster::outlook(const LoadProfile::Expected& load, WallTime wall) const {
  Outlook ahead{wall};
  const std::int64_t today = local_day(wall, sun_.utc_offset);
  const double rest = rest_of_day(wall).mean;
  const double usual = clearness_.of_a_day().mean;
  const double array = conversion_ * level().value_or(Watts{}).value();
  ClearDay clear{place(), today, sun_.utc_offset};
  for (std::size_t step = 0; step < Outlook::kSteps; ++step) {
    const WallTime at = ahead.middle_of(step);
    if (const std::int64_t day = local_day(at, sun_.utc_offset); day != clear.day()) {
      clear = ClearDay{place(), day, sun_.utc_offset};
    }
    const double clearness = clear.day() == today ? rest : usual;
    ahead.expect(step, load.at(local_hour(at, sun_.utc_offset)), Watts{array * clearness * clear.share(at)});
  }
  return ahead;
}

std::optional<NightHours> EnergyForecaster::night_hours(WallTime wall) const {
  if (!is_plausible(wall)) {
    return std::nullopt;
  }
  const std::int64_t today = local_day(wall, sun_.utc_offset);
  const auto delay = duration_cast<microseconds>(morning_delay());
  const WallTime this_morning = daylight(place(), today, sun_.utc_offset).sunrise + delay;
  const std::int64_t evening = wall < this_morning ? today - 1 : today;
  return NightHours{daylight(place(), evening, sun_.utc_offset).sunset,
                    daylight(place(), evening + 1, sun_.utc_offset).sunrise + delay};
}

void EnergyForecaster::foretell_battery(EnergyForecast& forecast, const BatteryState& battery,
                                        const LoadProfile::Expected& load, WallTime wall) const {
  const NightHours dark = night_hours(wall).value_or(NightHours{});
  const NightQuestion asked{wall, dark.begins, dark.charging_again, load_.deviation(), rest_of_day(wall)};
  const Outlook ahead = outlook(load, wall);
  const WallTime dusk = std::max(wall, asked.sunset);
  const double span = std::max(0.25, hours_of(asked.charging_again - dusk));
  const Watts draw{ahead.course(0, {}, dusk, dusk + duration_cast<microseconds>(hours_long(span))).load / span};
  const auto reserve = usable_.reserve(battery, draw, battery_);
  if (!reserve) {
    return;
  }
  forecast.night = night_forecast(asked, ahead, *reserve);
  forecast.days_of_autonomy = reserve->above.value() / (load.of_a_day().value() * kHoursOfDay);
  if (level()) {
    forecast.to_disconnect = ahead.to_disconnect(*reserve);
  }
}

EnergyForecast EnergyForecaster::forecast(const BatteryState& battery, unsigned stage, WallTime wall) const {
  EnergyForecast forecast;
  if (!is_plausible(wall)) {
    return forecast;
  }
  if (level()) {
    const std::int64_t tomorrow = local_day(wall, sun_.utc_offset) + 1;
    const Daylight light = daylight(place(), tomorrow, sun_.utc_offset);
    forecast.sun_today = sun_today(wall);
    forecast.sun_tomorrow = sun_of(tomorrow, light.sunrise, light.sunset, clearness_.of_a_day().mean);
  }
  if (const auto load = load_.expect(stage, local_hour(wall, sun_.utc_offset))) {
    foretell_battery(forecast, battery, *load, wall);
  }
  return forecast;
}

}  // namespace karkara
