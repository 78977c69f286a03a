// The cheapest cover, proven, by branch and bound: reduction, parts and priced bounds at every node, deciding one site
// at a time. Refuses to go on beyond its nodes: what it returns then is still a valid bound, and the best cover that it
// saw. For parts of a few hundred sites; called for small components and for the blocks of large ones.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "controller/planner/cover/cover_problem.h"

namespace karkara::planner {

struct ExactCover {
  MicroCost lower = 0;                              // no cover is cheaper; never above the limit that was given
  std::optional<std::vector<std::uint32_t>> sites;  // a cover below the limit, where one was found; ascending
};

struct ExactSearch {
  MicroCost limit = 0;       // only covers below it matter: usually what the best known one costs
  std::size_t nodes = 0;     // the most decisions
  std::size_t pricing = 60;  // subgradient iterations at a node; three times as many at the root
};

[[nodiscard]] ExactCover cheapest_cover(const CoverProblem& problem, const ExactSearch& options);

}  // namespace karkara::planner
