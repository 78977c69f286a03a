// Statistics of time, location and situation about the reference attenuation (Alg, section 5; TN101 volume 2, annex
// III).
#include <algorithm>
#include <array>
#include <cmath>

#include "controller/planner/propagation/itm_steps.h"

namespace karkara::propagation::itm {

// One curve of TN101v2 (III.69, III.70): c1, c2 in dB, x1 to x3 in m.
struct Curve {
  double c1, c2, x1, x2, x3;

  [[nodiscard]] double at(double distance) const {
    const double near = portable::square(distance / x1);
    return (c1 + c2 / (1.0 + portable::square((distance - x2) / x3))) * near / (1.0 + near);
  }
};

struct FrequencyGain {
  double g1, g2, g3;

  [[nodiscard]] double at(double q) const { return g1 + g2 / (portable::square(g3 * q) + 1.0); }
};

struct ClimateCurves {
  Curve median;
  Curve minus;
  Curve plus;
  double c_d, z_d;  // Alg, table 5.1: beyond z_d the upper spread grows slower
  FrequencyGain gain_minus;
  FrequencyGain gain_plus;
};

namespace {

constexpr std::array<ClimateCurves, 7> kClimates{{
    {{-9.67, 12.7, 144.9e3, 190.3e3, 133.8e3},
     {2.13, 159.5, 762.2e3, 123.6e3, 94.5e3},
     {2.11, 102.3, 636.9e3, 134.8e3, 95.6e3},
     1.224,
     1.282,
     {1.0, 0, 0},
     {1.0, 0, 0}},
    {{-0.62, 9.19, 228.9e3, 205.2e3, 143.6e3},
     {2.66, 7.67, 100.4e3, 172.5e3, 136.4e3},
     {6.87, 15.53, 138.7e3, 143.7e3, 98.6e3},
     0.801,
     2.161,
     {1.0, 0, 0},
     {0.93, 0.31, 2.00}},
    {{1.26, 15.5, 262.6e3, 185.2e3, 99.8e3},
     {6.11, 6.65, 138.2e3, 242.2e3, 178.6e3},
     {10.08, 9.60, 165.3e3, 225.7e3, 129.7e3},
     1.380,
     1.282,
     {1.0, 0, 0},
     {1.0, 0, 0}},
    {{-9.21, 9.05, 84.1e3, 101.1e3, 98.6e3},
     {1.98, 13.11, 139.1e3, 132.7e3, 193.5e3},
     {3.68, 159.3, 464.4e3, 93.1e3, 94.2e3},
     1.000,
     20.0,
     {1.0, 0, 0},
     {0.93, 0.19, 1.79}},
    {{-0.62, 9.19, 228.9e3, 205.2e3, 143.6e3},
     {2.68, 7.16, 93.7e3, 186.8e3, 133.5e3},
     {4.75, 8.12, 93.2e3, 135.9e3, 113.4e3},
     1.224,
     1.282,
     {0.92, 0.25, 1.77},
     {0.93, 0.31, 2.00}},
    {{-0.39, 2.86, 141.7e3, 315.9e3, 167.4e3},
     {6.86, 10.38, 187.8e3, 169.6e3, 108.9e3},
     {8.58, 13.97, 216.0e3, 152.0e3, 122.7e3},
     1.518,
     1.282,
     {1.0, 0, 0},
     {1.0, 0, 0}},
    {{3.15, 857.9, 2222.0e3, 164.8e3, 116.3e3},
     {8.51, 169.8, 609.8e3, 119.9e3, 106.6e3},
     {8.43, 8.19, 136.2e3, 188.5e3, 122.9e3},
     1.518,
     1.282,
     {1.0, 0, 0},
     {1.0, 0, 0}},
}};

// Standard normal deviate exceeded with probability q (Abramowitz and Stegun, 26.2.23).
double deviate(double q) {
  const double x = q > 0.5 ? 1.0 - q : q;
  const double t = std::sqrt(-2.0 * portable::log(x));
  const double z =
      t - ((0.010328 * t + 0.802853) * t + 2.515516) / (((0.001308 * t + 0.189269) * t + 1.432788) * t + 1.0);
  return q > 0.5 ? -z : z;
}

double time_spread(const Prepared& radio, double distance) {
  const ClimateCurves& curves = *radio.curves;
  if (radio.z_time < 0) {
    return curves.minus.at(distance) * radio.g_minus;
  }
  const double plus = curves.plus.at(distance) * radio.g_plus;
  const double far = curves.c_d * plus;
  return radio.z_time <= curves.z_d ? plus : far + (plus - far) * curves.z_d / radio.z_time;
}

}  // namespace

void prepare_statistics(const Statistics& statistics, Climate climate, Prepared& radio) {
  radio.curves = &kClimates[static_cast<std::size_t>(climate) - 1];
  radio.mode = statistics.mode;
  radio.without_location = statistics.without_location;
  radio.without_situation = statistics.without_situation;
  radio.z_time = deviate(statistics.time.value() / 100.0);
  radio.z_location = deviate(statistics.location.value() / 100.0);
  radio.z_situation = deviate(statistics.situation.value() / 100.0);
  switch (statistics.mode) {
    case Variability::SingleMessage: radio.z_time = radio.z_location = radio.z_situation; break;
    case Variability::Accidental: radio.z_location = radio.z_situation; break;
    case Variability::Mobile: radio.z_location = radio.z_time; break;
    case Variability::Broadcast: break;
  }
  const double farthest = std::max({std::abs(radio.z_time), std::abs(radio.z_location), std::abs(radio.z_situation)});
  radio.warnings |= farthest > 3.10 ? kExtremeVariability : 0U;
  const double q = portable::log(0.133 * radio.wave_number);
  radio.g_minus = radio.curves->gain_minus.at(q);
  radio.g_plus = radio.curves->gain_plus.at(q);
  radio.duct_distance = portable::cbrt(575.7e12 / radio.wave_number);
}

double with_statistics(const Prepared& radio, const Geometry& path, double reference_attenuation) {
  constexpr double kTwiceRadius9000 = 2.0 * 9000e3;
  const ClimateCurves& curves = *radio.curves;
  const double horizon = std::sqrt(kTwiceRadius9000 * path.effective_height[0]) +
                         std::sqrt(kTwiceRadius9000 * path.effective_height[1]) + radio.duct_distance;  // (5.3)
  const double distance = path.distance < horizon ? 130e3 * path.distance / horizon : 130e3 + path.distance - horizon;
  const double sigma_s = radio.without_situation ? 0 : 5.0 + 3.0 * portable::exp(-distance / 100e3);  // (5.10)
  double sigma_l = 0;
  if (!radio.without_location) {
    const double waves = radio.wave_number * roughness_over(path.distance, path.irregularity);
    sigma_l = 10.0 * waves / (waves + 13.0);  // (5.9)
  }
  const double z = radio.z_time;
  const double sigma_t = time_spread(radio, distance);
  const double y_t = sigma_t * z;
  const double y_l = sigma_l * radio.z_location;
  const double z_s_squared = radio.z_situation * radio.z_situation;
  const double situation =
      sigma_s * sigma_s + y_t * y_t / (7.8 + z_s_squared) + y_l * y_l / (24.0 + z_s_squared);  // in (5.11)
  double y_r = 0;
  double y_s = 0;
  switch (radio.mode) {
    case Variability::SingleMessage:
      y_s = std::sqrt(sigma_t * sigma_t + sigma_l * sigma_l + situation) * radio.z_situation;
      break;
    case Variability::Accidental:
      y_r = y_t;
      y_s = std::sqrt(sigma_l * sigma_l + situation) * radio.z_situation;
      break;
    case Variability::Mobile:
      y_r = std::sqrt(sigma_t * sigma_t + sigma_l * sigma_l) * z;
      y_s = std::sqrt(situation) * radio.z_situation;
      break;
    case Variability::Broadcast:
      y_r = y_t + y_l;
      y_s = std::sqrt(situation) * radio.z_situation;
      break;
  }
  const double result = reference_attenuation - curves.median.at(distance) - y_r - y_s;
  return result < 0 ? result * (29.0 - result) / (29.0 - 10.0 * result) : result;  // (5.12)
}

}  // namespace karkara::propagation::itm
