// Attenuation by scatter in the troposphere (Alg, sections 4 and 6; TN101, chapter 9).
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "controller/planner/propagation/itm_steps.h"

namespace karkara::propagation::itm {
namespace {

// Attenuation function F(theta d), Alg (6.9).
double scatter_function(double theta_d) {
  if (theta_d <= 10e3) {
    return 133.4 + 0.332e-3 * theta_d - 10.0 * portable::log10(theta_d);
  }
  if (theta_d <= 70e3) {
    return 104.6 + 0.212e-3 * theta_d - 2.5 * portable::log10(theta_d);
  }
  return 71.8 + 0.157e-3 * theta_d + 5.0 * portable::log10(theta_d);
}

double gain_curve(std::size_t j, double r) {
  constexpr std::array<double, 5> kA{25, 80, 177, 395, 705};
  constexpr std::array<double, 5> kB{24, 45, 68, 80, 105};
  const double per_r2 = 1.0 / (r * r);
  return portable::db(1.0 + kA[j] * per_r2 * per_r2 + kB[j] * per_r2);  // Alg (6.13)
}

// Frequency gain H_01(r, eta), between its curves for whole eta from 1 to 5.
double frequency_gain(double r, double eta) {
  const double within = std::clamp(eta, 1.0, 5.0);
  const auto whole = static_cast<std::size_t>(within);
  const double part = within - static_cast<double>(whole);
  const double lower = gain_curve(whole - 1, r);
  return part == 0 ? lower : (1.0 - part) * lower + part * gain_curve(whole, r);
}

struct Scatter {
  const Prepared& radio;
  const Geometry& path;
  const Sight& sight;
  double n_surface;

  // H_0, TN101 (9.3) to (9.5). Absent where both r are too small for it to be defined.
  [[nodiscard]] std::optional<double> gain(double distance) const {
    const double skew = std::abs(path.horizon_distance[0] - path.horizon_distance[1]);
    const bool swapped = path.horizon_distance[0] < path.horizon_distance[1];
    const double ratio = swapped ? path.effective_height[0] / path.effective_height[1]
                                 : path.effective_height[1] / path.effective_height[0];
    const double theta = path.horizon_angle[0] + path.horizon_angle[1] + distance / sight.effective_radius;
    const double r1 = 2.0 * radio.wave_number * theta * path.effective_height[0];
    const double r2 = 2.0 * radio.wave_number * theta * path.effective_height[1];
    if (r1 < 0.2 && r2 < 0.2) {
      return std::nullopt;
    }
    const double asymmetry = (distance - skew) / (distance + skew);
    const double q = std::clamp(ratio / asymmetry, 0.1, 10.0);
    const double s = std::max(0.1, asymmetry);
    const double crossover = (distance - skew) * (distance + skew) * theta * 0.25 / distance;  // Alg (4.66)
    const double bounded = std::min(1.7, crossover / 8.0e3);
    const double power = bounded * bounded * bounded;
    const double eta = crossover / 1.7556e3 *
                       (1.0 + (0.031 - n_surface * 2.32e-3 + n_surface * n_surface * 5.67e-6) *
                                  portable::exp(-power * power));  // Alg (4.67)
    const double h00 = (frequency_gain(r1, eta) + frequency_gain(r2, eta)) / 2.0;
    const double delta =
        std::min(h00, 6.0 * (0.6 - portable::log10(std::max(eta, 1.0))) * portable::log10(s) * portable::log10(q));
    double h0 = std::max(h00 + delta, 0.0);
    if (eta < 1.0) {
      constexpr double kRoot2 = std::numbers::sqrt2;
      const double at_0 =
          portable::square((1.0 + kRoot2 / r1) * (1.0 + kRoot2 / r2)) * (r1 + r2) / (r1 + r2 + 2 * kRoot2);
      h0 = eta * h0 + (1.0 - eta) * portable::db(at_0);
    }
    return h0;
  }

  [[nodiscard]] double loss(double distance, double h0) const {  // Alg (4.63)
    const double theta = distance / sight.effective_radius - sight.angle;
    return scatter_function(theta * distance) +
           portable::db(radio.wave_number * kSpeedOverTwoPi * portable::square(theta * theta)) -
           0.1 * (n_surface - 301.0) * portable::exp(-theta * distance / 40e3) + h0;
  }
};

}  // namespace

// Above 15 dB the gain at the farther distance stands for both (Alg, page 12).
std::optional<Pair> troposcatter_at(const Prepared& radio, const Geometry& path, const Sight& sight, double n_surface,
                                    double nearer, double farther) {
  const Scatter scatter{radio, path, sight, n_surface};
  const std::optional<double> far_gain = scatter.gain(farther);
  std::optional<double> near_gain = far_gain;
  if (!far_gain || *far_gain <= 15.0) {
    near_gain = scatter.gain(nearer);
    if (near_gain && *near_gain > 15.0 && far_gain) {
      near_gain = far_gain;
    }
  }
  if (!near_gain) {
    return std::nullopt;
  }
  const double at_near = scatter.loss(nearer, *near_gain);
  if (!(at_near < 1000.0)) {
    return std::nullopt;
  }
  // The reference takes 1001 dB for a distance where scatter is not defined.
  return Pair{at_near, far_gain ? scatter.loss(farther, *far_gain) : 1001.0};
}

}  // namespace karkara::propagation::itm
