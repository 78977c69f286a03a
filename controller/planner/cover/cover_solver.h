// The cheapest set of sites that covers every settlement within anybody's reach, with a proven bound on what any other
// set could cost: reduction, parts, local search from above; prices, branch and bound and blocks from below. Refuses a
// clock: the answer depends on the problem, the effort and the seed alone, whatever the number of threads; who has no
// more time cancels and gets the best so far.
#pragma once

#include <cstdint>
#include <vector>

#include "controller/planner/cover/cover_problem.h"
#include "controller/planner/watch.h"

namespace karkara::planner {

// About 30 s on two cores for the 16,827 settlements of Niger at 10 km.
struct CoverEffort {
  std::uint64_t seed = 1;
  std::uint64_t steps = 2'000'000;  // of local search, for each start of a large part
  std::size_t starts = 2;
  std::size_t block_settlements = 160;
  std::size_t nodes = 10'000;  // of branch and bound, for a small part or a block
  double gap = 0;              // proven; enough is enough
};

struct CoverPlan {
  std::vector<std::uint32_t> sites;         // ascending
  std::vector<std::uint32_t> out_of_reach;  // settlements that no site covers, ascending
  MicroCost cost = 0;
  MicroCost bound = 0;  // no set of sites that covers as much costs less
  std::uint64_t seed = 0;
  std::uint64_t input_hash = 0;
  std::size_t pairs = 0;  // of a site and a settlement it would cover
  bool cancelled = false;

  [[nodiscard]] double gap() const {
    return cost == 0 ? 0 : static_cast<double>(cost - bound) / static_cast<double>(cost);
  }
};

[[nodiscard]] Result<CoverPlan> solve_cover(const CoverProblem& problem, const CoverEffort& effort, Executor& executor,
                                            const Watch& watch = {});

}  // namespace karkara::planner
