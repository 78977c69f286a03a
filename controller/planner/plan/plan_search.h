// The cheapest plan that is found, with a proven bound on what any plan must cost: cover over sites and heights, each
// with the least way out it could have (the bound), then trees of hops, then both together part by part. Or the
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

// For a country, some 20 minutes of processor time.
struct PlanEffort {
  CoverEffort cover{.steps = 4'000'000, .starts = 1, .block_settlements = 400, .nodes = 1'000};
  std::size_t windows = 260;       // times that some parts of the plan are searched alone
  std::size_t window_steps = 400;  // plans that are tried for each part
  double gap = 0;                  // proven; enough is enough
};

struct PlanWatch : Watch {
  // The best so far that meets the target, whole; called from the caller's thread.
  std::function<void(const Plan&)> improved = [](const Plan&) {};
  // The two parts of the bound on plans for everybody: the cover of sites, and what ways out cost beyond it.
  std::function<void(Money cover, Money ways_out)> proven = [](Money, Money) {};
  // What a search that goes on from a former plan begins with, a sentence each.
  std::function<void(const std::string&)> told = [](const std::string&) {};
};

// `from`: a former plan to go on from. Of the same input it keeps what is proven, and the answer is never worse; of
// another one the search begins with what of it still fits.
[[nodiscard]] Result<Plan> search_plan(const PlanInput& input, const TerrainView& terrain, std::uint64_t terrain_hash,
                                       const PlanEffort& effort, Executor& executor, const PlanWatch& watch = {},
                                       const Plan* from = nullptr);

}  // namespace karkara::planner
