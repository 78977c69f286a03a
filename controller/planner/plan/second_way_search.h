// The second ways out with which one falling mast cuts off few enough people of others, as cheap as they are found:
// the offer that saves most people for its price first, then each that was bought is tried without, and against what
// else there is. Never dearer than a satellite terminal for each mast that hangs on another. Refuses to say whom masts
// serve. Called by protection; depends on its input alone.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "controller/planner/plan/plan_fit.h"
#include "controller/planner/plan/second_offers.h"

namespace karkara::planner {

struct SecondWayTask {
  const PlanModel& model;
  const PlanInput& input;
  const Attempt& plan;
  const std::vector<std::int64_t>& people;  // that count, of each node
  bool may_raise = true;                    // masts for the sake of hops
  const std::function<bool()>& cancelled;   // then no more is tried; what there is suffices
};

struct SecondWaysFound {
  SecondWays ways;
  std::vector<std::int8_t> height;  // of each node, raised where a way needs it
  Money price = 0;                  // of the ways
  Money raising = 0;                // of masts
};

[[nodiscard]] SecondWaysFound find_second_ways(const SecondWayTask& task);

// Whether these ways keep all but few enough people in touch.
[[nodiscard]] bool suffice(const SecondWayTask& task, const SecondWays& ways);

}  // namespace karkara::planner
