// What the model takes from the ground: horizons, effective heights, irregularity (the reference's QuickPfl and
// FindHorizons). Distances along the path are counted in steps of the profile, in which all of the reference's
// truncations are exact; it works in metres, where a rounding may move a window by a sample.
#include "controller/planner/propagation/itm_geometry.h"

#include <numbers>

namespace karkara::propagation::itm {
namespace {

using portable::both;
using portable::Two;

Two two_of(const Pair& pair) {
  return Two{pair[0], pair[1]};
}

// Alg (3.3) and (3.4) for both ends, of their effective heights.
void place_horizons(Geometry& path, Two height, double radius) {
  const Two smooth = portable::sqrt(2.0 * height * radius);
  const Two horizon =
      smooth * portable::exp(-0.07 * portable::sqrt(path.irregularity / portable::greatest(height, both(5.0))));
  const Two angle = (0.65 * path.irregularity * (smooth / horizon - 1.0) - 2.0 * height) / smooth;
  path.effective_height = {height[0], height[1]};
  path.horizon_distance = {horizon[0], horizon[1]};
  path.horizon_angle = {angle[0], angle[1]};
}

struct WholeProfile {
  const PathProfile& profile;

  [[nodiscard]] FitSums between(std::size_t first, std::size_t last) const {
    return fit_sums(profile.heights.subspan(first, last - first + 1), profile.heights[first]);
  }
  [[nodiscard]] Horizon from_first(double eye, double bend) const {
    return horizon_from_first(profile.heights, eye, bend);
  }
  [[nodiscard]] Horizon from_last(double eye, double bend) const {
    return horizon_from_last(profile.heights, eye, bend);
  }
  [[nodiscard]] double irregularity(double start, double end) const {
    IrregularSamples samples;
    sample_between(profile, start, end, samples);
    return samples.count == 0 ? 0 : samples.irregularity(deciles_of(samples));
  }
};

}  // namespace

void sample_between(const PathProfile& profile, double start, double end, IrregularSamples& into) {
  into.count = 0;
  if (end - start < 2.0) {
    return;
  }
  into.rank = std::clamp(static_cast<std::size_t>(0.1 * (end - start + 8.0)), std::size_t{4}, std::size_t{25});
  into.count = 10 * into.rank - 5;
  const double length = static_cast<double>(into.count - 1);
  const FitSums all = resample(profile.heights, {profile.heights.front(), start, (end - start) / length, into.count},
                               into.heights.data());
  const double first = into.heights.front();
  const double last = into.heights[into.count - 1] - first;
  const double sum = all.sum - 0.5 * last;
  const double moment = (all.moment - 0.5 * length * last) - 0.5 * length * sum;
  const double slope = moment * 12.0 / ((length * length + 2.0) * length);
  into.line = {first + sum / length - slope * 0.5 * length, slope};
  into.of_length = 1.0 - 0.8 * portable::exp(-(end - start) * profile.spacing.value() / 50e3);
}

Deciles deciles_of(IrregularSamples& samples) {
  const Range range = subtract_line({samples.heights.data(), samples.count}, samples.line);
  return deciles(samples.heights, samples.count, range, samples.rank);
}

void estimate_horizons(Geometry& path, double curvature) {
  const double radius = 1.0 / curvature;
  place_horizons(path, two_of(path.effective_height), radius);
  const double reach = path.horizon_distance[0] + path.horizon_distance[1];
  if (reach <= path.distance) {
    place_horizons(path, two_of(path.effective_height) * portable::square(path.distance / reach), radius);
  }
}

Atmosphere atmosphere_at(double height, double n_sea_level) {
  constexpr double kEarthCurvature = 157e-9;
  Atmosphere air;
  air.n_surface = height == 0 ? n_sea_level : n_sea_level * portable::exp(-height / 9460.0);  // TN101 (4.3)
  air.curvature = kEarthCurvature * (1.0 - 0.04665 * portable::exp(air.n_surface / 179.3));   // TN101 (4.4)
  return air;
}

// Of the middle 80 % of the path.
double mean_height(const PathProfile& profile) {
  const std::size_t tenth = profile.steps() / 10;
  const std::span<const double> middle = profile.heights.subspan(tenth, profile.steps() - 2 * tenth + 1);
  return fit_sums(middle, 0).sum / static_cast<double>(middle.size());
}

Geometry geometry_over(const PathProfile& profile, const Pair& height, double curvature) {
  const WholeProfile ground{profile};
  return geometry_of(profile, ground, height, curvature);
}

Geometry geometry_over(const RoughGround& ground, const Pair& height, double curvature) {
  Geometry path;
  path.distance = ground.distance.value();
  path.irregularity = ground.irregularity.value();
  const std::array<Siting, 2> siting{ground.tx_siting, ground.rx_siting};
  for (std::size_t i = 0; i < 2; ++i) {
    double effective = height[i];
    if (siting[i] != Siting::Random) {
      double gain = siting[i] == Siting::Careful ? 4.0 : 9.0;
      gain *= height[i] < 5.0 ? portable::sin_small(0.1 * std::numbers::pi * height[i]) : 1.0;
      effective += (1.0 + gain) *
                   portable::exp(-std::min(20.0, 2.0 * height[i] / std::max(1e-3, path.irregularity)));  // Alg (3.2)
    }
    path.effective_height[i] = effective;
  }
  place_horizons(path, two_of(path.effective_height), 1.0 / curvature);
  return path;
}

}  // namespace karkara::propagation::itm
