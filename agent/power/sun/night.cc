#include "agent/power/sun/night.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace karkara {
namespace {

constexpr double kSurvives = 0.5;     // both mistakes cost the same here
constexpr double kLeastDoubt = 0.02;  // of the need

struct Dusk {
  double left = 0;
  double doubt = 0;  // of the charge and of the sun until then
};

// Full at dusk is full, whatever the charge was in the morning: the doubts shrink with the room.
Dusk at_dusk(const NightQuestion& asked, const Outlook& outlook, const Reserve& reserve) {
  const double now = reserve.above.value();
  const double charge = reserve.charge_doubt.value();
  if (asked.sunset <= asked.now) {
    return {now, charge};
  }
  const auto left_of = [&](double start, double sun_part) {
    return outlook.course(start, reserve, asked.now, asked.sunset, sun_part).left;
  };
  const double left = left_of(now, 1);
  const double by_charge = std::max(left - left_of(std::max(0.0, now - charge), 1), left_of(now + charge, 1) - left);
  const double less_sun =
      asked.rest_of_day.mean > 0 ? std::max(0.0, 1 - asked.rest_of_day.deviation / asked.rest_of_day.mean) : 1;
  return {left, std::hypot(by_charge, left - left_of(now, less_sun))};
}

}  // namespace

NightForecast night_forecast(const NightQuestion& asked, const Outlook& outlook, const Reserve& reserve) {
  const Dusk dusk = at_dusk(asked, outlook, reserve);
  const auto night = outlook.course(dusk.left, reserve, std::max(asked.now, asked.sunset), asked.charging_again);
  const double doubt = std::sqrt(dusk.doubt * dusk.doubt + reserve.other_doubt.value() * reserve.other_doubt.value() +
                                 std::pow(night.deepest * std::max(kLeastDoubt, asked.load_deviation), 2));
  const double margin = dusk.left - night.deepest;
  NightForecast forecast{asked.sunset, asked.charging_again, WattHours{dusk.left}, WattHours{night.deepest},
                         WattHours{doubt}};
  // The normal distribution's part below the margin.
  forecast.survival = doubt > 0 ? std::erfc(-margin / doubt / std::numbers::sqrt2) / 2 : (margin > 0 ? 1 : 0);
  forecast.survives = forecast.survival > kSurvives;
  return forecast;
}

}  // namespace karkara
