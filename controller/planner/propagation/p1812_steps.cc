#include "controller/planner/propagation/p1812_steps.h"

#include <algorithm>
#include <cmath>

#include "controller/planner/propagation/portable_math.h"

namespace karkara::propagation::p1812 {
namespace {

using portable::exp;
using portable::log10;
using portable::pow;
using portable::square;

// Length of the stretch from sample `first` to `last`, with half of the steps to its neighbours.
double stretch(std::span<const double> km, std::size_t first, std::size_t last) {
  double length = km[last] - km[first];
  length += last + 1 < km.size() ? (km[last + 1] - km[last]) / 2 : 0;
  length += first > 0 ? (km[first] - km[first - 1]) / 2 : 0;
  return length;
}

struct Stretches {
  double sum = 0;
  double longest = 0;
};

template <class Belongs>
Stretches stretches_of(const Terrain& terrain, Belongs belongs) {
  Stretches all;
  const std::size_t count = terrain.zones.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (!belongs(terrain.zones[i])) {
      continue;
    }
    const std::size_t first = i;
    while (i + 1 < count && belongs(terrain.zones[i + 1])) {
      ++i;
    }
    const double length = stretch(terrain.km, first, i);
    all.sum += length;
    all.longest = std::max(all.longest, length);
  }
  return all;
}

double inland_factor(double longest_inland) {
  return 1 - exp(-4.12e-4 * pow(longest_inland, 2.41));  // (3)
}

// Diffraction at a horizon that shields a site from the duct, (48).
double site_shielding(double angle, double horizon_km, double ghz) {
  const double above = angle - 0.1 * horizon_km;
  if (!(above > 0)) {
    return 0;
  }
  return 20 * log10(1 + 0.361 * above * std::sqrt(ghz * horizon_km)) + 0.264 * above * portable::cbrt(ghz);
}

// Coupling into ducts over the sea near a coast, (49).
double sea_coupling(double coast_km, double horizon_km, double sea_share, double height) {
  if (coast_km > 5 || coast_km > horizon_km || sea_share < 0.75) {
    return 0;
  }
  return -3 * exp(-0.25 * coast_km * coast_km) * (1 + portable::tanh(0.07 * (50 - height)));
}

// Greatest height above the ducting model's surface between both horizons, (95).
double roughness_between(const Terrain& terrain, std::size_t from, std::size_t to, const Smooth& surface) {
  const double slope = (surface.rx - surface.tx) / terrain.km.back();
  double greatest = terrain.heights[from] - (surface.tx + slope * terrain.km[from]);
  for (std::size_t i = from + 1; i <= to; ++i) {
    greatest = std::max(greatest, terrain.heights[i] - (surface.tx + slope * terrain.km[i]));
  }
  return greatest;
}

double milliradians(double metres_per_km) {
  return 1000 * std::atan(metres_per_km / 1000);
}

}  // namespace

Zones zones_of(const Terrain& terrain) {
  const double total = terrain.km.back();
  if (terrain.zones.empty()) {
    return {0, total, total, false, false};
  }
  Zones zones;
  zones.sea_share = stretches_of(terrain, [](Zone zone) { return zone == Zone::Sea; }).sum / total;
  zones.longest_land = stretches_of(terrain, [](Zone zone) { return zone != Zone::Sea; }).longest;
  zones.longest_inland = stretches_of(terrain, [](Zone zone) { return zone == Zone::Inland; }).longest;
  zones.tx_at_sea = terrain.zones.front() == Zone::Sea;
  zones.rx_at_sea = terrain.zones.back() == Zone::Sea;
  return zones;
}

double anomalous_share(double latitude, const Zones& zones) {
  const double north = std::abs(latitude);
  const double tau = inland_factor(zones.longest_inland);
  const double mu1 = std::min(
      1.0,
      pow(portable::pow10(-zones.longest_land / (16 - 6.6 * tau)) + portable::pow10(-5 * (0.496 + 0.354 * tau)), 0.2));
  if (north > 70) {
    return 4.17 * mu1 * pow(mu1, 0.3);
  }
  return portable::pow10(-0.015 * north + 1.67) * mu1 * pow(mu1, -0.935 + 0.0176 * north);
}

