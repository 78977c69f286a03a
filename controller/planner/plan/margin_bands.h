// How far the margin of each settlement's link may be off: the band of propagation/sensitivity.h, of the mast that
// serves it. Refuses to change anything else of a plan. Called once a search has ended; it costs ten predictions a
// settlement.
#pragma once

#include "controller/planner/plan/plan.h"
#include "controller/planner/plan/plan_input.h"
#include "controller/planner/terrain/terrain_view.h"

namespace karkara::planner {

void add_margin_bands(const PlanInput& input, const TerrainView& terrain, Executor& executor, Plan& plan);

}  // namespace karkara::planner
