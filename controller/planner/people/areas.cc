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

Spans spans_at(const std::vector<std::vector<Place>>& rings, Degrees latitude) {
  std::vector<double> crossings;
  const double lat = latitude.value();
  for (const auto& ring : rings) {
    for (std::size_t i = 0; i < ring.size(); ++i) {
      const Place& a = ring[i];
      const Place& b = ring[(i + 1) % ring.size()];
      const double a_lat = a.latitude.value();
      const double b_lat = b.latitude.value();
      if ((a_lat > lat) != (b_lat > lat)) {
        crossings.push_back(a.longitude.value() +
                            (lat - a_lat) / (b_lat - a_lat) * (b.longitude - a.longitude).value());
      }
    }
  }
  std::sort(crossings.begin(), crossings.end());
  Spans spans;
  for (std::size_t i = 0; i + 1 < crossings.size(); i += 2) {
    spans.emplace_back(crossings[i], crossings[i + 1]);
  }
  return spans;
}

std::optional<Place> inner_place(const std::vector<std::vector<Place>>& rings) {
  double south = 91;
  double north = -91;
  for (const auto& ring : rings) {
    for (const Place& place : ring) {
      south = std::min(south, place.latitude.value());
      north = std::max(north, place.latitude.value());
    }
  }
  std::optional<Place> best;
  double widest = 1e-9;
  // Three parallels, none of which is likely to run through a corner.
  for (const double part : {0.5003, 0.2507, 0.7509}) {
    const Degrees latitude{south + part * (north - south)};
    for (const auto& [west, east] : spans_at(rings, latitude)) {
      if (east - west > widest) {
        widest = east - west;
        best = Place{latitude, Degrees{(west + east) / 2}};
      }
    }
  }
  return best;
}

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

bool Areas::holds(std::size_t area, const Place& place) const {
  const double lat = place.latitude.value();
  const double lon = place.longitude.value();
  const Box& box = boxes_[area];
  return lat >= box.south && lat <= box.north && lon >= box.west && lon <= box.east &&
         is_inside(areas_[area], lat, lon);
}

std::optional<std::size_t> Areas::index_around(const Place& place) const {
  for (std::size_t i = 0; i < areas_.size(); ++i) {
    if (holds(i, place)) {
      return i;
    }
  }
  return std::nullopt;
}

std::vector<std::size_t> Areas::all_around(const Place& place) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < areas_.size(); ++i) {
    if (holds(i, place)) {
      found.push_back(i);
    }
  }
  return found;
}

const Area* Areas::around(const Place& place) const {
  const auto index = index_around(place);
  return index ? &areas_[*index] : nullptr;
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
