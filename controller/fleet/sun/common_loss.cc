#include "controller/fleet/sun/common_loss.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "controller/fleet/sun/median.h"

namespace karkara {
namespace {

// Niamey: 15 % in 23 days without rain, 0.7 % a day (10.4236/sgre.2017.812025).
constexpr double kFastestDust = 0.0075;
constexpr std::size_t kLooksBack = 28;     // days: dust at that pace has taken a fifth by then
constexpr std::size_t kStillToday = 3;     // days old at most
constexpr std::size_t kFortnightFrom = 9;  // ages in days
constexpr std::size_t kFortnightTo = 20;
constexpr std::size_t kFewestThen = 3;

struct Day {
  std::size_t age;
  double loss;
};

std::vector<Day> days_of(const SunTrack& track) {
  std::vector<Day> days;
  for (std::size_t age = 0; age <= kLooksBack; ++age) {
    if (!std::isnan(track.common[age])) {
      days.push_back({age, -static_cast<double>(track.common[age])});
    }
  }
  return days;
}

// The median of the day and those beside it: one lucky day of all neighbours is no clear sky.
double smooth(const std::vector<Day>& days, std::size_t at) {
  const std::size_t first = std::min(at > 0 ? at - 1 : 0, days.size() > 3 ? days.size() - 3 : 0);
  std::array<double, 3> near{};
  std::size_t count = 0;
  for (; count < near.size() && first + count < days.size(); ++count) {
    near[count] = days[first + count].loss;
  }
  return median_of(std::span{near}.first(count));
}

}  // namespace

std::optional<CommonLoss> common_loss(const SunTrack& track) {
  const std::vector<Day> days = days_of(track);
  if (days.empty() || days.front().age >= kStillToday) {
    return std::nullopt;
  }
  const double newest = std::max(0.0, days.front().loss);
  double dust = newest;
  for (std::size_t i = 0; i < days.size(); ++i) {
    dust = std::min(dust, smooth(days, i) + kFastestDust * static_cast<double>(days[i].age - days.front().age));
  }
  CommonLoss loss{std::max(0.0, dust), std::max(0.0, newest - dust)};
  std::vector<double> then;
  for (const Day& day : days) {
    if (day.age >= kFortnightFrom && day.age <= kFortnightTo) {
      then.push_back(day.loss);
    }
  }
  loss.sank_over_weeks = then.size() >= kFewestThen && median_of(then) > loss.lasting / 2;
  return loss;
}

}  // namespace karkara
