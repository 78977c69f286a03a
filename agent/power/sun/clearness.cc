#include "agent/power/sun/clearness.h"

#include <cmath>

namespace karkara {
namespace {

// Until days were seen: the Sahel's mean clearness, worth one day.
constexpr double kUsual = 0.85;
constexpr double kUsualSpread = 0.18;
constexpr double kUsualWeight = 1;
constexpr double kHalfLife = 6;        // days
constexpr double kLeastSpread = 0.03;  // even of the clearest season
// After so many hours of full sun the rest of the day is as likely to be like today as like the days before.
constexpr double kHoursToBelieve = 1.5;
constexpr double kMostBelief = 0.8;

}  // namespace

ExpectedClearness ClearnessBook::of_a_day() const {
  double weights = kUsualWeight;
  double sum = kUsualWeight * kUsual;
  double squares = kUsualWeight * (kUsual * kUsual + kUsualSpread * kUsualSpread);
  for (std::size_t age = 0; age < kDays; ++age) {
    if (const LogCode day = days_.days_before(age); day.known()) {
      const double weight = std::exp2(-static_cast<double>(age) / kHalfLife);
      weights += weight;
      sum += weight * day.value();
      squares += weight * day.value() * day.value();
    }
  }
  const double mean = sum / weights;
  return {mean, std::max(kLeastSpread, std::sqrt(std::max(0.0, squares / weights - mean * mean)))};
}

ExpectedClearness ClearnessBook::of_the_rest(const std::optional<Clearness>& so_far) const {
  const ExpectedClearness day = of_a_day();
  if (!so_far) {
    return day;
  }
  const double belief = std::min(kMostBelief, so_far->watched / (so_far->watched + kHoursToBelieve));
  return {belief * std::min(so_far->index, kMostIndex) + (1 - belief) * day.mean,
          day.deviation * std::sqrt(1 - belief * belief)};
}

}  // namespace karkara
