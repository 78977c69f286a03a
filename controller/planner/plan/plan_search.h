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

// For a country; a fifth of its windows took 193 s of processor time in all.
struct PlanEffort {
  CoverEffort cover{.steps = 200'000, .starts = 1, .block_settlements = 160, .nodes = 1'500};
  std::size_t rounds = 1;        // of the whole plan's sites
  std::uint64_t steps = 10'000;  // of local search in each
  std::size_t windows = 1'000;   // times that some parts of the plan are searched alone
  double gap = 0;                // proven; enough is enough
};

struct PlanWatch : CoverWatch {
  // The best so far that meets the target, whole; called from the caller's thread.
  std::function<void(const Plan&)> improved = [](const Plan&) {};
  // The two parts of the bound on plans for everybody: the cover of sites, and what ways out cost beyond it.
  std::function<void(Money cover, Money ways_out)> proven = [](Money, Money) {};
};

[[nodiscard]] Result<Plan> search_plan(const PlanInput& input, const TerrainView& terrain, std::uint64_t terrain_hash,
                                       const PlanEffort& effort, Executor& executor, const PlanWatch& watch = {});

}  // namespace karkara::planner
