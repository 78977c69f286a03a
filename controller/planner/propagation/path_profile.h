// The ground under a link: heights at equal steps from the transmitter (first) to the receiver (last).
// NaN means *unknown*: a profile that holds one is refused with "unknown terrain", never taken as 0 m.
// Made by the terrain part of the planner, read by every model that needs more than a distance.
#pragma once

#include <cstddef>
#include <span>

#include "common/result.h"
#include "common/units.h"

namespace karkara::propagation {

struct PathProfile {
  std::span<const double> heights;  // metres above mean sea level
  Metres spacing;
  // What stands on the ground at each sample, which the heights between both ends hold already; none: bare ground, or
  // nobody said.
  std::span<const double> clutter = {};

  [[nodiscard]] std::size_t steps() const { return heights.empty() ? 0 : heights.size() - 1; }
  [[nodiscard]] Metres length() const { return spacing * static_cast<double>(steps()); }
};

// Why the profile cannot be used: too short or long, a step that is no length, a height that is unknown
// (FailedPrecondition, with its place) or no height of this Earth.
Status check_profile(const PathProfile& profile);

}  // namespace karkara::propagation
