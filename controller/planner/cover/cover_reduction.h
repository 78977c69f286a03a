// What may be decided about a cover without search: a settlement that only one site reaches fixes the site; a
// settlement that is covered whenever another one is, drops out; so does a site that another one, no dearer, replaces.
// Repeated until nothing changes, which leaves a small core with the same best cost. Refuses maximum coverage, where
// people differ.
#pragma once

#include <cstdint>
#include <vector>

#include "controller/planner/cover/cover_problem.h"

namespace karkara::planner {

struct CoverCore {
  CoverProblem problem;                // without people
  std::vector<std::uint32_t> site_of;  // of each of its sites, the number in the whole problem
  std::vector<std::uint32_t> settlement_of;
  std::vector<std::uint32_t> fixed;         // sites of the whole problem that a best cover may as well hold
  std::vector<std::uint32_t> out_of_reach;  // settlements of the whole problem that no site covers
};

// `problem` must pass check().
[[nodiscard]] CoverCore reduce(const CoverProblem& problem);

// Parts that share no settlement: each can be solved alone. Ordered by their first site.
[[nodiscard]] std::vector<CoverCore> components(const CoverCore& core);

}  // namespace karkara::planner
