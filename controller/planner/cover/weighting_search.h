// Local search for a cheaper cover: one site out, then sites in until all is covered again, with settlements that stay
// uncovered growing in weight, so that the search leaves where it stands. After Gao, Weise and Li, "An efficient local
// search heuristic with row weighting for the unicost set covering problem" (2015), with costs. Refuses to prove
// anything; the answer depends on the seed and on the number of steps alone.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "controller/planner/cover/cover_problem.h"

namespace karkara::planner {

struct WeightingSearch {
  std::uint64_t seed = 1;
  std::uint64_t steps = 0;
  MicroCost stop_at = 0;  // a cover at this cost is the best possible: stop there
  std::function<bool()> cancelled = [] { return false; };
};

// Ascending sites. Every settlement must be within somebody's reach. Starts from `start`, or from greedy where it is
// empty.
[[nodiscard]] std::vector<std::uint32_t> search_cover(const CoverProblem& problem, const WeightingSearch& options,
                                                      std::vector<std::uint32_t> start = {});

// Most uncovered settlements per cost first, then without what became needless.
[[nodiscard]] std::vector<std::uint32_t> greedy_cover(const CoverProblem& problem);

[[nodiscard]] MicroCost cost_of(const CoverProblem& problem, std::span<const std::uint32_t> sites);
[[nodiscard]] bool covers_all(const CoverProblem& problem, std::span<const std::uint32_t> sites);

}  // namespace karkara::planner
