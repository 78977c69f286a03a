#include "controller/planner/propagation/p676.h"

#include <cmath>

#include "controller/planner/propagation/checks.h"
#include "controller/planner/propagation/p676_lines.h"
#include "controller/planner/propagation/portable_math.h"

namespace karkara::propagation::p676 {
namespace {

using portable::exp;
using portable::pow;
using portable::square;

struct State {
  double f;      // GHz
  double p;      // dry, hPa
  double e;      // vapour, hPa
  double theta;  // 300 / T
};

// (5): the line's shape; `correction` for the interference of oxygen's lines.
double shape(const State& air, double line, double width, double correction) {
  const double below = line - air.f;
  const double above = line + air.f;
  return air.f / line *
         ((width - correction * below) / (below * below + width * width) +
          (width - correction * above) / (above * above + width * width));
}

double oxygen_lines(const State& air) {
  const double theta_08 = pow(air.theta, 0.8);
  const double theta_3 = air.theta * air.theta * air.theta;
  double sum = 0;
  for (const OxygenLine& line : kOxygen) {
    const double strength = line.a1 * 1e-7 * air.p * theta_3 * exp(line.a2 * (1 - air.theta));                  // (3)
    const double pressed = line.a3 * 1e-4 * (air.p * pow(air.theta, 0.8 - line.a4) + 1.1 * air.e * air.theta);  // (6a)
    const double width = std::sqrt(pressed * pressed + 2.25e-6);  // (6b): Zeeman splitting
    const double correction = (line.a5 + line.a6 * air.theta) * 1e-4 * (air.p + air.e) * theta_08;  // (7)
    sum += strength * shape(air, line.ghz, width, correction);
  }
  return sum;
}

// (8), (9): the Debye spectrum of oxygen and the pressure-induced one of nitrogen.
double dry_continuum(const State& air) {
  const double d = 5.6e-4 * (air.p + air.e) * pow(air.theta, 0.8);
  return air.f * air.p * square(air.theta) *
         (6.14e-5 / (d * (1 + square(air.f / d))) +
          1.4e-12 * air.p * pow(air.theta, 1.5) / (1 + 1.9e-5 * pow(air.f, 1.5)));
}

double vapour_lines(const State& air) {
  const double theta_35 = pow(air.theta, 3.5);
  double sum = 0;
  for (const VapourLine& line : kVapour) {
    const double strength = line.b1 * 1e-1 * air.e * theta_35 * exp(line.b2 * (1 - air.theta));  // (3)
    const double pressed =
        line.b3 * 1e-4 * (air.p * pow(air.theta, line.b4) + line.b5 * air.e * pow(air.theta, line.b6));  // (6a)
    const double width = 0.535 * pressed + std::sqrt(0.217 * pressed * pressed +
                                                     2.1316e-12 * line.ghz * line.ghz / air.theta);  // (6b): Doppler
    sum += strength * shape(air, line.ghz, width, 0);
  }
  return sum;
}

}  // namespace

Result<Specific> per_km(Megahertz frequency, const Air& air) {
  if (!is_between(frequency.value(), 1000, 1e6)) {
    return refusal("p676", "the frequency is outside 1 to 1000 GHz");
  }
  if (!is_between(air.dry_pressure_hpa, 1, 1200) || !is_between(air.kelvin, 150, 350) ||
      !is_between(air.vapour_g_per_m3, 0, 100)) {
    return refusal("p676", "no air has this pressure, temperature or humidity");
  }
  const State state{frequency.value() / 1000, air.dry_pressure_hpa, air.vapour_g_per_m3 * air.kelvin / 216.7,
                    300 / air.kelvin};
  const double scale = 0.1820 * state.f;  // (1)
  return Specific{Db{scale * (oxygen_lines(state) + dry_continuum(state))}, Db{scale * vapour_lines(state)}};
}

Result<Db> over_path(Metres distance, Megahertz frequency, const Air& air) {
  if (!is_between(distance.value(), 0, 1e6)) {
    return refusal("p676", "the path is not between 0 and 1000 km long");
  }
  const Result<Specific> specific = per_km(frequency, air);
  if (!specific) {
    return specific.error();
  }
  return specific->both() * (distance.value() / 1000);
}

}  // namespace karkara::propagation::p676
