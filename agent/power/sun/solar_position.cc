#include "agent/power/sun/solar_position.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace karkara {
namespace {

using std::chrono::duration_cast;
using std::chrono::hours;
using std::chrono::microseconds;
using MinutesExact = std::chrono::duration<double, std::ratio<60>>;

constexpr double kRadians = std::numbers::pi / 180;
constexpr double kMinutesPerDegree = 4;       // that the earth turns
constexpr Degrees kRefractedHorizon{-0.833};  // refraction and the sun's radius: NOAA's zenith of 90.833

struct Sun {
  double declination = 0;       // radians
  double equation_minutes = 0;  // sundial minus mean time
};

Sun sun_at(WallTime at) {
  constexpr std::chrono::seconds kJ2000{946'728'000};  // 2000-01-01, noon
  const std::chrono::duration<double, std::ratio<86400>> since = at.since_epoch() - kJ2000;
  const double days = since.count();
  const double anomaly = (357.529 + 0.98560028 * days) * kRadians;
  const double mean_longitude = (280.459 + 0.98564736 * days) * kRadians;
  const double longitude = mean_longitude + (1.915 * std::sin(anomaly) + 0.020 * std::sin(2 * anomaly)) * kRadians;
  const double tilt = (23.439 - 0.00000036 * days) * kRadians;
  const double ascension = std::atan2(std::cos(tilt) * std::sin(longitude), std::cos(longitude));
  const double equation = std::remainder(mean_longitude - ascension, 2 * std::numbers::pi);
  return {std::asin(std::sin(tilt) * std::sin(longitude)), equation / kRadians * kMinutesPerDegree};
}

WallTime after(WallTime at, MinutesExact wait) {
  return at + duration_cast<microseconds>(wait);
}

}  // namespace

Degrees declination(WallTime at) {
  return Degrees{sun_at(at).declination / kRadians};
}

Duration equation_of_time(WallTime at) {
  return duration_cast<Duration>(MinutesExact{sun_at(at).equation_minutes});
}

Degrees elevation(const Place& place, WallTime at) {
  const auto midnight = std::chrono::floor<std::chrono::days>(at.since_epoch());
  const Sun sun = sun_at(at);
  const double sundial = MinutesExact{at.since_epoch() - midnight}.count() + sun.equation_minutes +
                         kMinutesPerDegree * place.longitude.value();
  const double hour_angle = (sundial / kMinutesPerDegree - 180) * kRadians;
  const double latitude = place.latitude.value() * kRadians;
  const double sine = std::sin(latitude) * std::sin(sun.declination) +
                      std::cos(latitude) * std::cos(sun.declination) * std::cos(hour_angle);
  return Degrees{std::asin(std::clamp(sine, -1.0, 1.0)) / kRadians};
}

bool is_plausible(WallTime at) {
  constexpr std::chrono::days kFarthest{1'000'000};
  return at.since_epoch() >= std::chrono::days{0} && at.since_epoch() < kFarthest;
}

std::int64_t local_day(WallTime at, Duration utc_offset) {
  return std::chrono::floor<std::chrono::days>(at.since_epoch() + duration_cast<microseconds>(utc_offset)).count();
}

std::int64_t local_hour(WallTime at, Duration utc_offset) {
  return std::chrono::floor<hours>(at.since_epoch() + duration_cast<microseconds>(utc_offset)).count();
}

Daylight daylight(const Place& place, std::int64_t day, Duration utc_offset) {
  const WallTime midday{std::chrono::days{day} + hours{12} - duration_cast<microseconds>(utc_offset)};
  const MinutesExact zone = utc_offset;
  const WallTime noon =
      after(midday, zone - MinutesExact{kMinutesPerDegree * place.longitude.value() + sun_at(midday).equation_minutes});
  const double latitude = place.latitude.value() * kRadians;
  const double sun = sun_at(noon).declination;
  const double cosine = std::sin(kRefractedHorizon.value() * kRadians) / (std::cos(latitude) * std::cos(sun)) -
                        std::tan(latitude) * std::tan(sun);
  const MinutesExact half{std::acos(std::clamp(cosine, -1.0, 1.0)) / kRadians * kMinutesPerDegree};
  return {after(noon, -half), noon, after(noon, half)};
}

}  // namespace karkara
