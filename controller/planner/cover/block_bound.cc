#include "controller/planner/cover/block_bound.h"

#include <algorithm>
#include <queue>

#include "controller/planner/cover/exact_cover.h"
#include "controller/planner/cover/weighting_search.h"

namespace karkara::planner {
namespace {

constexpr std::uint64_t kSteps = 20'000;  // of local search in a block: a good cover makes the proof short

// The settlement that is farthest from `from` among those that are free, counted in sites on the way.
std::uint32_t farthest(const CoverProblem& problem, const Incidence& covered_by,
                       const std::vector<std::uint32_t>& block, std::uint32_t from) {
  std::vector<char> seen(problem.settlements, 0);
  std::vector<char> site_seen(problem.cost.size(), 0);
  std::vector<std::uint32_t> queue{from};
  seen[from] = 1;
  for (std::size_t i = 0; i < queue.size(); ++i) {
    for (const std::uint32_t site : covered_by[queue[i]]) {
      if (site_seen[site]) {
        continue;
      }
      site_seen[site] = 1;
      for (const std::uint32_t row : problem.covers[site]) {
        if (!seen[row] && block[row] == kNoNumber) {
          seen[row] = 1;
          queue.push_back(row);
        }
      }
    }
  }
  return queue.back();
}

// Grows one block: next comes the settlement with the largest part of its sites already touching the block.
class Growth {
 public:
  Growth(const CoverProblem& problem, const Incidence& covered_by)
      : problem_{problem},
        covered_by_{covered_by},
        touches_(problem.settlements, 0),
        site_in_(problem.cost.size(), 0) {}

  std::vector<std::uint32_t> grow(std::uint32_t from, std::size_t most, std::uint32_t number,
                                  std::vector<std::uint32_t>& block) {
    std::fill(touches_.begin(), touches_.end(), 0);
    std::fill(site_in_.begin(), site_in_.end(), 0);
    std::priority_queue<std::pair<double, std::uint32_t>> next;
    next.emplace(1.0, from);
    std::vector<std::uint32_t> rows;
    while (!next.empty() && rows.size() < most) {
      const std::uint32_t row = next.top().second;
      next.pop();
      if (block[row] != kNoNumber) {
        continue;
      }
      block[row] = number;
      rows.push_back(row);
      for (const std::uint32_t site : covered_by_[row]) {
        if (site_in_[site]) {
          continue;
        }
        site_in_[site] = 1;
        for (const std::uint32_t other : problem_.covers[site]) {
          if (block[other] == kNoNumber) {
            ++touches_[other];
            next.emplace(static_cast<double>(touches_[other]) / static_cast<double>(covered_by_[other].size()), other);
          }
        }
      }
    }
    std::sort(rows.begin(), rows.end());
    return rows;
  }

 private:
  const CoverProblem& problem_;
  const Incidence& covered_by_;
  std::vector<std::uint32_t> touches_;
  std::vector<char> site_in_;
};

// A site's cost, shared out over blocks in proportion to what their settlements pay for it. No share is 0: a site for
// nothing would cover its part of the block for nothing. The dearest share bears what rounding leaves.
std::vector<std::pair<std::uint32_t, MicroCost>> shares(MicroCost cost, std::span<const std::uint32_t> rows,
                                                        const std::vector<MicroCost>& prices,
                                                        const std::vector<std::uint32_t>& block) {
  std::vector<std::pair<std::uint32_t, MicroCost>> paid;
  MicroCost all = 0;
  for (const std::uint32_t row : rows) {
    const auto found = std::find_if(paid.begin(), paid.end(), [&](const auto& one) { return one.first == block[row]; });
    if (found == paid.end()) {
      paid.emplace_back(block[row], prices[row] + 1);
      ++all;
    } else {
      found->second += prices[row];
    }
    all += prices[row];
  }
  MicroCost left = cost;
  for (auto& [number, part] : paid) {
    part = std::max<MicroCost>(1, static_cast<MicroCost>(static_cast<__int128>(cost) * part / all));
    left -= part;
  }
  if (!paid.empty()) {
    const auto dearest =
        std::max_element(paid.begin(), paid.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    dearest->second += left;
    if (dearest->second < 1) {  // a cost of hardly more millionths than blocks: to each the same
      for (auto& [number, part] : paid) {
        part = cost / static_cast<MicroCost>(paid.size());
      }
    }
  }
  return paid;
}

}  // namespace

std::vector<std::vector<std::uint32_t>> blocks_of(const CoverProblem& problem, std::size_t most) {
  const Incidence covered_by = transposed(problem.covers, problem.settlements);
  std::vector<std::uint32_t> block(problem.settlements, kNoNumber);
  std::vector<std::vector<std::uint32_t>> blocks;
  Growth growth{problem, covered_by};
  std::uint32_t free = 0;
  while (true) {
    while (free < problem.settlements && block[free] != kNoNumber) {
      ++free;
    }
    if (free == problem.settlements) {
      return blocks;
    }
    const std::uint32_t edge = farthest(problem, covered_by, block, free);
    blocks.push_back(growth.grow(edge, most, static_cast<std::uint32_t>(blocks.size()), block));
  }
}

std::vector<CoverProblem> block_problems(const CoverProblem& problem, const std::vector<MicroCost>& prices,
                                         const std::vector<std::vector<std::uint32_t>>& blocks) {
  std::vector<std::uint32_t> block(problem.settlements, kNoNumber);
  std::vector<std::uint32_t> number(problem.settlements, 0);
  std::vector<CoverProblem> parts(blocks.size());
  for (std::uint32_t i = 0; i < blocks.size(); ++i) {
    parts[i].settlements = blocks[i].size();
    for (std::uint32_t row = 0; row < blocks[i].size(); ++row) {
      block[blocks[i][row]] = i;
      number[blocks[i][row]] = row;
    }
  }
  std::vector<std::uint32_t> list;
  for (std::size_t site = 0; site < problem.cost.size(); ++site) {
    const auto rows = problem.covers[site];
    for (const auto& [part, share] : shares(problem.cost[site], rows, prices, block)) {
      list.clear();
      for (const std::uint32_t row : rows) {
        if (block[row] == part) {
          list.push_back(number[row]);
        }
      }
      parts[part].covers.push_back(list);
      parts[part].cost.push_back(share);
    }
  }
  return parts;
}

MicroCost block_bound(const CoverProblem& block, std::size_t nodes, std::uint64_t seed,
                      const std::function<bool()>& cancelled) {
  WeightingSearch search;
  search.seed = seed;
  search.steps = kSteps;
  search.cancelled = cancelled;
  const MicroCost high = cost_of(block, search_cover(block, search));
  return cheapest_cover(block, {.limit = high, .nodes = nodes, .cancelled = cancelled}).lower;
}

}  // namespace karkara::planner
