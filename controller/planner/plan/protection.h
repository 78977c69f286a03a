// A plan that bears the failure of any one hop, mast or way out (N-1): its best masts and trees as they were found,
// with second ways out for those who need them. Refuses to search masts anew, but for a budget, where some go so that
// what stays and its second ways are paid for. Called by plan_search, once, on its best plan.
#pragma once

#include <functional>

#include "controller/planner/plan/plan_fit.h"
#include "controller/planner/plan/second_offers.h"
#include "controller/planner/terrain/terrain_view.h"

namespace karkara::planner {

struct ProtectionTask {
  const PlanModel& model;
  const PlanInput& input;
  const Wanted& wanted;
  const SiteOptions& options;
  const TerrainView& terrain;
  Executor& executor;
  const std::function<bool()>& cancelled;
};

struct Protection {
  Attempt attempt;  // with masts that second hops raised
  SecondWays ways;
  Money price = 0;  // of the second ways, beside the attempt's cost
};

// Aborted: the search was ended before a budget's plan had second ways. FailedPrecondition: the budget does not pay for
// the fixed sites with theirs.
[[nodiscard]] Result<Protection> protect(const ProtectionTask& task, const Attempt& best);

}  // namespace karkara::planner
