#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "controller/planner/propagation/checks.h"
#include "controller/planner/propagation/p530.h"

namespace karkara::propagation::p530 {
namespace {

constexpr double kEarthRadius = 6'371'000;
constexpr double kTropicalFrom = 30'000;  // m: "greater than about 30 km"

double radius_at(double from_tx, double from_rx, double ghz) {
  return 17.3 * std::sqrt(from_tx * from_rx / (1000 * ghz * (from_tx + from_rx)));  // (3), in m instead of km
}

Status check(const PathProfile& profile, const p526::Antennas& antennas, Megahertz frequency, double k) {
  if (const Status sound = check_profile(profile); !sound) {
    return sound;
  }
  if (!is_between(antennas.tx_height.value(), 0, 20'000) || !is_between(antennas.rx_height.value(), 0, 20'000)) {
    return refusal("p530", "an antenna is not between 0 and 20 km above ground");
  }
  if (!is_between(frequency.value(), 10, 1'000'000)) {
    return refusal("p530", "the frequency is outside 10 MHz to 1 THz");
  }
  if (!is_between(k, 0.1, 1e6)) {
    return refusal("p530", "the effective Earth factor k is outside 0.1 to 1000000");
  }
  return {};
}

struct Scan {
  Clearance least;
  double missing = -std::numeric_limits<double>::infinity();  // m, for the fraction asked
};

Scan scan(const PathProfile& profile, const p526::Antennas& antennas, Megahertz frequency, double k, double asked) {
  const double step = profile.spacing.value();
  const double length = profile.length().value();
  const double ghz = frequency.value() / 1000;
  const double tx = profile.heights.front() + antennas.tx_height.value();
  const double rx = profile.heights.back() + antennas.rx_height.value();
  Scan found;
  found.least.fraction = std::numeric_limits<double>::infinity();
  for (std::size_t i = 1; i + 1 < profile.heights.size(); ++i) {
    const double d1 = static_cast<double>(i) * step;
    const double d2 = length - d1;
    const double bulge = d1 * d2 / (2 * k * kEarthRadius);
    const double over = tx + (rx - tx) * d1 / length - profile.heights[i] - bulge;
    const double radius = radius_at(d1, d2, ghz);
    if (over / radius < found.least.fraction) {
      found.least = {over / radius, Metres{d1}};
    }
    found.missing = std::max(found.missing, asked * radius - over);
  }
  return found;
}

}  // namespace

std::optional<double> asked_at_low_k(const ClearanceRule& rule, Metres length) {
  switch (rule.climate) {
    case ClearanceClimate::Temperate: return rule.obstacle == Obstacle::Isolated ? 0.0 : 0.3;
    case ClearanceClimate::Tropical: break;
  }
  return length.value() > kTropicalFrom ? std::optional<double>{0.6} : std::nullopt;
}

Result<Metres> fresnel_radius(Metres from_tx, Metres from_rx, Megahertz frequency) {
  if (!is_between(from_tx.value(), 0, 1e9) || !is_between(from_rx.value(), 0, 1e9) ||
      !(from_tx.value() + from_rx.value() > 0)) {
    return refusal("p530", "a Fresnel zone has two distances, not negative and not both 0");
  }
  if (!is_between(frequency.value(), 10, 1'000'000)) {
    return refusal("p530", "the frequency is outside 10 MHz to 1 THz");
  }
  return Metres{radius_at(from_tx.value(), from_rx.value(), frequency.value() / 1000)};
}

Result<Clearance> clearance(const PathProfile& profile, const p526::Antennas& antennas, Megahertz frequency, double k) {
  if (const Status sound = check(profile, antennas, frequency, k); !sound) {
    return sound.error();
  }
  return scan(profile, antennas, frequency, k, 1).least;
}

Result<Verdict> judge_clearance(const PathProfile& profile, const p526::Antennas& antennas, Megahertz frequency,
                                const ClearanceRule& rule) {
  for (const double k : {rule.median_k, rule.low_k}) {
    if (const Status sound = check(profile, antennas, frequency, k); !sound) {
      return sound.error();
    }
  }
  Verdict verdict;
  const Scan median = scan(profile, antennas, frequency, rule.median_k, verdict.asked_at_median_k);
  verdict.at_median_k = median.least;
  double missing = median.missing;
  if (const std::optional<double> asked = asked_at_low_k(rule, profile.length())) {
    const Scan low = scan(profile, antennas, frequency, rule.low_k, *asked);
    verdict.at_low_k = low.least;
    verdict.asked_at_low_k = *asked;
    missing = std::max(missing, low.missing);
  }
  verdict.missing = Metres{std::max(missing, 0.0)};
  return verdict;
}

}  // namespace karkara::propagation::p530
