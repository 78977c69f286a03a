// A former plan as a search begins with it: its masts as high as they were with the same hops, as far as the input
// still has them. Tells what differs. Refuses to improve anything, and to believe a plan that is none of this input:
// its costs must add up, its hops stand, its settlements be the same. Called by plan_search.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "controller/planner/plan/plan_fit.h"

namespace karkara::planner {

struct FormerPlan {
  Attempt attempt;                // may serve fewer than it did
  bool same_input = false;        // all of it stands, at the same costs: what was proven about it still is
  std::vector<std::string> told;  // what it begins with and what differs, a sentence each
};

// `hash` of the input and its terrain.
[[nodiscard]] FormerPlan former_plan(const Plan& plan, const PlanModel& model, const PlanInput& input,
                                     std::uint64_t hash);

// The masts, with those of `sites` that serve somebody whom they do not.
[[nodiscard]] Chosen with_whom_it_lacks(const PlanModel& model, const SiteOptions& options, Chosen chosen,
                                        const std::vector<std::uint32_t>& sites);

// Of two plans of the same input that meet its target: dearer, or for a budget with fewer people. One that lacks second
// ways which the other has is not compared.
[[nodiscard]] bool is_worse(const Plan& plan, const Plan& than, const Wanted& wanted);

}  // namespace karkara::planner
