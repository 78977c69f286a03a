// A part of a plan as a small plan of its own: some masts with all that hangs on them, the places around, the people
// whom no other mast serves; and the other masts beside it, which stand and take hops for nothing. What is cheaper
// there makes the whole cheaper by as much. Refuses to search (part_search) and to know traffic: whether hops carry it
// is seen when the part goes back into the whole.
#pragma once

#include <cstdint>
#include <vector>

#include "controller/planner/plan/plan_fit.h"

namespace karkara::planner {

struct PlanPart {
  PlanModel model;                     // the open places, then the masts that stand; settlements are the rows alone
  Wanted wanted;                       // all rows
  SiteOptions options;                 // rows have the numbers of settlements
  Incidence servers;                   // of each row, the open places that may serve it
  std::vector<std::uint32_t> node_of;  // of each place, its number in the whole
  std::vector<std::uint32_t> pair_of;  // of each hop
  std::size_t open = 0;                // the first so many places
  Attempt start;                       // the plan as it is there
};

// `open`: ascending places; of masts among them, all that hang on one are there too.
[[nodiscard]] PlanPart part_of(const PlanModel& model, const SiteOptions& options, const Wanted& wanted,
                               const Attempt& plan, const std::vector<std::uint32_t>& open);

// Of each row, whether a mast of the part serves it.
[[nodiscard]] std::vector<char> rows_served(const PlanPart& part, const Chosen& chosen);

// Masts and ways out of the part, and the price of whom they leave unserved.
[[nodiscard]] MicroCost price_of(const PlanPart& part, const Attempt& attempt);

}  // namespace karkara::planner
