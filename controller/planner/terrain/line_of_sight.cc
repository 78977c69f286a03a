#include "controller/planner/terrain/line_of_sight.h"

#include <cmath>

namespace karkara::planner {

SightLine line_of_sight(const Profile& profile, Metres from_mast, Metres to_mast, double k_factor) {
  SightLine result;
  const std::size_t count = profile.heights.size();
  if (count < 2 || std::isnan(profile.heights.front()) || std::isnan(profile.heights.back())) {
    return result;
  }
  const double from = profile.heights.front() + from_mast.value();
  const double to = profile.heights.back() + to_mast.value();
  const double step = profile.spacing.value();
  bool all_known = true;
  for (std::size_t i = 1; i + 1 < count; ++i) {
    if (std::isnan(profile.heights[i])) {
      all_known = false;
      continue;
    }
    const auto near = static_cast<double>(i);
    const auto far = static_cast<double>(count - 1 - i);
    const double bulge = near * far * step * step / (2 * k_factor * kEarthRadius.value());
    const double line = from + (to - from) * near / static_cast<double>(count - 1);
    const Metres clearance{line - (profile.heights[i] + bulge)};
    if (!result.clearance || clearance < *result.clearance) {
      result.clearance = clearance;
      result.at = i;
    }
  }
  if (result.clearance && result.clearance->value() < 0) {
    result.sight = Sight::Hidden;
  } else {
    result.sight = all_known ? Sight::Visible : Sight::Unknown;
  }
  return result;
}

}  // namespace karkara::planner
