// The reference attenuation: two-ray optics blended into diffraction up to the smooth Earth's horizon, behind it the
// lesser of diffraction and scatter. Equation numbers without a name are those of ERL 79-ITS 67.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "controller/planner/propagation/itm_steps.h"

namespace karkara::propagation::itm {
namespace {

using portable::both;
using portable::Two;

Sight sight_of(const Prepared& radio, const Geometry& path, double curvature) {
  Sight sight;
  sight.effective_radius = 1.0 / curvature;
  for (std::size_t i = 0; i < 2; ++i) {
    sight.smooth_horizon[i] = std::sqrt(2.0 * path.effective_height[i] * sight.effective_radius);
  }
  sight.smooth_reach = sight.smooth_horizon[0] + sight.smooth_horizon[1];
  sight.reach = path.horizon_distance[0] + path.horizon_distance[1];
  sight.angle = -std::max(path.horizon_angle[0] + path.horizon_angle[1], -sight.reach * curvature);
  sight.transition = portable::cbrt(sight.effective_radius * sight.effective_radius) / radio.cbrt_f;
  return sight;
}

std::uint32_t doubts(const Geometry& path, const Sight& sight, double n_surface) {
  std::uint32_t warnings = 0;
  const auto add = [&warnings](bool doubtful, Warning warning) { warnings |= doubtful ? warning : 0U; };
  add(std::abs(path.horizon_angle[0]) > 0.2, kTxHorizonAngle);
  add(std::abs(path.horizon_angle[1]) > 0.2, kRxHorizonAngle);
  add(path.horizon_distance[0] < 0.1 * sight.smooth_horizon[0], kTxHorizonNear);
  add(path.horizon_distance[1] < 0.1 * sight.smooth_horizon[1], kRxHorizonNear);
  add(path.horizon_distance[0] > 3.0 * sight.smooth_horizon[0], kTxHorizonFar);
  add(path.horizon_distance[1] > 3.0 * sight.smooth_horizon[1], kRxHorizonFar);
  add(n_surface < 250, kSurfaceRefractivity);
  add(path.distance < std::abs(path.effective_height[0] - path.effective_height[1]) / 0.2, kDistanceSmall1);
  add(path.distance < 1e3, kDistanceSmall2);
  add(path.distance > 1000e3, kDistanceBig1);
  add(path.distance > 2000e3, kDistanceBig2);
  return warnings;
}

// Alg (4.46) to (4.50) at two distances: direct and reflected ray, weighed against the diffraction line by roughness.
Two two_rays(const Prepared& radio, const Geometry& path, const Sight& sight, const Line& diffraction, Two distance) {
  constexpr double kQuarter = std::numbers::pi / 2;
  const Two sigma = sigma_of(roughness_over(distance, path.irregularity));
  const double heights = path.effective_height[0] + path.effective_height[1];
  const Two grazing = heights / portable::sqrt(distance * distance + heights * heights);
  const double ground_re = radio.ground_impedance.real();
  const double ground_im = radio.ground_impedance.imag();
  const Two down_re = grazing + ground_re;
  const Two size = down_re * down_re + ground_im * ground_im;
  const Two absorbed = portable::exp(-portable::least(both(10.0), radio.wave_number * sigma * grazing)) / size;
  Two re = ((grazing - ground_re) * down_re - ground_im * ground_im) * absorbed;
  Two im = (-ground_im * down_re - (grazing - ground_re) * ground_im) * absorbed;
  const Two power = re * re + im * im;
  const Two raise = ((power < 0.25) | (power < grazing)) ? portable::sqrt(grazing / power) : both(1.0);
  re *= raise;
  im *= raise;
  const Two straight = radio.wave_number * 2.0 * path.effective_height[0] * path.effective_height[1] / distance;
  const Two phase = straight > kQuarter ? std::numbers::pi - kQuarter * kQuarter / straight : straight;
  const Two off = kQuarter - phase;
  const Two sum_re = portable::sin_small(off) + re;
  const Two sum_im = im - portable::cos_small(off < 0 ? -off : off);
  const Two rays = -portable::db(sum_re * sum_re + sum_im * sum_im);
  const double weight = 1.0 / (1.0 + radio.f_mhz * path.irregularity / std::max(10e3, sight.smooth_reach));
  return weight * rays + (1.0 - weight) * (diffraction.intercept + diffraction.slope * distance);
}

// Within the smooth Earth's reach: a straight line and a logarithm through three distances, (3.19) to (3.21).
double in_reach(const Prepared& radio, const Geometry& path, const Sight& sight, const Line& diffraction) {
  const double end = sight.smooth_reach;
  const double at_end = diffraction.at(end);
  double d0 = 0.04 * radio.f_mhz * path.effective_height[0] * path.effective_height[1];  // (3.16a)
  double d1 = std::max(-diffraction.intercept / diffraction.slope, 0.25 * sight.reach);
  if (diffraction.intercept >= 0) {
    d0 = std::min(d0, 0.5 * sight.reach);
    d1 = d0 + 0.25 * (sight.reach - d0);  // (3.16d)
  }
  const Two at = two_rays(radio, path, sight, diffraction, Two{d0, d1});
  const double at_1 = at[1];
  double k1 = 0;  // dB a metre
  double k2 = 0;  // dB a neper of distance
  bool bent = false;
  if (d0 < d1) {
    const double at_0 = at[0];
    const double q = portable::log(end / d0);
    k2 = std::max(0.0, ((end - d0) * (at_1 - at_0) - (d1 - d0) * (at_end - at_0)) /
                           ((end - d0) * portable::log(d1 / d0) - (d1 - d0) * q));  // (3.20)
    bent = diffraction.intercept > 0 || k2 > 0;
    if (bent) {
      k1 = (at_end - at_0 - k2 * q) / (end - d0);  // (3.21)
      if (k1 < 0) {
        k1 = 0;
        k2 = std::max(at_end - at_0, 0.0) / q;
        k1 = k2 == 0 ? diffraction.slope : 0;
      }
    }
  }
  if (!bent) {
    k1 = std::max(at_end - at_1, 0.0) / (end - d1);
    k2 = 0;
    k1 = k1 == 0 ? diffraction.slope : k1;
  }
  return at_end + k1 * (path.distance - end) + (k2 == 0 ? 0 : k2 * portable::log(path.distance / end));
}

// Behind the horizon: scatter takes over at the distance where its line meets diffraction's.
Reference out_of_reach(const Prepared& radio, const Geometry& path, const Sight& sight, const Line& diffraction,
                       double n_surface) {
  const double d5 = sight.reach + 200e3;
  const double d6 = sight.reach + 400e3;
  const std::optional<Pair> scatter = troposcatter_at(radio, path, sight, n_surface, d5, d6);
  if (scatter) {
    const double slope = ((*scatter)[1] - (*scatter)[0]) / 200e3;
    const double meeting = ((*scatter)[0] - diffraction.intercept - slope * d5) / (diffraction.slope - slope);
    const double takes_over =
        std::max({sight.smooth_reach, sight.reach + 1.088 * sight.transition * radio.log_f, meeting});
    if (path.distance > takes_over) {
      const double intercept = (diffraction.slope - slope) * takes_over + diffraction.intercept;
      return {slope * path.distance + intercept, Mode::Troposcatter, 0};
    }
  } else if (path.distance > 10e6) {
    return {diffraction.at(path.distance), Mode::Troposcatter, 0};
  }
  return {diffraction.at(path.distance), Mode::Diffraction, 0};
}

}  // namespace

Result<Reference> reference_attenuation(const Prepared& radio, const Geometry& path, const Atmosphere& air,
                                        Terrain terrain) {
  if (!(air.n_surface >= 150)) {
    return refusal(1021, "the refractivity at the surface is below 150 N-units");
  }
  if (!(air.n_surface <= 400)) {
    return refusal(1022, "the refractivity at the surface is above 400 N-units");
  }
  const Sight sight = sight_of(radio, path, air.curvature);
  if (!(sight.effective_radius >= 4'000'000 && sight.effective_radius <= 13'333'333)) {
    return refusal(1016, "the effective Earth radius is outside 4000 to 13333 km");
  }
  const Line diffraction = diffraction_line(radio, path, sight, terrain);
  Reference reference;
  if (path.distance < sight.smooth_reach) {
    reference.attenuation = in_reach(radio, path, sight, diffraction);
  } else {
    reference = out_of_reach(radio, path, sight, diffraction, air.n_surface);
  }
  reference.attenuation = std::max(reference.attenuation, 0.0);
  reference.warnings = doubts(path, sight, air.n_surface);
  return reference;
}

}  // namespace karkara::propagation::itm
