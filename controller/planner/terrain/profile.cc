#include "controller/planner/terrain/profile.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <span>

namespace karkara::planner {
namespace {

constexpr double kMostSteps = 1e6;
constexpr double kRadians = std::numbers::pi / 180;

struct Vector {
  double x, y, z;
};

Vector unit(const Place& place) {
  const double lat = place.latitude.value() * kRadians;
  const double lon = place.longitude.value() * kRadians;
  return {std::cos(lat) * std::cos(lon), std::cos(lat) * std::sin(lon), std::sin(lat)};
}

// The place at a part of the way, exactly.
class Way {
 public:
  Way(const Place& from, const Place& to) : from_{unit(from)}, to_{unit(to)}, arc_{distance(from, to) / kEarthRadius} {}

  [[nodiscard]] Place at(double part) const {
    const double scale = std::sin(arc_);
    const double a = scale == 0 ? 1 - part : std::sin((1 - part) * arc_) / scale;
    const double b = scale == 0 ? part : std::sin(part * arc_) / scale;
    const Vector p{a * from_.x + b * to_.x, a * from_.y + b * to_.y, a * from_.z + b * to_.z};
    return {Degrees{std::atan2(p.z, std::hypot(p.x, p.y)) / kRadians}, Degrees{std::atan2(p.y, p.x) / kRadians}};
  }
  [[nodiscard]] double arc() const { return arc_; }

 private:
  Vector from_;
  Vector to_;
  double arc_;
};

// The quartic through five exact places at parts 0, 1/4 .. 1: on paths below 130 km, away from the poles and the date
// line, it stays within a micrometre of the circle and costs a tenth.
class Quartic {
 public:
  explicit Quartic(std::array<double, 5> y) {
    // Newton's forward differences, multiplied out.
    const double d1 = y[1] - y[0];
    const double d2 = y[2] - 2 * y[1] + y[0];
    const double d3 = y[3] - 3 * y[2] + 3 * y[1] - y[0];
    const double d4 = y[4] - 4 * y[3] + 6 * y[2] - 4 * y[1] + y[0];
    c_ = {y[0], d1 - d2 / 2 + d3 / 3 - d4 / 4, d2 / 2 - d3 / 2 + 11 * d4 / 24, d3 / 6 - d4 / 4, d4 / 24};
  }
  [[nodiscard]] double at(double part) const {
    const double t = 4 * part;
    return c_[0] + t * (c_[1] + t * (c_[2] + t * (c_[3] + t * c_[4])));
  }

 private:
  std::array<double, 5> c_;
};

bool is_gentle(const Place& from, const Place& to, double arc) {
  return arc < 0.02 && std::abs(from.latitude.value()) < 60 && std::abs(to.latitude.value()) < 60 &&
         std::abs(from.longitude.value() - to.longitude.value()) < 180;
}

}  // namespace

bool Profile::is_known() const {
  return std::none_of(heights.begin(), heights.end(), [](double height) { return std::isnan(height); });
}

std::vector<Place> great_circle(const Place& from, const Place& to, std::size_t count) {
  std::vector<Place> places(count);
  const Way way{from, to};
  const double last = static_cast<double>(std::max<std::size_t>(count, 2) - 1);
  if (is_gentle(from, to, way.arc()) && count > 10) {
    std::array<double, 5> latitude{};
    std::array<double, 5> longitude{};
    for (std::size_t i = 0; i < 5; ++i) {
      const Place exact = way.at(static_cast<double>(i) / 4);
      latitude[i] = exact.latitude.value();
      longitude[i] = exact.longitude.value();
    }
    const Quartic north{latitude};
    const Quartic east{longitude};
    for (std::size_t i = 0; i < count; ++i) {
      const double part = static_cast<double>(i) / last;
      places[i] = {Degrees{north.at(part)}, Degrees{east.at(part)}};
    }
  } else {
    for (std::size_t i = 0; i < count; ++i) {
      places[i] = way.at(static_cast<double>(i) / last);
    }
  }
  if (count > 0) {
    places.back() = to;
    places.front() = from;
  }
  return places;
}

Result<Profile> profile_between(const TerrainView& terrain, const Place& from, const Place& to, Metres spacing,
                                Sampling sampling) {
  const Metres length = distance(from, to);
  if (!(spacing.value() > 0) || !(length / spacing <= kMostSteps)) {
    return Error{ErrorCode::InvalidArgument, "a profile needs a spacing over 0 and at most a million steps"};
  }
  const double steps = std::max(1.0, std::ceil(length / spacing - 1e-9));
  Profile profile;
  profile.spacing = length * (1 / steps);
  profile.heights.resize(static_cast<std::size_t>(steps) + 1);
  const std::vector<Place> places = great_circle(from, to, profile.heights.size());
  terrain.heights_at(places, sampling, profile.heights);
  if (terrain.has_cover()) {
    profile.clutter.assign(places.size(), 0);
    terrain.add_cover(places, profile.clutter);
    for (std::size_t i = 1; i + 1 < places.size(); ++i) {
      profile.heights[i] += profile.clutter[i];
    }
  }
  return profile;
}

}  // namespace karkara::planner
