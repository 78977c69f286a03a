// Attenuation beyond the horizon as a straight line through two far distances: a weighted mean of two knife edges and a
// smooth Earth of three radii (Vogler's method), and a term for clutter.
#include <algorithm>
#include <array>
#include <cmath>

#include "controller/planner/propagation/itm_steps.h"

namespace karkara::propagation::itm {
namespace {

constexpr double kEarthRadius = 6370e3;

using portable::both;
using portable::Two;

// TN101v2 (III.24b, c): a knife edge, of the square of its parameter.
Two knife_edge(Two v_squared) {
  return v_squared < 5.76 ? 6.02 + 9.11 * portable::sqrt(v_squared) - 1.27 * v_squared
                          : 12.953 + portable::db(v_squared);
}

// Height gain over the smooth Earth, Alg (6.4) to (6.8): x the normalized distance, k Vogler's K.
double height_gain(double x, double k) {
  if (x < 200.0) {
    const double w = -portable::log(k);
    if (k < 1e-5 || x * w * w * w > 5495.0) {
      return x > 1.0 ? 17.372 * portable::log(x) - 117.0 : -117.0;
    }
    return 2.5e-5 * x * x / k - 8.686 * w - 15.0;
  }
  const double log_x = portable::log(x);
  const double far = 0.05751 * x - 4.343 * log_x;
  if (x >= 2000.0) {
    return far;
  }
  const double w = 0.0134 * x * portable::exp(-0.005 * x);
  return (1.0 - w) * far + w * (17.372 * log_x - 117.0);
}

// Of two radii of the Earth.
struct Radii {
  Two k;         // Vogler 1964 (6a)
  Two x_per_km;  // normalized distance of one kilometre, (2)
};

Radii radii_of(const Prepared& radio, Two metres) {
  const Two c = portable::cbrt((4.0 / 3.0) * kEarthRadius / metres);
  const Two k = 0.017778 * c / (radio.cbrt_f * radio.impedance_size);
  return {k, (1.607 - k) * c * c * radio.cbrt_f};
}

class Diffraction {
 public:
  Diffraction(const Prepared& radio, const Geometry& path, const Sight& sight, Terrain terrain)
      : radio_{radio}, path_{path}, sight_{sight} {
    const Two horizon{path.horizon_distance[0], path.horizon_distance[1]};
    const Two height{path.effective_height[0], path.effective_height[1]};
    const Radii radii = radii_of(radio, 0.5 * horizon * horizon / height);
    const Two x = radii.x_per_km * horizon / 1000.0;
    x_of_ends_ = x[0] + x[1];
    gains_ = height_gain(x[0], radii.k[0]) + height_gain(x[1], radii.k[1]);
    const double product = radio.height[0] * radio.height[1];
    const double sigma = sigma_of(roughness_over(sight.smooth_reach, path.irregularity));
    clutter_ = std::min(15.0, 5.0 * portable::log10(1.0 + 1e-5 * product * radio.f_mhz * sigma));  // 3.38c
    const double excess = path.effective_height[0] * path.effective_height[1] - product;
    // Antennas of a known path: C is about 10 (ERL 79-ITS 67, page 3-8).
    height_term_ = std::sqrt(1.0 + excess / (terrain == Terrain::Profile ? product + 10.0 : product));
  }

  // At two distances.
  [[nodiscard]] Two at(Two distance) const {
    const Two roughness = roughness_over(distance, path_.irregularity);
    const Two q = (height_term_ + (-sight_.angle * sight_.effective_radius + sight_.reach) / distance) *
                  portable::least(roughness * radio_.wave_number, both(6283.2));
    const Two weight = 25.1 / (25.1 + portable::sqrt(q));  // (3.23)
    return weight * smooth_earth(distance) + (1.0 - weight) * two_edges(distance) + clutter_;
  }

 private:
  [[nodiscard]] Two two_edges(Two distance) const {
    const Two bend = distance / sight_.effective_radius - sight_.angle;  // Alg (4.12)
    const Two beyond = distance - sight_.reach;
    const Two common = 0.0795775 * radio_.wave_number * bend * bend * beyond;  // TN101 (I.7)
    return knife_edge(common * path_.horizon_distance[0] / (beyond + path_.horizon_distance[0])) +
           knife_edge(common * path_.horizon_distance[1] / (beyond + path_.horizon_distance[1]));
  }

  [[nodiscard]] Two smooth_earth(Two distance) const {
    const Two bend = distance / sight_.effective_radius - sight_.angle;
    const Two beyond = distance - sight_.reach;
    const Two x = radii_of(radio_, beyond / bend).x_per_km * beyond / 1000.0 + x_of_ends_;
    return 0.05751 * x - portable::db(x) - gains_ - 20.0;  // TN101 (8.4), Alg (4.20)
  }

  const Prepared& radio_;
  const Geometry& path_;
  const Sight& sight_;
  double x_of_ends_ = 0;
  double gains_ = 0;
  double clutter_ = 0;
  double height_term_ = 0;
};

}  // namespace

Line diffraction_line(const Prepared& radio, const Geometry& path, const Sight& sight, Terrain terrain) {
  const Diffraction diffraction{radio, path, sight, terrain};
  const double near = std::max(sight.smooth_reach, sight.reach + 5.0 * sight.transition);
  const double far = near + 10.0 * sight.transition;
  const Two at = diffraction.at(Two{near, far});
  const double slope = (at[1] - at[0]) / (far - near);
  return {slope, at[0] - slope * near};
}

}  // namespace karkara::propagation::itm
