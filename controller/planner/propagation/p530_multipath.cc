#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "controller/planner/propagation/checks.h"
#include "controller/planner/propagation/p530.h"
#include "controller/planner/propagation/portable_math.h"

namespace karkara::propagation::p530 {
namespace {

using portable::exp;
using portable::log10;
using portable::pow;
using portable::pow10;

constexpr double kNoFadingUpTo = 5'000;   // m
constexpr double kMostOccurrence = 1000;  // percent: the last curve of figure 3

Status check(const Hop& hop, Db depth) {
  if (!is_between(hop.length.value(), 1, 1'000'000)) {
    return refusal("p530", "the hop is not between 1 m and 1000 km long");
  }
  const double km = hop.length.value() / 1000;
  if (km > kNoFadingUpTo / 1000 && !is_between(hop.frequency.value() / 1000, 15 / km, 45)) {
    return refusal("p530", "multipath fading is predicted from 15 / km GHz to 45 GHz");
  }
  for (const Metres altitude : {hop.tx_altitude, hop.rx_altitude, hop.mean_ground}) {
    if (!is_between(altitude.value(), -1000, 12'000)) {
      return refusal("p530", "an altitude is outside -1000 to 12000 m");
    }
  }
  if (!is_between(hop.latitude.value(), -90, 90)) {
    return refusal("p530", "the latitude is outside -90 to 90 degrees");
  }
  if (!is_between(hop.log10_k, -10, 0) || !is_between(hop.dn75, 0, 500)) {
    return refusal("p530", "the geoclimatic factor or the gradient is outside its map's range");
  }
  if (!is_between(depth.value(), 0, 300)) {
    return refusal("p530", "the fade's depth is outside 0 to 300 dB");
  }
  return {};
}

double inclination(const Hop& hop) {  // mrad, (5)
  return std::abs(hop.rx_altitude.value() - hop.tx_altitude.value()) / (hop.length.value() / 1000);
}

// p0, (7) and (11) with a depth of 0 dB: percent.
double occurrence(const Hop& hop) {
  const double km = hop.length.value() / 1000;
  const double ghz = hop.frequency.value() / 1000;
  const double above_ground =
      (hop.tx_altitude.value() + hop.rx_altitude.value()) / 2 - km * km / 102 - hop.mean_ground.value();  // hc
  const double lower = std::min(hop.tx_altitude.value(), hop.rx_altitude.value());                        // hL
  const double limit = hop.dn75 * pow(km, 1.5) * std::sqrt(ghz) / 24'730;
  const double layer = std::min(pow(hop.dn75 / 50, 1.8) * exp(-above_ground / (2.5 * std::sqrt(km))), limit);  // vsr
  const double exponent = -0.376 * portable::tanh((above_ground - 147) / 125) - 0.334 * pow(inclination(hop), 0.39) -
                          0.00027 * lower + 17.85 * layer;
  return pow10(hop.log10_k + exponent) * pow(km, 3.51) * pow(ghz * ghz + 13, 0.447);
}

// The shallow part of the distribution, (15) to (18), through `at_joint` percent at the depth where it joins.
double shallow(double depth, double joint, double at_joint) {
  const double qa_joint = -20 * log10(-portable::log((100 - at_joint) / 100)) / joint;
  const double qt = (qa_joint - 2) / ((1 + 0.3 * pow10(-joint / 20)) * pow10(-0.016 * joint)) -
                    4.3 * (pow10(-joint / 20) + joint / 800);
  const double qa =
      2 + (1 + 0.3 * pow10(-depth / 20)) * pow10(-0.016 * depth) * (qt + 4.3 * (pow10(-depth / 20) + depth / 800));
  return 100 * (1 - exp(-pow10(-qa * depth / 20)));
}

// Logarithmic conversion from worst month to year, (24). The Recommendation bounds it by 10.8 dB from above, as the
// manual of Pathloss restates its 2.3.4 ("delta G <= 10.8"); two public implementations of -18 take the greater of
// both, which makes a year look better than it says.
double year_conversion(const Hop& hop) {
  const double north = std::abs(hop.latitude.value());
  const double wave = pow(std::abs(std::cos(2 * north * std::numbers::pi / 180)), 0.7);
  const double gain = 10.5 - 5.6 * log10(1.1 + (north <= 45 ? wave : -wave)) - 2.7 * log10(hop.length.value() / 1000) +
                      1.7 * log10(1 + inclination(hop));
  return std::min(gain, 10.8);
}

// Step 2 and 3 of section 2.3.2, the deep part scaled by `scale`.
Result<Percent> distribution(const Hop& hop, Db depth, double scale) {
  const double p0 = occurrence(hop);
  if (!(p0 <= kMostOccurrence)) {
    return refusal("p530", "multipath would occur more often than the method knows");
  }
  const double joint = 25 + 1.2 * log10(p0);                                             // (12)
  const double share = depth.value() >= joint ? scale * p0 * pow10(-depth.value() / 10)  // (13)
                                              : shallow(depth.value(), joint, scale * p0 * pow10(-joint / 10));
  if (!std::isfinite(share)) {
    return refusal("p530", "the hop is outside what the method can compute");
  }
  return Percent{std::clamp(share, 0.0, 100.0)};
}

}  // namespace

Result<Percent> fade_in_worst_month(const Hop& hop, Db depth) {
  if (const Status sound = check(hop, depth); !sound) {
    return sound.error();
  }
  return hop.length.value() <= kNoFadingUpTo ? Percent{0} : distribution(hop, depth, 1);
}

Result<Percent> fade_in_year(const Hop& hop, Db depth) {
  if (const Status sound = check(hop, depth); !sound) {
    return sound.error();
  }
  return hop.length.value() <= kNoFadingUpTo ? Percent{0} : distribution(hop, depth, pow10(-year_conversion(hop) / 10));
}

Result<Outage> outage_in_year(const Hop& hop, const RainHop& rain, Db margin) {
  const Result<Percent> multipath = fade_in_year(hop, margin);
  if (!multipath) {
    return multipath.error();
  }
  const Result<Percent> wet = rain_outage(rain, margin);
  if (!wet) {
    return wet.error();
  }
  return Outage{*multipath, *wet};
}

}  // namespace karkara::propagation::p530
