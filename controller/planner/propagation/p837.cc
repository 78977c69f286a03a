#include "controller/planner/propagation/p837.h"

#include <cmath>
#include <numbers>

#include "controller/planner/propagation/portable_math.h"

namespace karkara::propagation::p837 {
namespace {

constexpr std::array<double, 12> kDays{31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
constexpr double kDaysOfYear = 365.25;

struct RainyMonth {
  double rate = 0;         // mean while it rains, mm/h
  double probability = 0;  // percent
};
using RainyYear = std::array<RainyMonth, 12>;

Status check(const Year& year) {
  for (const Month& month : year) {
    if (!(month.temperature.value() >= -90 && month.temperature.value() <= 60)) {
      return Error{ErrorCode::InvalidArgument, "p837: a month's temperature is outside -90 to 60 degrees C"};
    }
    if (!(month.rainfall_mm >= 0 && month.rainfall_mm <= 20'000)) {
      return Error{ErrorCode::InvalidArgument, "p837: a month's rainfall is outside 0 to 20000 mm"};
    }
  }
  return {};
}

RainyYear rainy_year(const Year& year) {
  RainyYear rainy;
  for (std::size_t i = 0; i < rainy.size(); ++i) {
    const double celsius = year[i].temperature.value();
    const double hours = 24 * kDays[i];
    rainy[i].rate = celsius >= 0 ? 0.5874 * portable::exp(0.0883 * celsius) : 0.5874;  // (1)
    rainy[i].probability = 100 * year[i].rainfall_mm / (hours * rainy[i].rate);        // (2)
    if (rainy[i].probability > 70) {
      rainy[i] = {100.0 / 70 * year[i].rainfall_mm / hours, 70};
    }
  }
  return rainy;
}

double probability_of(const RainyYear& rainy) {  // (3)
  double sum = 0;
  for (std::size_t i = 0; i < rainy.size(); ++i) {
    sum += kDays[i] * rainy[i].probability;
  }
  return sum / kDaysOfYear;
}

double probability_above(const RainyYear& rainy, double rate) {  // (4), (5): rates of a month are log-normal
  double sum = 0;
  for (std::size_t i = 0; i < rainy.size(); ++i) {
    if (rainy[i].probability > 0) {
      const double z = (portable::log(rate) + 0.7938 - portable::log(rainy[i].rate)) / 1.26;
      sum += kDays[i] * rainy[i].probability * 0.5 * std::erfc(z / std::numbers::sqrt2);
    }
  }
  return sum / kDaysOfYear;
}

}  // namespace

Result<Percent> rain_probability(const Year& year) {
  if (const Status sound = check(year); !sound) {
    return sound.error();
  }
  return Percent{probability_of(rainy_year(year))};
}

Result<p838::RainRate> rain_rate(const Year& year, Percent exceeded) {
  if (const Status sound = check(year); !sound) {
    return sound.error();
  }
  if (!(exceeded.value() > 0 && exceeded.value() <= 100)) {
    return Error{ErrorCode::InvalidArgument, "p837: the share of the year is not above 0 and up to 100 %"};
  }
  const RainyYear rainy = rainy_year(year);
  if (exceeded.value() > probability_of(rainy)) {
    return p838::RainRate{0};
  }
  // Bisection on the logarithm: the share falls steadily with the rate.
  double low = 1e-6;
  double high = 1000;
  for (int step = 0; step < 60; ++step) {
    const double middle = std::sqrt(low * high);
    (probability_above(rainy, middle) > exceeded.value() ? low : high) = middle;
  }
  return p838::RainRate{std::sqrt(low * high)};
}

}  // namespace karkara::propagation::p837
