#include "controller/planner/cover/exact_cover.h"

#include <algorithm>
#include <numeric>

#include "controller/planner/cover/cover_reduction.h"
#include "controller/planner/cover/lagrangian.h"
#include "controller/planner/cover/weighting_search.h"

namespace karkara::planner {
namespace {

using Sites = std::vector<std::uint32_t>;

// A problem on the way down the tree: who its sites are in the whole one, and prices from above to start with.
struct Node {
  CoverProblem problem;
  Sites site_of;
  std::vector<MicroCost> prices;
};

void append(Sites& to, const Sites& more) {
  to.insert(to.end(), more.begin(), more.end());
}

// The node without the dead sites and settlements.
Node remains(const Node& node, const std::vector<char>& site_alive, const std::vector<char>& row_alive) {
  Node left;
  std::vector<std::uint32_t> number(node.problem.settlements);
  for (std::size_t row = 0; row < row_alive.size(); ++row) {
    number[row] = static_cast<std::uint32_t>(left.prices.size());
    if (row_alive[row]) {
      left.prices.push_back(node.prices[row]);
    }
  }
  left.problem.settlements = left.prices.size();
  Sites list;
  for (std::size_t site = 0; site < site_alive.size(); ++site) {
    if (!site_alive[site]) {
      continue;
    }
    list.clear();
    for (const std::uint32_t row : node.problem.covers[site]) {
      if (row_alive[row]) {
        list.push_back(number[row]);
      }
    }
    left.problem.covers.push_back(list);
    left.problem.cost.push_back(node.problem.cost[site]);
    left.site_of.push_back(node.site_of[site]);
  }
  return left;
}

// A part of a reduced node, its numbers led back to the whole.
Node part_of(const Node& node, CoverCore&& part) {
  Node result;
  for (const std::uint32_t row : part.settlement_of) {
    result.prices.push_back(node.prices[row]);
  }
  for (const std::uint32_t site : part.site_of) {
    result.site_of.push_back(node.site_of[site]);
  }
  result.problem = std::move(part.problem);
  return result;
}

class BranchAndBound {
 public:
  BranchAndBound(const CoverProblem& problem, const ExactSearch& options)
      : options_{options}, quantum_{cost_quantum(problem)}, nodes_left_{options.nodes} {}

  ExactCover solve(const Node& node, MicroCost limit, std::size_t pricing) {
    CoverCore core = reduce(node.problem);
    if (!core.out_of_reach.empty()) {
      return {limit, std::nullopt};
    }
    Sites taken;
    for (const std::uint32_t site : core.fixed) {
      taken.push_back(node.site_of[site]);
    }
    MicroCost lower = cost_of(node.problem, core.fixed);
    std::vector<Node> parts;
    std::vector<Prices> prices;
    for (CoverCore& part : components(core)) {
      parts.push_back(part_of(node, std::move(part)));
      prices.push_back(priced(parts.back(), limit, pricing));
      lower += prices.back().bound;
    }
    bool whole = true;
    for (std::size_t i = 0; i < parts.size() && lower < limit; ++i) {
      const MicroCost before = lower - prices[i].bound;
      parts[i].prices = std::move(prices[i].of);
      const ExactCover found = branch(parts[i], prices[i].bound, limit - before);
      lower = before + found.lower;
      whole = whole && found.sites.has_value();
      if (found.sites) {
        append(taken, *found.sites);
      }
    }
    if (lower >= limit) {
      return {limit, std::nullopt};
    }
    return {lower, whole ? std::optional{std::move(taken)} : std::nullopt};
  }

 private:
  [[nodiscard]] Prices priced(const Node& node, MicroCost limit, std::size_t pricing) const {
    const Incidence covered_by = transposed(node.problem.covers, node.problem.settlements);
    Prices prices = search_prices(node.problem, covered_by,
                                  {.upper = limit, .iterations = pricing, .quantum = quantum_}, node.prices);
    prices.bound = rounded_up(prices.bound, quantum_);
    return prices;
  }