Horizons horizons_of(const Terrain& terrain, const Link& link, double radius_km) {
  const double total = terrain.km.back();
  const double tx_ground = terrain.heights.front();
  const double rx_ground = terrain.heights.back();
  Horizons path;
  path.ends = {tx_ground + link.tx_height.value(), rx_ground + link.rx_height.value()};
  const SurfacePeaks peaks = surface_peaks({terrain.km, terrain.heights}, path.ends, 1 / radius_km);
  const Smooth fitted = smooth_surface(peaks, total);
  path.diffraction = diffraction_surface(fitted, peaks, tx_ground, rx_ground);
  const double bend = 500 * total / radius_km;
  const double direct = (path.ends.rx - path.ends.tx) / total - bend;
  std::size_t from = peaks.obstruction.at;  // in sight: the sample that obstructs most, (81) to (83)
  std::size_t to = from;
  path.tx_angle = milliradians(std::max(peaks.tx_slope.value, direct));
  path.rx_angle = milliradians((path.ends.tx - path.ends.rx) / total - bend);
  if (peaks.tx_slope.value > direct) {
    path.sight = Sight::BeyondHorizon;
    from = peaks.tx_slope.at;
    to = peaks.rx_slope.at;
    path.rx_angle = milliradians(peaks.rx_slope.value);
  }
  path.tx_km = terrain.km[from];
  path.rx_km = total - terrain.km[to];
  path.path_angle = 1e3 * total / radius_km + path.tx_angle + path.rx_angle;  // (84)
  const Smooth surface{std::min(fitted.tx, tx_ground), std::min(fitted.rx, rx_ground)};
  path.ducting = {path.ends.tx - surface.tx, path.ends.rx - surface.rx};
  path.roughness = roughness_between(terrain, std::min(from, to), std::max(from, to), surface);
  return path;
}

double deviate(double x) {
  const double q = std::clamp(x, 1e-6, 1 - 1e-6);
  const double t = std::sqrt(-2 * portable::log(q <= 0.5 ? q : 1 - q));
  const double c = ((0.010328 * t + 0.802853) * t + 2.515516698) / (((0.001308 * t + 0.189269) * t + 1.432788) * t + 1);
  return q <= 0.5 ? t - c : c - t;
}

double ducting_loss(const Horizons& path, const Zones& zones, const Link& link, double total_km, double ghz,
                    double time, double radius_km, double beta0) {
  const double tx_coast = zones.tx_at_sea ? 0 : link.tx_coast_km;
  const double rx_coast = zones.rx_at_sea ? 0 : link.rx_coast_km;
  const double low_band = ghz < 0.5 ? 45.375 - 137.0 * ghz + 92.5 * ghz * ghz : 0;  // (47a)
  const double fixed = 102.45 + 20 * log10(ghz * (path.tx_km + path.rx_km)) + low_band +
                       site_shielding(path.tx_angle, path.tx_km, ghz) + site_shielding(path.rx_angle, path.rx_km, ghz) +
                       sea_coupling(tx_coast, path.tx_km, zones.sea_share, path.ends.tx) +
                       sea_coupling(rx_coast, path.rx_km, zones.sea_share, path.ends.rx);  // (47)
  const double angle = 1e3 * total_km / radius_km + std::min(path.tx_angle, 0.1 * path.tx_km) +
                       std::min(path.rx_angle, 0.1 * path.rx_km);  // (52)
  const double between = std::min(total_km - path.tx_km - path.rx_km, 40.0);
  const double rough = path.roughness > 10 ? exp(-4.6e-5 * (path.roughness - 10) * (43 + 6 * between)) : 1;  // (56)
  const double alpha =
      std::max(-3.4, -0.6 - 3.5e-9 * pow(total_km, 3.1) * inland_factor(zones.longest_inland));  // (55a)
  const double heights = std::sqrt(path.ducting.tx) + std::sqrt(path.ducting.rx);
  const double geometry = std::min(1.0, pow(500 / radius_km * square(total_km / heights), alpha));  // (55)
  const double beta = beta0 * geometry * rough;                                                     // (54)
  const double log_beta = log10(beta);
  const double gamma =
      1.076 / pow(2.0058 - log_beta, 1.012) *
      exp(-(9.51 - 4.8 * log_beta + 0.198 * log_beta * log_beta) * 1e-6 * pow(total_km, 1.13));  // (53a)
  const double variability =
      -12 + (1.2 + 3.7e-3 * total_km) * log10(time / beta) + 12 * pow(time / beta, gamma);  // (53)
  return fixed + 5e-5 * radius_km * portable::cbrt(ghz) * angle + variability;              // (46), (50), (51)
}

double scatter_loss(double total_km, double path_angle, double ghz, double time, double n0) {
  const double by_frequency = 25 * log10(ghz) - 2.5 * square(log10(ghz / 2));
  return 190.1 + by_frequency + 20 * log10(total_km) + 0.573 * path_angle - 0.15 * n0 -
         10.125 * (time >= 50 ? 0 : pow(log10(50 / time), 0.7));
}

}  // namespace karkara::propagation::p1812
