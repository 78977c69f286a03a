// What a plan's sites carry in the busy hour, counted from the plan as it is written: each settlement at the site that
// serves it best. So a site or a hop that carries too little shows, whatever the search believed. Refuses to change the
// plan. Called by plan_report.
#pragma once

#include <cstdint>
#include <vector>

#include "controller/planner/plan/plan_input.h"

namespace karkara::planner {

// One each; none where capacity is not asked. `ways_out`: of each site, how many of its way out's kind.
[[nodiscard]] std::vector<PlanLoad> loads_of(const Plan& plan, const PlanInput& input,
                                             const std::vector<std::uint32_t>& ways_out);

}  // namespace karkara::planner
