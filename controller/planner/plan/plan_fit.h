// Masts with their ways out, and how such a plan is made to fit a budget or a share of the people: masts that cost most
// a person go, the best that still fit come. Refuses to search widely; plan_search starts it from a good plan.
#pragma once

#include <functional>

#include "controller/planner/plan/backhaul_tree.h"
#include "controller/planner/plan/site_options.h"

namespace karkara::planner {

struct Attempt {
  Chosen chosen;
  Backhaul backhaul;
};

[[nodiscard]] Attempt hung(const PlanModel& model, const PlanInput& input, Chosen chosen);

// What each mast must carry in the busy hour, each settlement at the mast that it hears best, antennas up to where whom
// it must serve needs them; empty where that is not asked.
[[nodiscard]] std::vector<double> demand_of(const PlanModel& model, const PlanInput& input, const Chosen& chosen);

// The same plan where its hops and ways out carry what is served from masts as high as they were built; else its trees
// grown anew, so that they do.
[[nodiscard]] Attempt carried(const PlanModel& model, const PlanInput& input, const Attempt& attempt);

// Its masts, serving from where hops raised them to.
[[nodiscard]] Chosen raised_by(const Attempt& attempt);

// What each of the options, ascending, would cost that hangs on the trees of the plan.
[[nodiscard]] std::vector<MicroCost> joining_costs(const PlanModel& model, const SiteOptions& options,
                                                   const Attempt& plan, const std::vector<std::uint32_t>& which);

// People, with their bonus, whom the masts serve.
[[nodiscard]] std::int64_t weight_served(const PlanModel& model, const Wanted& wanted, const Chosen& chosen);
// How many the target asks for.
[[nodiscard]] std::int64_t asked_weight(const PlanInput& input, const Wanted& wanted);

// Refuses a budget that the fixed sites alone break, and a share that is out of reach; Aborted when it is cancelled
// before the target is met. Cancelled later, it leaves what it has.
[[nodiscard]] Status fit(const PlanModel& model, const PlanInput& input, const Wanted& wanted,
                         const SiteOptions& options, const std::function<bool()>& cancelled, Attempt& plan);

}  // namespace karkara::planner
