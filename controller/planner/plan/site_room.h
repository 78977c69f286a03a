// Whom a mast has room for: no more people than a limit says, and no more traffic than its radio carries in the busy
// hour. Those whom a lower mast serves come before others, the nearest first; so who is served at one height is served
// above, and no choice of servers overloads a mast. One's own village always is served, however large. Refuses to know
// other masts. Called when a plan's model is made.
#pragma once

#include <cstdint>
#include <vector>

#include "controller/planner/link/access_table.h"
#include "controller/planner/plan/plan_input.h"

namespace karkara::planner {

struct RoomyPairs {
  AccessTable table;
  std::vector<std::size_t> kept;  // of each of its pairs, the number in the whole table
};

// `airtime`: of each pair, the part of the channel's time that its settlement takes; empty: capacity is not asked.
[[nodiscard]] RoomyPairs with_room(const AccessTable& all, const AccessPlaces& places, const PlanInput& input,
                                   const std::vector<double>& airtime);

}  // namespace karkara::planner
