#include "controller/planner/terrain/place.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace karkara::planner {
namespace {

double radians(Degrees angle) {
  return angle.value() * (std::numbers::pi / 180);
}

Degrees degrees(double angle) {
  return Degrees{angle * (180 / std::numbers::pi)};
}

}  // namespace

Result<Place> place_from(double latitude, double longitude) {
  if (!(std::abs(latitude) <= 90) || !(std::abs(longitude) <= 180)) {
    return Error{ErrorCode::InvalidArgument,
                 "not on the globe: latitude " + std::to_string(latitude) + ", longitude " + std::to_string(longitude)};
  }
  return Place{Degrees{latitude}, Degrees{longitude}};
}

Metres distance(const Place& from, const Place& to) {
  const double lat1 = radians(from.latitude);
  const double lat2 = radians(to.latitude);
  const double north = std::sin((lat2 - lat1) / 2);
  const double east = std::sin(radians(to.longitude - from.longitude) / 2);
  const double half_chord = north * north + std::cos(lat1) * std::cos(lat2) * east * east;
  return kEarthRadius * (2 * std::asin(std::sqrt(std::min(1.0, half_chord))));
}

Degrees bearing(const Place& from, const Place& to) {
  const double lat1 = radians(from.latitude);
  const double lat2 = radians(to.latitude);
  const double east = radians(to.longitude - from.longitude);
  const double x = std::cos(lat1) * std::sin(lat2) - std::sin(lat1) * std::cos(lat2) * std::cos(east);
  const double angle = degrees(std::atan2(std::sin(east) * std::cos(lat2), x)).value();
  return Degrees{angle < 0 ? angle + 360 : angle};
}

Place destination(const Place& from, Degrees bearing, Metres distance) {
  const double arc = distance / kEarthRadius;
  const double lat1 = radians(from.latitude);
  const double course = radians(bearing);
  const double sine = std::sin(lat1) * std::cos(arc) + std::cos(lat1) * std::sin(arc) * std::cos(course);
  const double lat2 = std::asin(std::clamp(sine, -1.0, 1.0));
  const double east =
      std::atan2(std::sin(course) * std::sin(arc) * std::cos(lat1), std::cos(arc) - std::sin(lat1) * sine);
  const double longitude = std::remainder(from.longitude.value() + degrees(east).value(), 360.0);
  return Place{degrees(lat2), Degrees{longitude}};
}

}  // namespace karkara::planner
