// What people must know of a plan before they believe it: what is assumed, unproven or unknown, a sentence each.
// Refuses to judge. Called by plan_report; the reports translate the sentences.
#pragma once

#include "controller/planner/plan/plan.h"
#include "controller/planner/plan/plan_model.h"

namespace karkara::planner {

// After its totals.
void add_marks(const PlanModel& model, const PlanInput& input, Plan& plan);

}  // namespace karkara::planner
