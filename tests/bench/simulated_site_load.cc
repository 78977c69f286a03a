#include "tests/bench/simulated_site_load.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

#include "tests/bench/simulated_site_sky.h"

namespace karkara {
namespace {

// Of a site with one 12 V battery of 200 Ah, in W; docs/power-simulation.md prints the table.
struct StageLoad {
  double router, vsat, vsat_busy, wifi, wifi_busy, lte, lte_busy;
  bool visitors;
  bool wifi_at_night;
};
constexpr std::array<StageLoad, kDeepestStage + 1> kStages{{
    {7, 20, 8, 9, 6, 6, 3, true, true},
    {7, 20, 5, 6, 4, 6, 3, true, true},
    {7, 20, 5, 6, 4, 6, 3, false, false},
    {7, 6, 2, 6, 4, 6, 3, false, false},
    {7, 0, 0, 0, 0, 6, 1, false, false},
}};
constexpr std::array<double, 24> kBusyOfHour{.15, .08, .05, .05, .06, .12, .25, .38, .48, .52, .50, .48,
                                             .45, .40, .42, .46, .52, .60, .75, .92, 1.0, .90, .60, .32};
constexpr std::array<double, 7> kBusyOfDay{1.0,  1.0, 1.0, 1.25,
                                           0.85, 1.1, 1.0};  // from Wednesday: a market on Saturday
constexpr double kNoise = 0.18;
constexpr double kNoiseHours = 1.5;
constexpr double kGrowth = 0.1;  // over a year
constexpr double kVisitsPerDay = 0.5;
constexpr double kNightBegins = 23, kNightEnds = 5;

}  // namespace

VillageYear::VillageYear(std::size_t days, std::uint64_t seed)
    : busy_(days * kStepsPerDay), visitors_(days * kStepsPerDay) {
  std::mt19937_64 random{seed};
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> unit{0, 1};
  double noise = 0;
  constexpr double kStepHours = 24.0 / kStepsPerDay;
  for (std::size_t i = 0; i < busy_.size(); ++i) {
    const std::size_t day = i / kStepsPerDay;
    const double hour = static_cast<double>(i % kStepsPerDay) * kStepHours;
    const auto whole = static_cast<std::size_t>(hour);
    const double part = hour - static_cast<double>(whole);
    noise += -noise * kStepHours / kNoiseHours + kNoise * std::sqrt(2 * kStepHours / kNoiseHours) * normal(random);
    const double usual = kBusyOfHour[whole] * (1 - part) + kBusyOfHour[(whole + 1) % 24] * part;
    const double grown = 1 + kGrowth * static_cast<double>(day) / 365;
    busy_[i] = static_cast<float>(std::clamp(usual * kBusyOfDay[day % 7] * grown * (1 + noise), 0.0, 1.5));
  }
  for (std::size_t day = 0; day < days; ++day) {
    if (unit(random) < kVisitsPerDay) {
      const double from = 9 + 11 * unit(random);
      const double watts = 10 + 15 * unit(random);
      const auto begin = day * kStepsPerDay + static_cast<std::size_t>(from / kStepHours);
      const auto length = static_cast<std::size_t>((1 + 3 * unit(random)) / kStepHours);
      for (std::size_t i = begin; i < std::min(begin + length, visitors_.size()); ++i) {
        visitors_[i] = static_cast<float>(watts);
      }
    }
  }
}

Watts VillageYear::load(std::size_t step, unsigned stage) const {
  const StageLoad& on = kStages[std::min(stage, kDeepestStage)];
  const double hour = static_cast<double>(step % kStepsPerDay) * 24 / kStepsPerDay;
  const bool wifi = on.wifi_at_night || (hour < kNightBegins && hour >= kNightEnds);
  const double busy = static_cast<double>(busy_[step]);
  return Watts{on.router + on.vsat + on.vsat_busy * busy + (wifi ? on.wifi + on.wifi_busy * busy : 0) + on.lte +
               on.lte_busy * busy + (on.visitors ? static_cast<double>(visitors_[step]) : 0)};
}

}  // namespace karkara
