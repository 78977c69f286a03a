#include <algorithm>
#include <queue>

#include "controller/planner/cover/weighting_search.h"

namespace karkara::planner {
namespace {

struct Offer {
  std::uint32_t gain;
  MicroCost cost;
  std::uint32_t site;
};

// True when `a` is the worse offer: less gain a cost, then the larger number.
bool is_worse(const Offer& a, const Offer& b) {
  const auto left = static_cast<__int128>(a.gain) * b.cost;
  const auto right = static_cast<__int128>(b.gain) * a.cost;
  return left != right ? left < right : a.site > b.site;
}

// Dearest first: each site whose settlements all have another one goes.
std::vector<std::uint32_t> without_needless(const CoverProblem& problem, std::vector<std::uint32_t> chosen) {
  std::vector<std::uint32_t> times(problem.settlements, 0);
  for (const std::uint32_t site : chosen) {
    for (const std::uint32_t row : problem.covers[site]) {
      ++times[row];
    }
  }
  std::stable_sort(chosen.begin(), chosen.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return problem.cost[a] > problem.cost[b]; });
  std::erase_if(chosen, [&](std::uint32_t site) {
    const auto list = problem.covers[site];
    if (!std::all_of(list.begin(), list.end(), [&](std::uint32_t row) { return times[row] > 1; })) {
      return false;
    }
    for (const std::uint32_t row : list) {
      --times[row];
    }
    return true;
  });
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace

std::vector<std::uint32_t> greedy_cover(const CoverProblem& problem) {
  std::priority_queue<Offer, std::vector<Offer>, decltype(&is_worse)> offers{is_worse};
  for (std::uint32_t site = 0; site < problem.cost.size(); ++site) {
    offers.push({static_cast<std::uint32_t>(problem.covers[site].size()), problem.cost[site], site});
  }
  std::vector<char> covered(problem.settlements, 0);
  std::vector<std::uint32_t> chosen;
  while (!offers.empty() && offers.top().gain > 0) {
    Offer best = offers.top();
    offers.pop();
    const auto list = problem.covers[best.site];
    const auto gain = static_cast<std::uint32_t>(
        std::count_if(list.begin(), list.end(), [&](std::uint32_t row) { return !covered[row]; }));
    if (gain < best.gain) {  // gains only fall, so an old offer is never too low
      best.gain = gain;
      offers.push(best);
      continue;
    }
    chosen.push_back(best.site);
    for (const std::uint32_t row : list) {
      covered[row] = 1;
    }
  }
  return without_needless(problem, std::move(chosen));
}

MicroCost cost_of(const CoverProblem& problem, std::span<const std::uint32_t> sites) {
  MicroCost sum = 0;
  for (const std::uint32_t site : sites) {
    sum += problem.cost[site];
  }
  return sum;
}

bool covers_all(const CoverProblem& problem, std::span<const std::uint32_t> sites) {
  std::vector<char> covered(problem.settlements, 0);
  for (const std::uint32_t site : sites) {
    for (const std::uint32_t row : problem.covers[site]) {
      covered[row] = 1;
    }
  }
  return std::all_of(covered.begin(), covered.end(), [](char is) { return is != 0; });
}

}  // namespace karkara::planner
