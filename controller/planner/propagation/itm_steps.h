// The steps of the Irregular Terrain Model, as its own sources share them: plain numbers in SI units, checked at the
// door by itm.cc. Nobody else includes this, except the area sweep, which takes the steps apart to reuse their parts.
#pragma once

#include <array>
#include <complex>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "controller/planner/propagation/checks.h"
#include "controller/planner/propagation/itm.h"
#include "controller/planner/propagation/portable_pair.h"

namespace karkara::propagation::itm {

// With the reference's error number.
inline Error refusal(int number, std::string_view what) {
  return propagation::refusal("itm", std::string{what} + " (error " + std::to_string(number) + ")");
}

using Pair = std::array<double, 2>;  // transmitter, receiver

inline constexpr double kSpeedOverTwoPi = 47.7;  // MHz m: wave number k = f / 47.7

struct ClimateCurves;

struct Prepared {
  Pair height{};  // structural, m
  double f_mhz = 0;
  double wave_number = 0;
  double cbrt_f = 0;
  double log_f = 0;
  double free_space_at_1_m = 0;  // dB
  std::complex<double> ground_impedance;
  double impedance_size = 0;
  double n_sea_level = 0;
  // statistics
  const ClimateCurves* curves = nullptr;
  Variability mode = Variability::Broadcast;
  bool without_location = false;
  bool without_situation = false;
  double z_time = 0;  // standard normal deviates
  double z_location = 0;
  double z_situation = 0;
  double g_minus = 0;  // frequency gains
  double g_plus = 0;
  double duct_distance = 0;  // the frequency's part of Alg (5.3)
  std::uint32_t warnings = 0;
};

// The warnings and their bits are the reference's.
enum Warning : std::uint32_t {
  kTxHeight = 0x0001,
  kRxHeight = 0x0002,
  kFrequency = 0x0004,
  kDistanceBig1 = 0x0008,
  kDistanceBig2 = 0x0010,
  kDistanceSmall1 = 0x0020,
  kDistanceSmall2 = 0x0040,
  kTxHorizonAngle = 0x0080,
  kRxHorizonAngle = 0x0100,
  kTxHorizonNear = 0x0200,
  kRxHorizonNear = 0x0400,
  kTxHorizonFar = 0x0800,
  kRxHorizonFar = 0x1000,
  kExtremeVariability = 0x2000,
  kSurfaceRefractivity = 0x4000,
};

struct Atmosphere {
  double n_surface = 0;
  double curvature = 0;  // of the effective Earth, 1/m
};
Atmosphere atmosphere_at(double height, double n_sea_level);

struct Geometry {
  double distance = 0;
  Pair horizon_angle{};
  Pair horizon_distance{};
  Pair effective_height{};
  double irregularity = 0;
  bool obstructed = false;
};

double mean_height(const PathProfile& profile);
Geometry geometry_over(const PathProfile& profile, const Pair& height, double curvature);
Geometry geometry_over(const RoughGround& ground, const Pair& height, double curvature);

// Terrain irregularity seen over a distance (ERL 79-ITS 67, eq 3), and what of it stands within the first Fresnel zone
// (3.6a).
inline double roughness_over(double distance, double irregularity) {
  return irregularity * (1.0 - 0.8 * portable::exp(-distance / 50e3));
}
inline double sigma_of(double roughness) {
  return 0.78 * roughness * portable::exp(-0.5 * std::sqrt(std::sqrt(roughness)));
}
inline portable::Two roughness_over(portable::Two distance, double irregularity) {
  return irregularity * (1.0 - 0.8 * portable::exp(-distance / 50e3));
}
inline portable::Two sigma_of(portable::Two roughness) {
  return 0.78 * roughness * portable::exp(-0.5 * portable::sqrt(portable::sqrt(roughness)));
}

struct Line {  // attenuation as intercept + slope * distance
  double slope = 0;
  double intercept = 0;
  [[nodiscard]] double at(double distance) const { return intercept + slope * distance; }
};

struct Sight {  // lengths that the branches share
  double effective_radius = 0;
  Pair smooth_horizon{};
  double smooth_reach = 0;  // d_sML
  double reach = 0;         // d_ML
  double angle = 0;         // theta_los
  double transition = 0;    // (a^2 / f)^(1/3)
};

enum class Terrain { Profile, Area };

Line diffraction_line(const Prepared& radio, const Geometry& path, const Sight& sight, Terrain terrain);

// Two distances far in the scatter region; absent where scatter is not defined.
std::optional<Pair> troposcatter_at(const Prepared& radio, const Geometry& path, const Sight& sight, double n_surface,
                                    double nearer, double farther);

struct Reference {
  double attenuation = 0;
  Mode mode = Mode::LineOfSight;
  std::uint32_t warnings = 0;
};
Result<Reference> reference_attenuation(const Prepared& radio, const Geometry& path, const Atmosphere& air,
                                        Terrain terrain);

// Fills the statistics' part of `radio`.
void prepare_statistics(const Statistics& statistics, Climate climate, Prepared& radio);
double with_statistics(const Prepared& radio, const Geometry& path, double reference_attenuation);

// All that follows the geometry.
Result<Answer> answer_for(const Prepared& radio, const Geometry& path, const Atmosphere& air, Terrain terrain);

}  // namespace karkara::propagation::itm
