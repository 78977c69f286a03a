#include "controller/planner/cover/lagrangian.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace karkara::planner {
namespace {

constexpr double kFirstStep = 1.0;
constexpr double kLeastStep = 0.0005;
constexpr double kRise = 0.02;  // steps aim at a bound this much higher

class Subgradient {
 public:
  Subgradient(const CoverProblem& problem, const PriceSearch& options)
      : problem_{problem}, options_{options}, direction_(problem.settlements, 1.0), excess_(problem.settlements) {}

  Prices run(std::vector<double> prices) {
    prices_ = std::move(prices);
    best_prices_ = prices_;
    double step = kFirstStep;
    std::size_t waited = 0;
    best_ = price();
    for (std::size_t i = 0; i < options_.iterations && step > kLeastStep && !reached(); ++i) {
      move(step);
      const double bound = price();
      if (bound > best_ * (1 + 1e-7)) {
        waited = 0;
      } else if (++waited >= options_.patience) {
        step /= 2;
        waited = 0;
        prices_ = best_prices_;
        price();
      }
      if (bound > best_) {
        best_ = bound;
        best_prices_ = prices_;
      }
    }
    return exact();
  }

 private:
  // Of the present prices: the bound, and by how many sites each settlement would be under-covered (the subgradient).
  double price() {
    double bound = std::accumulate(prices_.begin(), prices_.end(), 0.0);
    std::fill(excess_.begin(), excess_.end(), 1.0);
    for (std::size_t site = 0; site < problem_.cost.size(); ++site) {
      auto left = static_cast<double>(problem_.cost[site]);
      for (const std::uint32_t row : problem_.covers[site]) {
        left -= prices_[row];
      }
      if (left < 0) {
        bound += left;
        for (const std::uint32_t row : problem_.covers[site]) {
          excess_[row] -= 1;
        }
      }
    }
    return bound;
  }

  void move(double step) {
    double square = 0;
    for (std::size_t row = 0; row < prices_.size(); ++row) {
      direction_[row] += options_.agility * (excess_[row] - direction_[row]);
      square += direction_[row] * direction_[row];
    }
    const double gap = std::max(kRise * best_, 1.0);
    const double length = step * gap / std::max(square, 1e-12);
    for (std::size_t row = 0; row < prices_.size(); ++row) {
      prices_[row] = std::max(0.0, prices_[row] + length * direction_[row]);
    }
  }

  [[nodiscard]] bool reached() const {
    return best_ > static_cast<double>(options_.upper - options_.quantum) * (1 + 1e-9) + 1;
  }

  [[nodiscard]] Prices exact() const {
    Prices result;
    for (const double price : best_prices_) {
      result.of.push_back(static_cast<MicroCost>(price));
    }
    result.bound = priced_bound(problem_, result.of);
    return result;
  }

  const CoverProblem& problem_;
  const PriceSearch& options_;
  std::vector<double> prices_;
  std::vector<double> best_prices_;
  std::vector<double> direction_;
  std::vector<double> excess_;
  double best_ = 0;
};

}  // namespace

MicroCost priced_bound(const CoverProblem& problem, const std::vector<MicroCost>& prices) {
  MicroCost bound = std::accumulate(prices.begin(), prices.end(), MicroCost{0});
  for (std::size_t site = 0; site < problem.cost.size(); ++site) {
    MicroCost left = problem.cost[site];
    for (const std::uint32_t row : problem.covers[site]) {
      left -= prices[row];
    }
    bound += std::min<MicroCost>(left, 0);
  }
  return bound;
}

Prices search_prices(const CoverProblem& problem, const Incidence& covered_by, const PriceSearch& options,
                     std::vector<MicroCost> start) {
  std::vector<double> prices(start.begin(), start.end());
  if (start.empty()) {
    // What the cheapest site costs a settlement: no site earns more than it costs.
    prices.resize(problem.settlements);
    for (std::size_t row = 0; row < problem.settlements; ++row) {
      double least = static_cast<double>(options.upper);
      for (const std::uint32_t site : covered_by[row]) {
        least =
            std::min(least, static_cast<double>(problem.cost[site]) / static_cast<double>(problem.covers[site].size()));
      }
      prices[row] = least;
    }
  }
  return Subgradient{problem, options}.run(std::move(prices));
}

MicroCost cost_quantum(const CoverProblem& problem) {
  MicroCost quantum = 0;
  for (const MicroCost cost : problem.cost) {
    quantum = std::gcd(quantum, cost);
  }
  return std::max<MicroCost>(quantum, 1);
}

MicroCost rounded_up(MicroCost bound, MicroCost quantum) {
  return bound <= 0 ? 0 : (bound + quantum - 1) / quantum * quantum;
}

}  // namespace karkara::planner
