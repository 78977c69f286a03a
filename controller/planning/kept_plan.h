// A finished plan with its areas, as a job's folder holds it. Refuses folders whose tables are of another plan. Read by
// PlanDesk's thread.
#pragma once

#include <memory>
#include <string>

#include "common/result.h"
#include "controller/planner/live/live_coverage.h"

namespace karkara {

struct KeptPlan {
  std::shared_ptr<const planner::Plan> plan;
  planner::PlanDivisions divisions;
};

[[nodiscard]] Result<KeptPlan> read_kept_plan(const std::string& folder);

}  // namespace karkara
