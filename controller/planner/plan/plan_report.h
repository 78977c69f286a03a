// From chosen masts and trees to the plan that people read: who is served by whom at which margin and rate, who is not
// and why, what each hop gives, what each site costs. Refuses to choose. Called by plan_search for each better plan.
#pragma once

#include "controller/planner/plan/plan.h"
#include "controller/planner/plan/plan_fit.h"
#include "controller/planner/plan/second_offers.h"

namespace karkara::planner {

// Without bound and hash, which the search knows. `ways`: the second ways out, where they have been found.
[[nodiscard]] Plan plan_of(const PlanModel& model, const PlanInput& input, const TerrainView& terrain,
                           const Attempt& attempt, Executor& executor, const SecondWays* ways = nullptr);

// Whether the ground between is known, and known finely enough for a proof (3 arc-seconds).
[[nodiscard]] bool is_proven(const TerrainView& terrain, const Place& from, const Place& to);

}  // namespace karkara::planner