  // `lower`: what the prices of the node prove.
  ExactCover branch(Node& node, MicroCost lower, MicroCost limit) {
    std::optional<Sites> best;
    const Sites greedy = greedy_cover(node.problem);
    if (const MicroCost cost = cost_of(node.problem, greedy); cost < limit) {
      best = named(node, greedy);
      limit = cost;
    }
    if (lower >= limit) {
      return {best ? limit : std::max(lower, limit), best};
    }
    if (nodes_left_ == 0) {
      return {lower, best};
    }
    --nodes_left_;
    std::vector<char> site_alive(node.problem.cost.size(), 1);
    std::vector<char> row_alive(node.problem.settlements, 1);
    const std::uint32_t chosen = choose(node, limit, site_alive);
    const Node without_hopeless = remains(node, site_alive, row_alive);
    // The site is in ...
    site_alive[chosen] = 0;
    for (const std::uint32_t row : node.problem.covers[chosen]) {
      row_alive[row] = 0;
    }
    const MicroCost cost = node.problem.cost[chosen];
    MicroCost proven = limit;
    if (cost < limit) {
      ExactCover with = solve(remains(node, site_alive, row_alive), limit - cost, options_.pricing);
      proven = cost + with.lower;
      if (with.sites) {
        best = std::move(with.sites);
        best->push_back(node.site_of[chosen]);
        limit = cost_by_name(node, *best);
      }
    }
    // ... or out.
    std::fill(row_alive.begin(), row_alive.end(), 1);
    ExactCover without = solve(remains(node, site_alive, row_alive), limit, options_.pricing);
    proven = std::max(lower, std::min(proven, without.lower));
    if (without.sites) {
      best = std::move(without.sites);
      limit = cost_by_name(node, *best);
    }
    return {std::min(proven, limit), best};
  }

  // The site with the least reduced cost, more settlements first. Sites that no better cover can hold die.
  [[nodiscard]] std::uint32_t choose(const Node& node, MicroCost limit, std::vector<char>& alive) const {
    const MicroCost bound = priced_bound(node.problem, node.prices);
    std::uint32_t best = 0;
    MicroCost least = limit;
    for (std::uint32_t site = 0; site < node.problem.cost.size(); ++site) {
      MicroCost reduced = node.problem.cost[site];
      for (const std::uint32_t row : node.problem.covers[site]) {
        reduced -= node.prices[row];
      }
      if (reduced > 0 && rounded_up(bound + reduced, quantum_) >= limit) {
        alive[site] = 0;
      } else if (reduced < least) {
        least = reduced;
        best = site;
      }
    }
    return best;
  }

  static Sites named(const Node& node, const Sites& sites) {
    Sites names;
    for (const std::uint32_t site : sites) {
      names.push_back(node.site_of[site]);
    }
    return names;
  }

  static MicroCost cost_by_name(const Node& node, const Sites& names) {
    MicroCost sum = 0;
    for (std::size_t site = 0; site < node.site_of.size(); ++site) {
      if (std::find(names.begin(), names.end(), node.site_of[site]) != names.end()) {
        sum += node.problem.cost[site];
      }
    }
    return sum;
  }

  const ExactSearch& options_;
  MicroCost quantum_;
  std::size_t nodes_left_;
};

}  // namespace

ExactCover cheapest_cover(const CoverProblem& problem, const ExactSearch& options) {
  Node root{problem, Sites(problem.cost.size()), {}};
  std::iota(root.site_of.begin(), root.site_of.end(), 0U);
  root.prices.assign(problem.settlements, 0);
  const Incidence covered_by = transposed(problem.covers, problem.settlements);
  Prices prices = search_prices(problem, covered_by, {.upper = options.limit, .iterations = 10 * options.pricing});
  root.prices = std::move(prices.of);
  ExactCover found = BranchAndBound{problem, options}.solve(root, options.limit, options.pricing);
  // Reduction takes rows with their prices away: without nodes for more, the whole problem's bound may be the better
  // one.
  found.lower = std::max(found.lower, std::min(prices.bound, options.limit));
  if (found.sites) {
    std::sort(found.sites->begin(), found.sites->end());
  }
  return found;
}

}  // namespace karkara::planner
