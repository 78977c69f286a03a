// Does one mast see the other over a profile, by how much, and where is the tightest place? The Earth bulges by d1 d2 /
// (2 k a) between them (k: effective radius factor, 4/3 in the usual atmosphere). Refuses radio: Fresnel zones and
// losses are the propagation models'.
#pragma once

#include <cstddef>
#include <optional>

#include "common/units.h"
#include "controller/planner/terrain/profile.h"

namespace karkara::planner {

enum class Sight : unsigned char { Hidden, Visible, Unknown, Outside };

struct SightLine {
  Sight sight = Sight::Unknown;  // Unknown: nothing known blocks it, but not all is known
  // Of the line above the ground between the ends, at its least; negative when blocked. None for a profile without a
  // known height between its ends.
  std::optional<Metres> clearance;
  std::size_t at = 0;  // the sample where that is
};

// Masts stand on the ground at the ends of the profile. Ground that just touches the line does not block it.
[[nodiscard]] SightLine line_of_sight(const Profile& profile, Metres from_mast, Metres to_mast, double k_factor);

}  // namespace karkara::planner
