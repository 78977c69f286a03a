// The viewshed by its definition: every way is walked step by step, in whole numbers where it crosses rows and columns.
// What the fast one must equal.
#pragma once

#include <cmath>
#include <cstdlib>
#include <vector>

#include "controller/planner/terrain/viewshed.h"

namespace karkara::planner {

class BruteViewshed {
 public:
  BruteViewshed(const GroundGrid& ground, const ViewshedOptions& options)
      : ground_{ground}, options_{options}, eye_{height(0, 0) + options.eye.value()} {}

  [[nodiscard]] Sight see(int i, int j) const {
    const int n = std::max(std::abs(i), std::abs(j));
    if (n == 0 || std::isnan(height(i, j))) {
      return std::isnan(height(i, j)) ? Sight::Unknown : Sight::Visible;
    }
    const double limit = (height(i, j) + options_.target.value() - eye_) / n + 1e-9;
    bool known = !std::isnan(limit);
    for (int k = 1; k < n; ++k) {
      const double slope = (on_way(i, j, n, k) - eye_) / k;
      if (slope > limit) {
        return Sight::Hidden;
      }
      known = known && !std::isnan(slope);
    }
    return known ? Sight::Visible : Sight::Unknown;
  }

 private:
  // Lowered by the curve of the Earth.
  [[nodiscard]] double height(int i, int j) const {
    const int radius = ground_.radius;
    const double square = ground_.cell.value() * ground_.cell.value() * (i * i + j * j);
    return ground_.heights[static_cast<std::size_t>((radius + i) * ground_.width() + radius + j)] -
           square / (2 * options_.k_factor * kEarthRadius.value());
  }

  [[nodiscard]] double on_way(int i, int j, int n, int k) const {
    const bool by_rows = std::abs(i) >= std::abs(j);
    const int along = (by_rows ? i : j) * k / n;  // a whole number: the longer axis has n steps
    const int aside = (by_rows ? j : i) * k;
    const int left = static_cast<int>(std::floor(static_cast<double>(aside) / n));
    const int rest = aside - left * n;
    const double a = by_rows ? height(along, left) : height(left, along);
    if (rest == 0) {
      return a;
    }
    const double b = by_rows ? height(along, left + 1) : height(left + 1, along);
    return a + (b - a) * rest / n;
  }

  const GroundGrid& ground_;
  const ViewshedOptions& options_;
  double eye_;
};

inline std::vector<Sight> brute_viewshed(const GroundGrid& ground, const ViewshedOptions& options) {
  const BruteViewshed brute{ground, options};
  std::vector<Sight> cells;
  for (int i = -ground.radius; i <= ground.radius; ++i) {
    for (int j = -ground.radius; j <= ground.radius; ++j) {
      cells.push_back(i * i + j * j > ground.radius * ground.radius ? Sight::Outside : brute.see(i, j));
    }
  }
  return cells;
}

}  // namespace karkara::planner
