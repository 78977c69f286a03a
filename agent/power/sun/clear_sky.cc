#include "agent/power/sun/clear_sky.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace karkara {
namespace {

constexpr double kRadians = std::numbers::pi / 180;
constexpr WattsPerSquareMetre kStandard{1000};  // standard test conditions
// The tilt is not known. Installers keep to 10 to 15 degrees so that rain washes the glass; this one halves the error
// of either end.
constexpr double kTilt = 10 * kRadians;
constexpr double kDiffuse = 0.2;      // part of a clear sky's light that comes from everywhere
constexpr double kMostTilting = 1.6;  // of the beam, when the sun stands low
// Hot cells give less: 0.4 %/K, and 20 to 30 K at full sun, of which about half shows against the air's own warmth.
constexpr double kDroop = 0.08;

WattsPerSquareMetre haurwitz(double sine) {
  return sine <= 0 ? WattsPerSquareMetre{} : WattsPerSquareMetre{1098 * sine * std::exp(-0.059 / sine)};
}

}  // namespace

WattsPerSquareMetre clear_sky(Degrees elevation) {
  return haurwitz(std::sin(elevation.value() * kRadians));
}

ClearDay::ClearDay(const Place& place, std::int64_t day, Duration utc_offset)
    : day_{day}, light_{daylight(place, day, utc_offset)} {
  const double latitude = place.latitude.value() * kRadians;
  const double sun = declination(light_.noon).value() * kRadians;
  const auto plane_at = [sun](double angle) {
    return Plane{std::sin(angle) * std::sin(sun), std::cos(angle) * std::cos(sun)};
  };
  level_ = plane_at(latitude);
  tilted_ = plane_at(latitude - std::copysign(kTilt, latitude));  // a plane tilted to the equator is level nearer to it
}

double ClearDay::cosine_of_hour(WallTime at) const {
  const std::chrono::duration<double, std::ratio<86400>> from_noon = at - light_.noon;
  return std::cos(from_noon.count() * 2 * std::numbers::pi);
}

double ClearDay::sine_of_elevation(WallTime at) const {
  return level_.steady + level_.swing * cosine_of_hour(at);
}

double ClearDay::share(WallTime at) const {
  const double hour = cosine_of_hour(at);
  const double sine = level_.steady + level_.swing * hour;
  if (sine <= 0) {
    return 0;
  }
  const double beam = std::clamp((tilted_.steady + tilted_.swing * hour) / sine, 0.0, kMostTilting);
  const double light = haurwitz(sine) / kStandard * (kDiffuse + (1 - kDiffuse) * beam);
  return light * (1 - kDroop * light) / (1 - kDroop);
}

}  // namespace karkara
