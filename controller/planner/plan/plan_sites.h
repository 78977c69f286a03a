// The masts of a plan as people read them: where, how high, what each costs, its way out and what that gives. Refuses
// to choose. Called by plan_report.
#pragma once

#include <cstdint>
#include <vector>

#include "controller/planner/executor.h"
#include "controller/planner/plan/plan.h"
#include "controller/planner/plan/plan_fit.h"
#include "controller/planner/terrain/terrain_view.h"

namespace karkara::planner {

struct SitesOfPlan {
  std::vector<PlanSite> sites;         // whom they serve is not yet in them
  std::vector<std::uint32_t> node_of;  // of each site
};

[[nodiscard]] SitesOfPlan sites_of_plan(const PlanModel& model, const PlanInput& input, const TerrainView& terrain,
                                        const Attempt& attempt, Executor& executor);

}  // namespace karkara::planner
