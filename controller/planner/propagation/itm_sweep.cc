#include "controller/planner/propagation/itm_sweep.h"

#include <cmath>
#include <limits>

#include "controller/planner/propagation/itm_geometry.h"

namespace karkara::propagation::itm {
namespace {

constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

struct RunningSums {
  std::span<const double> heights;
  const std::vector<double>& sum;
  const std::vector<double>& moment;

  [[nodiscard]] FitSums between(std::size_t first, std::size_t last) const {
    const auto count = static_cast<double>(last - first + 1);
    const double base = heights[first] - heights[0];
    const double above = sum[last + 1] - sum[first];
    const auto offset = static_cast<double>(first);
    FitSums sums;
    sums.sum = above - count * base;
    sums.moment = (moment[last + 1] - moment[first]) - offset * above - base * (count * (count - 1) / 2);
    return sums;
  }

  // Of the middle 80 %, as mean_height.
  [[nodiscard]] double middle_mean(std::size_t steps) const {
    const std::size_t tenth = steps / 10;
    return heights[0] + (sum[steps - tenth + 1] - sum[tenth]) / static_cast<double>(steps - 2 * tenth + 1);
  }
};

std::size_t known_heights(std::span<const double> heights) {
  std::size_t known = 0;
  while (known < heights.size() && !std::isnan(heights[known])) {
    ++known;
  }
  return known;
}

}  // namespace

Status Sweep::losses_along(const PathProfile& radial, std::size_t first_step, std::vector<float>& losses) {
  losses.assign(radial.heights.size(), kUnknown);
  const PathProfile known{radial.heights.first(known_heights(radial.heights)), radial.spacing};
  if (known.heights.size() < 3) {
    return {};
  }
  if (const Status sound = check_profile(known); !sound) {
    return sound;
  }
  const std::size_t count = known.heights.size();
  sum_.assign(count + 1, 0);
  moment_.assign(count + 1, 0);
  for (std::size_t i = 0; i < count; ++i) {
    const double above = known.heights[i] - known.heights[0];
    sum_[i + 1] = sum_[i] + above;
    moment_[i + 1] = moment_[i] + static_cast<double>(i) * above;
  }
  const Prepared& radio = model_.prepared();
  const RunningSums sums{known.heights, sum_, moment_};
  for (std::size_t steps = std::max<std::size_t>(first_step, 2); steps < count; ++steps) {
    const PathProfile part{known.heights.first(steps + 1), known.spacing};
    const Atmosphere air = atmosphere_at(sums.middle_mean(steps), radio.n_sea_level);
    const Result<Answer> answer =
        answer_for(radio, geometry_of(part, sums, radio.height, air.curvature), air, Terrain::Profile);
    losses[steps] = answer ? static_cast<float>(answer->loss.value()) : kUnknown;
  }
  return {};
}

}  // namespace karkara::propagation::itm
