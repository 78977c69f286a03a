// The cheapest plan that is found, with a proven bound on what any plan must cost: cover over sites and heights, each
// with the least way out it could have (the bound), then trees of hops, then both together round after round. Or the
// most people for a budget. Refuses a clock and files: who has no more time cancels and gets the best so far; each
// better plan is told as it is found. The answer depends on input, effort and seed alone, whatever the number of
// threads.
#pragma once

#include <cstdint>
#include <functional>

#include "controller/planner/plan/plan.h"
#include "controller/planner/plan/plan_input.h"
#include "controller/planner/plan/plan_model.h"

namespace karkara::planner {

struct PlanEffort {
  CoverEffort cover{.steps = 10'000'000, .block_settlements = 320, .nodes = 50'000};
  std::size_t rounds = 24;        // of sites and backhaul together
  std::uint64_t steps = 300'000;  // of local search in each
  double gap = 0;                 // proven; enough is enough
};

struct PlanWatch : CoverWatch {
  // The best so far that meets the target, whole; called from the caller's thread.
  std::function<void(const Plan&)> improved = [](const Plan&) {};
  // What the cover of sites alone costs, and its bound: what lies between is the cover's, the rest the trees'.
  std::function<void(Money cost, Money bound)> covered = [](Money, Money) {};
};

[[nodiscard]] Result<Plan> search_plan(const PlanInput& input, const TerrainView& terrain, std::uint64_t terrain_hash,
                                       const PlanEffort& effort, Executor& executor, const PlanWatch& watch = {});

}  // namespace karkara::planner
