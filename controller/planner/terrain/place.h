// A point on the Earth and the great circle between two of them, on the sphere that all planning distances use (radius
// 6,371.0088 km, the mean radius of GRS80). Refuses the ellipsoid: terrain and settlements are coarser than the
// difference (0.3 %). Called by everything in the planner that has a place.
#pragma once

#include "common/result.h"
#include "common/units.h"

namespace karkara::planner {

inline constexpr Metres kEarthRadius{6'371'008.8};

// WGS84, degrees: latitude -90..90, longitude -180..180.
struct Place {
  Degrees latitude;
  Degrees longitude;
  friend bool operator==(const Place&, const Place&) = default;
};

// Refuses what is not on the globe, NaN included.
[[nodiscard]] Result<Place> place_from(double latitude, double longitude);

// Haversine: also exact for metres.
[[nodiscard]] Metres distance(const Place& from, const Place& to);

// Clockwise from north, 0..360.
[[nodiscard]] Degrees bearing(const Place& from, const Place& to);
[[nodiscard]] Place destination(const Place& from, Degrees bearing, Metres distance);

}  // namespace karkara::planner
