#include "controller/planner/people/areas.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace karkara::planner {
namespace {

constexpr double kMetresADegree = 111'195;

bool is_inside(const Area& area, double lat, double lon) {
  bool inside = false;
  for (const auto& ring : area.rings) {
    for (std::size_t i = 0; i < ring.size(); ++i) {
      const Place& a = ring[i];
      const Place& b = ring[(i + 1) % ring.size()];
      const double a_lat = a.latitude.value();
      const double b_lat = b.latitude.value();
      if ((a_lat > lat) == (b_lat > lat)) {
        continue;
      }
      const double crossing =
          a.longitude.value() + (lat - a_lat) / (b_lat - a_lat) * (b.longitude - a.longitude).value();
      inside = inside != (lon < crossing);
    }
  }
  return inside;
}

// From a place to an edge, on a plane that is flat enough for some kilometres.
double metres_to_edge(const Place& place, const Place& a, const Place& b) {
  const double squeeze = std::cos(place.latitude.value() * (std::numbers::pi / 180));
  const auto x = [&](const Place& p) { return (p.longitude - place.longitude).value() * squeeze * kMetresADegree; };
  const auto y = [&](const Place& p) { return (p.latitude - place.latitude).value() * kMetresADegree; };
  const double dx = x(b) - x(a);
  const double dy = y(b) - y(a);
  const double square = dx * dx + dy * dy;
  const double part = square == 0 ? 0 : std::clamp(-(x(a) * dx + y(a) * dy) / square, 0.0, 1.0);
  return std::hypot(x(a) + part * dx, y(a) + part * dy);
}

}  // namespace

Areas::Areas(std::vector<Area> areas) : areas_{std::move(areas)}, boxes_(areas_.size()) {
  for (std::size_t i = 0; i < areas_.size(); ++i) {
    for (const auto& ring : areas_[i].rings) {
      for (const Place& place : ring) {
        Box& box = boxes_[i];
        box.south = std::min(box.south, place.latitude.value());
        box.north = std::max(box.north, place.latitude.value());
        box.west = std::min(box.west, place.longitude.value());
        box.east = std::max(box.east, place.longitude.value());
      }
    }
  }
}

const Area* Areas::around(const Place& place) const {
  const double lat = place.latitude.value();
  const double lon = place.longitude.value();
  for (std::size_t i = 0; i < areas_.size(); ++i) {
    const Box& box = boxes_[i];
    const bool may = lat >= box.south && lat <= box.north && lon >= box.west && lon <= box.east;
    if (may && is_inside(areas_[i], lat, lon)) {
      return &areas_[i];
    }
  }
  return nullptr;
}

bool Areas::is_near(const Place& place, Metres margin) const {
  if (around(place) != nullptr) {
    return true;
  }
  for (const Area& area : areas_) {
    for (const auto& ring : area.rings) {
      for (std::size_t i = 0; i < ring.size(); ++i) {
        if (metres_to_edge(place, ring[i], ring[(i + 1) % ring.size()]) <= margin.value()) {
          return true;
        }
      }
    }
  }
  return false;
}

}  // namespace karkara::planner
