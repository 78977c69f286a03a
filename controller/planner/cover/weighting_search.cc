#include "controller/planner/cover/weighting_search.h"

#include <algorithm>
#include <limits>

#include "common/splitmix.h"

namespace karkara::planner {
namespace {

// A list of numbers with removal in constant time.
class Bag {
 public:
  explicit Bag(std::size_t size) : place_(size, kNoNumber) {}

  void add(std::uint32_t item) {
    place_[item] = static_cast<std::uint32_t>(items_.size());
    items_.push_back(item);
  }
  void remove(std::uint32_t item) {
    const std::uint32_t last = items_.back();
    items_[place_[item]] = last;
    place_[last] = place_[item];
    place_[item] = kNoNumber;
    items_.pop_back();
  }
  [[nodiscard]] const std::vector<std::uint32_t>& items() const { return items_; }
  [[nodiscard]] bool has(std::uint32_t item) const { return place_[item] != kNoNumber; }

 private:
  std::vector<std::uint32_t> items_;
  std::vector<std::uint32_t> place_;
};

// `score` of a site outside: the weight it would newly cover; inside: minus the weight that only it covers.
class Search {
 public:
  Search(const CoverProblem& problem, const WeightingSearch& options)
      : problem_{problem},
        options_{options},
        covered_by_{transposed(problem.covers, problem.settlements)},
        chosen_{problem.cost.size()},
        uncovered_{problem.settlements},
        weight_(problem.settlements, 1),
        times_(problem.settlements, 0),
        score_(problem.cost.size(), 0),
        moved_at_(problem.cost.size(), 0),
        may_return_(problem.cost.size(), 1),
        random_{options.seed} {
    for (std::uint32_t row = 0; row < problem.settlements; ++row) {
      uncovered_.add(row);
    }
    for (std::size_t site = 0; site < problem.cost.size(); ++site) {
      score_[site] = static_cast<std::int64_t>(problem.covers[site].size());
      inverse_cost_.push_back(static_cast<double>(kOneUnit) / static_cast<double>(problem.cost[site]));
    }
  }

  std::vector<std::uint32_t> run(std::vector<std::uint32_t> start) {
    best_ = std::move(start);
    for (const std::uint32_t site : best_) {
      put_in(site);
    }
    best_cost_ = cost_;
    for (std::uint64_t step = 1; step <= options_.steps && best_cost_ > options_.stop_at; ++step) {
      if (step % 1024 == 0 && options_.cancelled()) {
        break;
      }
      take_step(step);
    }
    std::sort(best_.begin(), best_.end());
    return std::move(best_);
  }

 private:
  void take_step(std::uint64_t step) {
    while (uncovered_.items().empty() && !chosen_.items().empty()) {
      if (cost_ < best_cost_) {
        best_ = chosen_.items();
        best_cost_ = cost_;
      }
      take_out(cheapest_loss(kNoNumber));
    }
    if (!chosen_.items().empty()) {
      const std::uint32_t out = cheapest_loss(just_added_);
      if (out != kNoNumber) {
        take_out(out);
        moved_at_[out] = step;
      }
    }
    just_added_ = kNoNumber;
    const auto& open = uncovered_.items();
    if (!open.empty()) {
      add_for(open[splitmix64(random_) % open.size()], step);
    }
    for (const std::uint32_t row : uncovered_.items()) {
      ++weight_[row];
      for (const std::uint32_t site : covered_by_[row]) {
        ++score_[site];
      }
    }
  }

  // With equal costs one site comes in for one that went; dear ones only come while the cost stays below the best.
  void add_for(std::uint32_t row, std::uint64_t step) {
    std::uint32_t best = kNoNumber;
    double best_rate = -1;
    for (const std::uint32_t site : covered_by_[row]) {
      if (!may_return_[site] || cost_ + problem_.cost[site] >= best_cost_) {
        continue;
      }
      const double rate = static_cast<double>(score_[site]) * inverse_cost_[site];
      if (rate > best_rate || (rate == best_rate && moved_at_[site] < moved_at_[best])) {
        best = site;
        best_rate = rate;
      }
    }
    if (best != kNoNumber) {
      put_in(best);
      moved_at_[best] = step;
      just_added_ = best;
    }
  }

  [[nodiscard]] std::uint32_t cheapest_loss(std::uint32_t except) const {
    std::uint32_t best = kNoNumber;
    double best_rate = -std::numeric_limits<double>::infinity();
    for (const std::uint32_t site : chosen_.items()) {
      const double rate = static_cast<double>(score_[site]) * inverse_cost_[site];
      const bool better = rate > best_rate || (rate == best_rate && moved_at_[site] < moved_at_[best]);
      if (better && site != except) {
        best = site;
        best_rate = rate;
      }
    }
    return best;
  }

  void put_in(std::uint32_t site) {
    chosen_.add(site);
    cost_ += problem_.cost[site];
    score_[site] = -score_[site];
    for (const std::uint32_t row : problem_.covers[site]) {
      ++times_[row];
      if (times_[row] == 1) {
        uncovered_.remove(row);
        for (const std::uint32_t other : covered_by_[row]) {
          may_return_[other] = 1;
          score_[other] -= other == site ? 0 : weight_[row];
        }
      } else {
        for (const std::uint32_t other : covered_by_[row]) {
          may_return_[other] = 1;
          if (times_[row] == 2 && other != site && chosen_.has(other)) {
            score_[other] += weight_[row];
          }
        }
      }
    }
  }

  void take_out(std::uint32_t site) {
    chosen_.remove(site);
    cost_ -= problem_.cost[site];
    score_[site] = -score_[site];
    for (const std::uint32_t row : problem_.covers[site]) {
      --times_[row];
      for (const std::uint32_t other : covered_by_[row]) {
        may_return_[other] = 1;
        if (other == site) {
          continue;
        }
        if (times_[row] == 0) {
          score_[other] += weight_[row];
        } else if (times_[row] == 1 && chosen_.has(other)) {
          score_[other] -= weight_[row];
        }
      }
      if (times_[row] == 0) {
        uncovered_.add(row);
      }
    }
    may_return_[site] = 0;
  }

  const CoverProblem& problem_;
  const WeightingSearch& options_;
  Incidence covered_by_;
  Bag chosen_;
  Bag uncovered_;
  std::vector<std::int64_t> weight_;
  std::vector<std::uint32_t> times_;
  std::vector<std::int64_t> score_;
  std::vector<std::uint64_t> moved_at_;
  std::vector<char> may_return_;  // a site that went comes back only after a neighbour moved
  std::vector<double> inverse_cost_;
  std::uint64_t random_;
  MicroCost cost_ = 0;
  MicroCost best_cost_ = 0;
  std::uint32_t just_added_ = kNoNumber;
  std::vector<std::uint32_t> best_;
};

}  // namespace

std::vector<std::uint32_t> search_cover(const CoverProblem& problem, const WeightingSearch& options,
                                        std::vector<std::uint32_t> start) {
  if (start.empty()) {
    start = greedy_cover(problem);
  }
  return Search{problem, options}.run(std::move(start));
}

}  // namespace karkara::planner
