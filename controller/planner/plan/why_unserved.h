// Why a settlement is not served by a mast: nothing near, too far even over free ground, the ground in the way and
// where, ground that nobody knows. Refuses money: who could be served but is left out for its cost is the search's to
// say.
#pragma once

#include <optional>

#include "controller/planner/link/access_model.h"
#include "controller/planner/plan/plan.h"
#include "controller/planner/terrain/terrain_view.h"

namespace karkara::planner {

struct Missing {
  WhyUnserved why = WhyUnserved::TooFar;
  Db missing;  // of margin
  std::optional<Place> obstruction;
  Metres height_needed;  // of the mast, to see it; 0 where no ground is in the way
};

[[nodiscard]] Missing why_unserved(const TerrainView& terrain, const AccessModel& access, const Place& mast,
                                   std::size_t height, const Place& settlement);

}  // namespace karkara::planner
