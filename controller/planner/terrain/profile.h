// The ground along the great circle between two places, at equal steps: what radio models, lines of sight and
// explanations read. What stands on the ground counts between both ends, not under them: antennas stand on bare ground
// (ITU-R P.1812, section 3.2). Unknown heights stay NaN. Refuses to judge the path.
#pragma once

#include <cstddef>
#include <vector>

#include "common/result.h"
#include "controller/planner/terrain/terrain_view.h"

namespace karkara::planner {

struct Profile {
  std::vector<double> heights;  // metres above mean sea level; first at `from`, last at `to`
  Metres spacing;               // equal, at most what was asked for
  std::vector<double>
      clutter;  // what stands at each of them, at both ends too; empty over a terrain that knows of none

  [[nodiscard]] Metres length() const {
    return spacing * static_cast<double>(heights.empty() ? 0 : heights.size() - 1);
  }
  [[nodiscard]] bool is_known() const;  // no height is unknown
};

// `count` places at equal distances, the first `from`, the last `to`.
[[nodiscard]] std::vector<Place> great_circle(const Place& from, const Place& to, std::size_t count);

// Refuses a spacing that is not over 0 and paths of more than a million steps.
[[nodiscard]] Result<Profile> profile_between(const TerrainView& terrain, const Place& from, const Place& to,
                                              Metres spacing, Sampling sampling);

}  // namespace karkara::planner
