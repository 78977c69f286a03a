// What a plan's target asks of a search: who must or may be served, how much each counts, and what a bound at a price
// on people who stay unserved says about the target itself. Refuses to search. Called by plan_search.
#pragma once

#include <cstdint>

#include "controller/planner/plan/plan_fit.h"

namespace karkara::planner {

// Without a price.
[[nodiscard]] Wanted wanted_of(const PlanInput& input);

// `at_price`: proven of the options with the wanted's price. Of a budget: nobody serves more people for it; of a share:
// no plan costs less.
[[nodiscard]] std::int64_t target_bound(const PlanInput& input, const Wanted& wanted, const SiteOptions& options,
                                        MicroCost at_price);

}  // namespace karkara::planner
