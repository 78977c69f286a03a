// Why a settlement is not served by a mast: nothing near, too far even over free ground, the ground in the way and
// where, ground that nobody knows; and from which height on a mast there would serve it, by the radio's own model.
// Refuses money: who could be served but is left out for its cost is the search's to say.
#pragma once

#include <optional>

#include "controller/planner/link/access_model.h"
#include "controller/planner/plan/plan.h"
#include "controller/planner/terrain/terrain_view.h"

namespace karkara::planner {

inline constexpr Metres kHighestMast{300};  // that is looked at

struct Missing {
  WhyUnserved why = WhyUnserved::TooFar;
  Db missing;                        // of margin
  std::optional<Place> obstruction;  // where the ground is in the way, its tightest place
  Metres height_needed;              // of the mast, to the next metre; 0: none up to kHighestMast serves it
};

[[nodiscard]] Missing why_unserved(const TerrainView& terrain, const AccessModel& access, const Place& mast,
                                   std::size_t height, const Place& settlement);

}  // namespace karkara::planner
