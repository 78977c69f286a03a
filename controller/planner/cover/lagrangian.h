// Lower bounds for a cover without solving it: prices on settlements (Lagrangian multipliers), moved by subgradients.
// For any prices the bound holds, and it is summed in integers, so it is proven and not merely computed. Refuses to
// find covers. After Held and Karp (1971) and Beasley (1987), the direction smoothed as in Barahona and Anbil's volume
// algorithm (2000).
#pragma once

#include <cstdint>
#include <vector>

#include "controller/planner/cover/cover_problem.h"

namespace karkara::planner {

struct Prices {
  std::vector<MicroCost> of;  // of each settlement, at least 0
  MicroCost bound = 0;        // no cover is cheaper
};

// What no cover can cost less than: the sum of prices, less what sites earn above their cost.
[[nodiscard]] MicroCost priced_bound(const CoverProblem& problem, const std::vector<MicroCost>& prices);

struct PriceSearch {
  MicroCost upper = 0;  // what a known cover costs; the search stops when the bound reaches it
  std::size_t iterations = 300;
  std::size_t patience = 20;  // iterations without a better bound before steps are halved
  double agility = 0.1;       // how much of the newest subgradient is in the direction: less is slower and gets higher
  MicroCost quantum = 1;      // all costs are multiples of it, so a bound may be rounded up to the next one
};

// The best prices found from `start`, or from costs shared out evenly where it is empty.
[[nodiscard]] Prices search_prices(const CoverProblem& problem, const Incidence& covered_by, const PriceSearch& options,
                                   std::vector<MicroCost> start = {});

// The largest number that divides all costs.
[[nodiscard]] MicroCost cost_quantum(const CoverProblem& problem);
[[nodiscard]] MicroCost rounded_up(MicroCost bound, MicroCost quantum);

}  // namespace karkara::planner
