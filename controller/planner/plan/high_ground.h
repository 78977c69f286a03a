// Places that see far and where nobody lives: the highest ground of each square of a tenth of a degree around the
// settlements, as candidates for relays. Refuses ground that nobody knows. Called when a plan's input is gathered.
#pragma once

#include <span>
#include <vector>

#include "controller/planner/executor.h"
#include "controller/planner/terrain/terrain_view.h"
#include "controller/planner/watch.h"

namespace karkara::planner {

// By square from south to north, then from west to east. Squares more than a square away from every settlement are left
// out; so is high ground within 500 m of a settlement, which is a candidate anyway. Cancelled, it lacks places.
[[nodiscard]] std::vector<Place> high_ground(const TerrainView& terrain, std::span<const Place> settlements,
                                             Executor& executor, const Watch& watch = {});

}  // namespace karkara::planner
