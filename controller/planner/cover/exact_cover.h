// The cheapest cover, proven, by branch and bound over its linear programme (Cbc), after reduction. Refuses to go on
// beyond its nodes: what it returns then is still a valid bound, and the best cover that it saw. The solver reckons in
// floating point: unless it ends with a cover in hand, whose cost is exact, a millionth is taken off what it proves,
// and where it gives up only what integers prove of its first duals stays.
// For parts of a few hundred sites; called for small components and for the blocks of large ones, from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "controller/planner/cover/cover_problem.h"

namespace karkara::planner {

struct ExactCover {
  MicroCost lower = 0;                              // no cover is cheaper; never above the limit that was given
  std::optional<std::vector<std::uint32_t>> sites;  // a cover below the limit, where one was found; ascending
};

struct ExactSearch {
  MicroCost limit = 0;    // only covers below it matter: usually what the best known one costs
  std::size_t nodes = 0;  // of the tree
  std::function<bool()> cancelled = [] { return false; };  // asked at each node
};

[[nodiscard]] ExactCover cheapest_cover(const CoverProblem& problem, const ExactSearch& options);

}  // namespace karkara::planner
