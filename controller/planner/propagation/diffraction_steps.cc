#include "controller/planner/propagation/diffraction_steps.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "controller/planner/propagation/portable_math.h"

namespace karkara::propagation {
namespace {

double acos_of(double x) {
  return std::acos(std::clamp(x, -1.0, 1.0));
}

// Height gain G(Y) of a normalized height, (35), (36), bounded below by the ground's parameter.
double height_gain(double beta_y, double k) {
  const double gain = beta_y > 2 ? 17.6 * std::sqrt(beta_y - 1.1) - 5 * portable::log10(beta_y - 1.1) - 8
                                 : 20 * portable::log10(beta_y + 0.1 * beta_y * beta_y * beta_y);
  return std::max(gain, 2 + 20 * portable::log10(k));
}

// First term of the residue series, (29) to (36).
double first_term(double km, const Ends& height, double radius_km, double ghz, Polarization polarization,
                  const p526::Ground& ground) {
  const double loss_tangent = portable::square(18 * ground.conductivity / ghz);
  double k = 0.036 / (portable::cbrt(radius_km * ghz) *
                      std::sqrt(std::sqrt(portable::square(ground.permittivity - 1) + loss_tangent)));
  if (polarization == Polarization::Vertical) {
    k *= std::sqrt(portable::square(ground.permittivity) + loss_tangent);
  }
  const double k2 = k * k;
  const double k4 = k2 * k2;
  const double beta = (1 + 1.6 * k2 + 0.67 * k4) / (1 + 4.5 * k2 + 1.53 * k4);
  const double x = 21.88 * beta * portable::cbrt(ghz / (radius_km * radius_km)) * km;
  const double per_metre = 0.9575 * beta * portable::cbrt(ghz * ghz / radius_km);
  const double distance_term =
      x >= 1.6 ? 11 + portable::db(x) - 17.6 * x : -20 * portable::log10(x) - 5.6488 * portable::pow(x, 1.425);
  return -distance_term - height_gain(beta * per_metre * height.tx, k) - height_gain(beta * per_metre * height.rx, k);
}

double first_term(double km, const Ends& height, double radius_km, double ghz, Polarization polarization,
                  const Surface& surface) {
  double loss = 0;
  if (surface.sea_share < 1) {
    loss += (1 - surface.sea_share) * first_term(km, height, radius_km, ghz, polarization, surface.land);
  }
  if (surface.sea_share > 0) {
    loss += surface.sea_share * first_term(km, height, radius_km, ghz, polarization, surface.sea);
  }
  return loss;
}

}  // namespace

Smooth smooth_surface(const SurfacePeaks& peaks, double total_km) {
  const double per_area = 1 / (total_km * total_km);
  return {(2 * peaks.area * total_km - peaks.moment) * per_area, (peaks.moment - peaks.area * total_km) * per_area};
}

Smooth diffraction_surface(const Smooth& fitted, const SurfacePeaks& peaks, double tx_ground, double rx_ground) {
  Smooth lowered = fitted;
  if (peaks.above_line > 0) {
    const double both = peaks.above_line_per_tx + peaks.above_line_per_rx;
    lowered.tx -= peaks.above_line * peaks.above_line_per_tx / both;
    lowered.rx -= peaks.above_line * peaks.above_line_per_rx / both;
  }
  return {std::min(lowered.tx, tx_ground), std::min(lowered.rx, rx_ground)};
}

double edge_loss(double v) {
  if (!(v > -0.78)) {
    return 0;
  }
  const double u = std::min(v, 1e9) - 0.1;  // no overflow, however high the edge
  return 6.9 + 20 * portable::log10(std::sqrt(u * u + 1) + u);
}

double bullington_loss(const RayPeaks& peaks, const Ends& ends, double total_km, double ghz) {
  const double wavelength = kLightPerGhz / ghz;
  double v = peaks.obstruction * std::sqrt(0.002 * total_km / wavelength);  // (15)
  if (!(peaks.slope_from_tx < (ends.rx - ends.tx) / total_km)) {            // beyond the horizon, (17) to (20)
    const double point =
        (ends.rx - ends.tx + peaks.slope_from_rx * total_km) / (peaks.slope_from_tx + peaks.slope_from_rx);
    const double above =
        ends.tx + peaks.slope_from_tx * point - (ends.tx * (total_km - point) + ends.rx * point) / total_km;
    v = above * std::sqrt(0.002 * total_km / (wavelength * point * (total_km - point)));
  }
  const double edge = edge_loss(v);
  return edge + (1 - portable::exp(-edge / 6.0)) * (10 + 0.02 * total_km);  // (21)
}

double spherical_loss(double total_km, const Ends& above_smooth, double radius_km, double ghz,
                      Polarization polarization, const Surface& surface) {
  const double tx = above_smooth.tx;
  const double rx = above_smooth.rx;
  const double horizon = std::sqrt(2 * radius_km) * (std::sqrt(0.001 * tx) + std::sqrt(0.001 * rx));  // (22)
  if (total_km >= horizon) {
    return first_term(total_km, above_smooth, radius_km, ghz, polarization, surface);
  }
  // The smallest clearance between the ray and the bulging Earth, (23), (24).
  const double c = (tx - rx) / (tx + rx);
  const double m = 250 * total_km * total_km / (radius_km * (tx + rx));
  const double m1 = m + 1;
  const double b = 2 * std::sqrt(m1 / (3 * m)) *
                   std::cos(std::numbers::pi / 3 + acos_of(1.5 * c * std::sqrt(3 * m / (m1 * m1 * m1))) / 3);
  const double d1 = total_km / 2 * (1 + b);
  const double d2 = total_km - d1;
  const double clearance = ((tx - 500 * d1 * d1 / radius_km) * d2 + (rx - 500 * d2 * d2 / radius_km) * d1) / total_km;
  const double required = 17.456 * std::sqrt(d1 * d2 * kLightPerGhz / (ghz * total_km));  // (25)
  if (clearance > required) {
    return 0;
  }
  const double grazing_radius = 500 * portable::square(total_km / (std::sqrt(tx) + std::sqrt(rx)));  // (26)
  const double loss = first_term(total_km, above_smooth, grazing_radius, ghz, polarization, surface);
  return (1 - clearance / required) * std::max(loss, 0.0);  // (27)
}

Delta delta_bullington_loss(const Samples& ground, const Ends& ends, const Smooth& smooth, double radius_km, double ghz,
                            Polarization polarization, const Surface& surface) {
  const double total = ground.km.back();
  const Ends above{ends.tx - smooth.tx, ends.rx - smooth.rx};  // (37)
  Delta delta{};
  delta.bullington = bullington_loss(ray_peaks(ground, ends, 1 / radius_km), ends, total, ghz);
  delta.smooth_bullington = bullington_loss(ray_peaks({ground.km, {}}, above, 1 / radius_km), above, total, ghz);
  delta.spherical = spherical_loss(total, above, radius_km, ghz, polarization, surface);
  delta.loss = delta.bullington + std::max(delta.spherical - delta.smooth_bullington, 0.0);  // (39)
  return delta;
}

}  // namespace karkara::propagation
