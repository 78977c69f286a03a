#include <algorithm>
#include <cmath>
#include <string>

#include "controller/planner/propagation/checks.h"
#include "controller/planner/propagation/p530.h"
#include "controller/planner/propagation/portable_math.h"

namespace karkara::propagation::p530 {
namespace {

using portable::log10;
using portable::pow;

// (34): attenuation over the year as A0.01 * C1 * p^-(C2 + C3 log10 p).
struct Distribution {
  double at_0_01 = 0;  // dB
  double c1 = 0, c2 = 0, c3 = 0;
};

Result<Distribution> distribution_of(const RainHop& hop) {
  if (!is_between(hop.length.value(), 1, 60'000)) {
    return refusal("p530", "rain is predicted on hops of 1 m to 60 km");
  }
  if (!is_between(hop.frequency.value(), 1000, 100'000)) {
    return refusal("p530", "rain is predicted from 1 to 100 GHz");
  }
  const Degrees tilt = p838::tilt_of(hop.polarization);
  const Result<Db> per_km = p838::per_km(hop.rate_0_01, hop.frequency, hop.elevation, tilt);
  const Result<p838::Coefficients> fit = p838::coefficients(hop.frequency, hop.elevation, tilt);
  if (!per_km) {
    return per_km.error();
  }
  const double km = hop.length.value() / 1000;
  const double ghz = hop.frequency.value() / 1000;
  // (32): rain does not fall on all of the path at once. Above a factor of 2.5 it is not to be used; ITU-Rpy limits
  // its -17 alike, two implementations of -18 do not limit it.
  const double divisor = 0.477 * pow(km, 0.633) * pow(hop.rate_0_01.mm_per_hour, 0.073 * fit->alpha) * pow(ghz, 0.123) -
                         10.579 * (1 - portable::exp(-0.024 * km));
  const double factor = divisor > 0.4 ? 1 / divisor : 2.5;
  const double c0 = ghz >= 10 ? 0.12 + 0.4 * log10(pow(ghz / 10, 0.8)) : 0.12;  // (35)
  Distribution distribution;
  distribution.at_0_01 = per_km->value() * km * factor;  // (33)
  distribution.c1 = pow(0.07, c0) * pow(0.12, 1 - c0);
  distribution.c2 = 0.855 * c0 + 0.546 * (1 - c0);
  distribution.c3 = 0.139 * c0 + 0.043 * (1 - c0);
  return distribution;
}

}  // namespace

Result<Db> rain_attenuation(const RainHop& hop, Percent time) {
  if (!is_between(time.value(), 0.001, 1)) {
    return refusal("p530", "rain is predicted for 0.001 to 1 % of the year");
  }
  const Result<Distribution> rain = distribution_of(hop);
  if (!rain) {
    return rain.error();
  }
  return Db{rain->at_0_01 * rain->c1 * pow(time.value(), -(rain->c2 + rain->c3 * log10(time.value())))};
}

// The inverse: a parabola in log10 p. Its top is the least share that the formula knows.
Result<Percent> rain_outage(const RainHop& hop, Db margin) {
  if (!is_between(margin.value(), 0.001, 300)) {
    return refusal("p530", "the margin is outside 0.001 to 300 dB");
  }
  const Result<Distribution> rain = distribution_of(hop);
  if (!rain) {
    return rain.error();
  }
  if (!(rain->at_0_01 > 0)) {
    return Percent{0};
  }
  const double level = log10(margin.value() / (rain->at_0_01 * rain->c1));
  const double root = rain->c2 * rain->c2 - 4 * rain->c3 * level;
  const double log_p = (-rain->c2 + std::sqrt(std::max(root, 0.0))) / (2 * rain->c3);
  return Percent{std::min(portable::pow10(log_p), 100.0)};
}

}  // namespace karkara::propagation::p530
