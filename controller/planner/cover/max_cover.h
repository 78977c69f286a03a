// The most people that a number of sites can cover, with a bound on what any other choice could: the linear
// programme's sites first, then swaps with a memory of what just moved (tabu); the bound by the programme's prices,
// summed again in integers. Refuses costs: every site counts one. The answer depends on the problem, the seed and the
// number of steps alone.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "controller/planner/cover/cover_problem.h"

namespace karkara::planner {

struct MaxCoverSearch {
  std::size_t sites = 0;  // the most that may be chosen
  std::uint64_t seed = 1;
  std::uint64_t steps = 60'000;
  std::size_t starts = 4;  // searches with seeds of their own; the best counts
  double gap = 0;          // below the proven bound; enough is enough
  std::function<bool()> cancelled = [] { return false; };
};

struct MaxCover {
  std::vector<std::uint32_t> sites;  // ascending
  std::int64_t people = 0;           // covered by them
  std::int64_t bound = 0;            // nobody can cover more with as many sites
};

// `problem` must pass check() and have people.
[[nodiscard]] MaxCover solve_max_cover(const CoverProblem& problem, const MaxCoverSearch& options, Executor& executor);

[[nodiscard]] std::int64_t people_covered(const CoverProblem& problem, const std::vector<std::uint32_t>& sites);

// The linear programme's answer: a bound, and what share of a site it would build.
struct MaxCoverRelaxation {
  std::int64_t bound = 0;      // no choice of as many sites covers more
  std::vector<double> shares;  // of each site, 0..1; 0 for those that another one replaces
};

[[nodiscard]] MaxCoverRelaxation relax(const CoverProblem& problem, std::size_t sites);

// What given prices on settlements prove (any numbers hold).
[[nodiscard]] std::int64_t max_cover_bound_at(const CoverProblem& problem, std::size_t sites,
                                              const std::vector<std::int64_t>& prices);

}  // namespace karkara::planner
