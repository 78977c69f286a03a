// The bound of maximum coverage. The linear programme (Clp) finds prices on settlements; what they prove is then summed
// in integers, so that an inexact solver can make the bound worse but never wrong.
#include <ClpSimplex.hpp>
#include <ClpSolve.hpp>
#include <CoinPackedMatrix.hpp>
#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>

#include "controller/planner/cover/max_cover.h"

namespace karkara::planner {
namespace {

// Sites that another one replaces are left out, settlements with the same sites are one with all their people.
struct Merged {
  std::vector<std::uint32_t> sites;                                // of the whole problem
  std::map<std::vector<std::uint32_t>, std::int64_t> settlements;  // by their sites, numbered as above
};

bool is_replaced(const CoverProblem& problem, const Incidence& covered_by, std::uint32_t site) {
  const auto list = problem.covers[site];
  if (list.empty()) {
    return true;
  }
  const std::uint32_t rare = *std::min_element(list.begin(), list.end(), [&](std::uint32_t a, std::uint32_t b) {
    return covered_by[a].size() < covered_by[b].size();
  });
  const auto rivals = covered_by[rare];
  return std::any_of(rivals.begin(), rivals.end(), [&](std::uint32_t other) {
    const auto more = problem.covers[other];
    const bool larger = more.size() > list.size() || (more.size() == list.size() && other < site);
    return larger && std::includes(more.begin(), more.end(), list.begin(), list.end());
  });
}

Merged merged(const CoverProblem& problem, const Incidence& covered_by) {
  Merged result;
  std::vector<std::uint32_t> number(problem.covers.size(), kNoNumber);
  for (std::uint32_t site = 0; site < number.size(); ++site) {
    if (!is_replaced(problem, covered_by, site)) {
      number[site] = static_cast<std::uint32_t>(result.sites.size());
      result.sites.push_back(site);
    }
  }
  for (std::size_t row = 0; row < problem.settlements; ++row) {
    std::vector<std::uint32_t> sites;
    for (const std::uint32_t site : covered_by[row]) {
      if (number[site] != kNoNumber) {
        sites.push_back(number[site]);
      }
    }
    if (!sites.empty()) {
      result.settlements[std::move(sites)] += problem.people[row];
    }
  }
  return result;
}

// Columns: a share of each site, then a covered share of each settlement. Rows: a settlement is covered by no more than
// its sites' shares; all shares of sites together are the number of sites.
CoinPackedMatrix matrix_of(const Merged& problem) {
  const int rows = static_cast<int>(problem.settlements.size());
  std::vector<int> row_of;
  std::vector<int> column_of;
  std::vector<double> value;
  const auto add = [&](int row, std::size_t column, double number) {
    row_of.push_back(row);
    column_of.push_back(static_cast<int>(column));
    value.push_back(number);
  };
  for (std::size_t site = 0; site < problem.sites.size(); ++site) {
    add(rows, site, 1);
  }
  int row = 0;
  for (const auto& [sites, people] : problem.settlements) {
    for (const std::uint32_t site : sites) {
      add(row, site, 1);
    }
    add(row, problem.sites.size() + static_cast<std::size_t>(row), -1);
    ++row;
  }
  return CoinPackedMatrix{true, row_of.data(), column_of.data(), value.data(), static_cast<CoinBigIndex>(value.size())};
}

void solve(ClpSimplex& simplex, const Merged& problem, std::size_t sites) {
  const std::size_t rows = problem.settlements.size();
  const std::size_t columns = problem.sites.size() + rows;
  std::vector<double> worth(problem.sites.size(), 0);
  for (const auto& [covering, people] : problem.settlements) {
    worth.push_back(-static_cast<double>(people));
  }
  const std::vector<double> lowest(columns, 0);
  const std::vector<double> most(columns, 1);
  std::vector<double> row_least(rows + 1, 0);
  std::vector<double> row_most(rows + 1, COIN_DBL_MAX);
  row_least.back() = -COIN_DBL_MAX;
  row_most.back() = static_cast<double>(sites);
  simplex.setLogLevel(0);
  simplex.loadProblem(matrix_of(problem), lowest.data(), most.data(), worth.data(), row_least.data(), row_most.data());
  ClpSolve how;  // nothing built is a basis to start from, so the primal simplex is several times the faster one
  how.setSolveType(ClpSolve::usePrimal);
  how.setPresolveType(ClpSolve::presolveOn);
  simplex.initialSolve(how);
}

}  // namespace

std::int64_t max_cover_bound_at(const CoverProblem& problem, std::size_t sites,
                                const std::vector<std::int64_t>& prices) {
  // A settlement pays its price to each site that reaches it, or counts what it has above its price.
  std::int64_t bound = 0;
  for (std::size_t row = 0; row < problem.settlements; ++row) {
    bound += std::max<std::int64_t>(0, problem.people[row] - prices[row]);
  }
  std::vector<std::int64_t> earned(problem.covers.size(), 0);
  for (std::size_t site = 0; site < earned.size(); ++site) {
    for (const std::uint32_t row : problem.covers[site]) {
      earned[site] += std::max<std::int64_t>(0, prices[row]);
    }
  }
  const std::size_t count = std::min(sites, earned.size());
  std::partial_sort(earned.begin(), earned.begin() + static_cast<std::ptrdiff_t>(count), earned.end(),
                    std::greater<>{});
  return std::accumulate(earned.begin(), earned.begin() + static_cast<std::ptrdiff_t>(count), bound);
}

MaxCoverRelaxation relax(const CoverProblem& problem, std::size_t sites) {
  const Incidence covered_by = transposed(problem.covers, problem.settlements);
  const Merged small = merged(problem, covered_by);
  MaxCoverRelaxation result{max_cover_bound_at(problem, sites, problem.people),
                            std::vector<double>(problem.covers.size(), 0)};
  if (small.settlements.empty()) {
    result.bound = 0;
    return result;
  }
  ClpSimplex simplex;
  solve(simplex, small, sites);
  for (std::size_t site = 0; site < small.sites.size(); ++site) {
    result.shares[small.sites[site]] = std::clamp(simplex.primalColumnSolution()[site], 0.0, 1.0);
  }
  // The bound is summed over the merged problem: it covers as many people as the whole.
  CoverProblem core;
  std::vector<std::int64_t> prices;
  std::vector<std::vector<std::uint32_t>> covers(small.sites.size());
  for (const auto& [covering, people] : small.settlements) {
    const double price = simplex.dualRowSolution()[prices.size()];
    for (const std::uint32_t site : covering) {
      covers[site].push_back(static_cast<std::uint32_t>(prices.size()));
    }
    core.people.push_back(people);
    prices.push_back(std::llround(std::clamp(price, 0.0, static_cast<double>(people))));
  }
  for (const auto& list : covers) {
    core.covers.push_back(list);
  }
  core.settlements = prices.size();
  result.bound = std::min(result.bound, max_cover_bound_at(core, sites, prices));
  return result;
}

}  // namespace karkara::planner
