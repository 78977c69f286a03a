// A bound above that of the linear programme for parts too large to solve: settlements are split into blocks, a site's
// cost is shared out over the blocks in proportion to what their settlements would pay, and each block is solved alone
// (cheapest_cover). A cover of the whole covers each block, so the sum of the blocks' optima is below its cost. Refuses
// nothing: blocks that run out of nodes add the bound they have. Called after prices were found.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "controller/planner/cover/cover_problem.h"

namespace karkara::planner {

// Blocks of settlements that have many sites in common, each grown from the edge of what is left.
[[nodiscard]] std::vector<std::vector<std::uint32_t>> blocks_of(const CoverProblem& problem, std::size_t most);

// The part of the whole that a block sees: its settlements, the sites that reach them, their share of each cost. Each
// site must cost at least as many millionths as it covers settlements.
[[nodiscard]] std::vector<CoverProblem> block_problems(const CoverProblem& problem,
                                                       const std::vector<MicroCost>& prices,
                                                       const std::vector<std::vector<std::uint32_t>>& blocks);

// What one block's optimum is not below.
[[nodiscard]] MicroCost block_bound(
    const CoverProblem& block, std::size_t nodes, std::uint64_t seed,
    const std::function<bool()>& cancelled = [] { return false; });

}  // namespace karkara::planner
