// The geometry of a path, for whoever looks at its heights: a lone profile at each of them, a sweep along a radial at
// what changed since the step before. Such a `Ground` answers between(first, last), the sums of heights and of index
// times height from sample `first` to `last`, heights above `first`'s and indices from it; from_first and from_last,
// the horizons; irregularity(start, end). Only itm_geometry.cc and itm_sweep.cc include this.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include "controller/planner/propagation/horizon_kernels.h"
#include "controller/planner/propagation/itm_steps.h"
#include "controller/planner/propagation/profile_kernels.h"
#include "controller/planner/propagation/spread.h"

namespace karkara::propagation::itm {

// A straight line fitted to part of a profile, told by its heights above the profile's first and last sample.
struct FittedLine {
  double at_first;
  double at_last;
};

struct Window {
  std::size_t first;
  std::size_t last;
};

// Truncated inwards; where nothing is left, one step wider.
inline Window window_of(std::size_t steps, double start, double left_out_at_end) {
  auto first = static_cast<std::size_t>(std::max(start, 0.0));
  std::size_t last = steps - std::min(steps, static_cast<std::size_t>(std::max(left_out_at_end, 0.0)));
  if (last <= first) {
    first = first > 0 ? first - 1 : 0;
    last = std::min(steps, last + 1);
  }
  return {std::min(first, steps - 1), std::max(last, std::min(first, steps - 1) + 1)};
}

// The reference's fit weighs both ends half and sums heights above sea level; here heights above the window's first
// sample are summed, so that nothing is lost where a plain lies high.
template <class Ground>
FittedLine fit(const PathProfile& profile, const Ground& ground, const Window& window) {
  const double base = profile.heights[window.first];
  const auto length = static_cast<double>(window.last - window.first);
  const FitSums all = ground.between(window.first, window.last);
  const double end = profile.heights[window.last] - base;
  const double mean = (all.sum - 0.5 * end) / length;  // half of the first is half of 0
  const double moment = (all.moment - 0.5 * length * end) - 0.5 * length * (all.sum - 0.5 * end);
  const double slope = moment * 12.0 / ((length * length + 2.0) * length);
  const double middle = static_cast<double>(window.last) - 0.5 * length;
  const double last = static_cast<double>(profile.steps());
  return {base + (mean - slope * middle) - profile.heights.front(),
          base + (mean + slope * (last - middle)) - profile.heights.back()};
}

// Terrain irregularity between two places, in steps (the reference's ComputeDeltaH): the inter-decile range about a
// fitted line of at most 245 samples, freed of the path's length (ERL 79-ITS 67, eq 3, inverted).
struct IrregularSamples {
  std::array<double, kMostValues> heights;  // above the path's first
  std::size_t count = 0;                    // 0: too short a path, its irregularity is 0
  std::size_t rank = 0;                     // of the deciles
  Slant line{};
  double of_length = 1;  // the share of the irregularity that a path of that length shows

  [[nodiscard]] double irregularity(const Deciles& found) const { return (found.high - found.low) / of_length; }
};
void sample_between(const PathProfile& profile, double start, double end, IrregularSamples& into);
// Leaves what is above the line in `samples.heights`.
Deciles deciles_of(IrregularSamples& samples);

// Well within line of sight: effective heights from one line under the whole path, horizons as over rough ground.
void estimate_horizons(Geometry& path, double curvature);

template <class Ground>
Geometry geometry_of(const PathProfile& profile, Ground& ground, const Pair& height, double curvature) {
  const double step = profile.spacing.value();
  const auto steps = static_cast<double>(profile.steps());
  const double bend = step * step * curvature / 2;
  const double tx_eye = profile.heights.front() + height[0];
  const double rx_eye = profile.heights.back() + height[1];
  Geometry path;
  path.distance = profile.length().value();
  // TN101 (6.15), the ends in sight of each other unless the ground between stands higher.
  Pair slope{(rx_eye - tx_eye) / steps - steps * bend, (tx_eye - rx_eye) / steps - steps * bend};
  Pair away{steps, steps};
  if (const Horizon found = ground.from_first(tx_eye, bend); found.slope > slope[0]) {
    slope[0] = found.slope;
    away[0] = static_cast<double>(found.at);
    path.obstructed = true;
  }
  if (const Horizon found = ground.from_last(rx_eye, bend); found.slope > slope[1]) {
    slope[1] = found.slope;
    away[1] = steps - static_cast<double>(found.at);
    path.obstructed = true;
  }
  path.horizon_angle = {slope[0] / step, slope[1] / step};
  path.horizon_distance = {away[0] * step, away[1] * step};
  // The ground counts from 15 antenna heights on, or a tenth of the way to the horizon (Hufford 1982, page 25).
  const Pair margin{std::min(15.0 * height[0] / step, away[0] / 10), std::min(15.0 * height[1] / step, away[1] / 10)};
  path.irregularity = ground.irregularity(margin[0], steps - margin[1]);
  if (away[0] + away[1] > 1.5 * steps) {
    const FittedLine line = fit(profile, ground, window_of(profile.steps(), margin[0], margin[1]));
    path.effective_height = {height[0] + std::max(-line.at_first, 0.0), height[1] + std::max(-line.at_last, 0.0)};
    estimate_horizons(path, curvature);
  } else {
    const FittedLine near_tx = fit(profile, ground, window_of(profile.steps(), margin[0], steps - 9 * away[0] / 10));
    const FittedLine near_rx = fit(profile, ground, window_of(profile.steps(), steps - 9 * away[1] / 10, margin[1]));
    path.effective_height = {height[0] + std::max(-near_tx.at_first, 0.0), height[1] + std::max(-near_rx.at_last, 0.0)};
  }
  return path;
}

}  // namespace karkara::propagation::itm
