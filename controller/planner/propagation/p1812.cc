#include "controller/planner/propagation/p1812.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <string>
#include <utility>

#include "controller/planner/propagation/checks.h"
#include "controller/planner/propagation/p1812_steps.h"
#include "controller/planner/propagation/portable_math.h"

namespace karkara::propagation::p1812 {
namespace {

constexpr double kEarthRadiusKm = 6371;
constexpr double kStrongGradientRadius = 3 * kEarthRadiusKm;  // (7b)

Status check(const Link& link, const Share& share) {
  if (!is_between(link.frequency.value(), 1, 100'000)) {
    return refusal("p1812", "the frequency is outside 1 MHz to 100 GHz");
  }
  if (!is_between(share.time.value(), 1, 50)) {
    return refusal("p1812", "the share of time is outside 1 to 50 %");
  }
  if (!is_between(link.tx_height.value(), 1, 3000) || !is_between(link.rx_height.value(), 1, 3000)) {
    return refusal("p1812", "an antenna is not between 1 and 3000 m above ground");
  }
  if (!(share.locations.value() > 0 && share.locations.value() < 100) ||
      !is_between(share.location_sigma.value(), 0, 100)) {
    return refusal("p1812", "the share of locations is not between 0 and 100 %, or their deviation is none");
  }
  if (!is_between(link.latitude.value(), -90, 90)) {
    return refusal("p1812", "the latitude is outside -90 to 90 degrees");
  }
  if (!is_between(link.gradient_n_units, -500, 150) || !is_between(link.sea_level_n_units, 100, 600)) {
    return refusal("p1812", "the refractivity is none of this atmosphere");
  }
  if (!is_between(link.tx_coast_km, 0, 20'000) || !is_between(link.rx_coast_km, 0, 20'000)) {
    return refusal("p1812", "the distance to the coast is negative or none");
  }
  return {};
}

bool ascends(std::span<const double> km) {
  bool ascending = km.front() == 0 && km.back() <= 20'000;
  for (std::size_t i = 1; i < km.size(); ++i) {
    ascending = ascending & (km[i] > km[i - 1]);
  }
  return ascending;
}

Status check(const Terrain& terrain) {
  const std::size_t count = terrain.km.size();
  if (count <= 4) {
    return refusal("p1812", "a profile has more than 4 samples");
  }
  if (terrain.heights.size() != count || (!terrain.clutter.empty() && terrain.clutter.size() != count) ||
      (!terrain.zones.empty() && terrain.zones.size() != count)) {
    return refusal("p1812", "distances, heights, clutter and zones differ in number");
  }
  if (!ascends(terrain.km)) {
    return refusal("p1812", "the distances do not ascend from 0");
  }
  for (const Zone zone : terrain.zones) {
    if (zone != Zone::Sea && zone != Zone::CoastalLand && zone != Zone::Inland) {
      return refusal("p1812", "a zone is neither sea, coastal land nor inland");
    }
  }
  if (const Status known = check_profile({terrain.heights, Metres{1}}); !known) {
    return known;
  }
  return terrain.clutter.empty() ? Status{} : check_profile({terrain.clutter, Metres{1}});
}

std::uint32_t doubts(const Link& link, const Share& share, double total_km) {
  std::uint32_t warnings = warnings_of(link, share);
  warnings |= total_km < 0.25 ? kPathTooShort : 0;
  warnings |= total_km > 3000 ? kPathTooLong : 0;
  return warnings;
}

// Terrain with the clutter on it, except under the antennas (section 3.2).
std::vector<double> with_clutter(const Terrain& terrain) {
  std::vector<double> ground(terrain.heights.begin(), terrain.heights.end());
  for (std::size_t i = 1; i + 1 < ground.size(); ++i) {
    ground[i] += terrain.clutter[i];
  }
  return ground;
}

struct Diffracted {
  double median;
  double for_time;
};

// Not exceeded for the share of time: between the median and strong gradients, (40), (41).
Diffracted diffraction(const Samples& ground, const Horizons& path, const Link& link, double sea_share,
                       double median_km, double share_of_strong) {
  const double ghz = link.frequency.value() / 1000;
  const Surface surface{{}, {80, 5}, sea_share};
  const auto loss_at = [&](double radius_km) {
    return delta_bullington_loss(ground, path.ends, path.diffraction, radius_km, ghz, link.polarization, surface).loss;
  };
  const double median = loss_at(median_km);
  if (share_of_strong == 0) {
    return {median, median};
  }
  return {median, median + share_of_strong * (loss_at(kStrongGradientRadius) - median)};
}

struct Losses {
  double free_space;
  double for_time;    // in sight, (10)
  double for_strong;  // (11)
};

Losses in_sight(const Horizons& path, double total_km, double ghz, double time, double beta0) {
  const double slant = total_km * total_km + portable::square((path.ends.tx - path.ends.rx) / 1000);
  const double free_space = 92.4 + 20 * portable::log10(ghz) + portable::db(slant);  // (8)
  const double focus = 2.6 * (1 - portable::exp(-0.1 * (path.tx_km + path.rx_km)));
  return {free_space, free_space + focus * portable::log10(time / 50),
          free_space + focus * portable::log10(beta0 / 50)};
}

// Smooth step from 1 to 0, (57), (58).
double step_down(double x, double middle, double steepness) {
  return 1 - 0.5 * (1 + portable::tanh(3 * steepness * (x - middle) / middle));
}

// Power sum of two losses that compete, with the scale eta: (60) and (63).
double least_of(double a, double b, double eta) {
  const double low = std::min(a, b);
  return low - eta * portable::log(1 + portable::exp(-std::abs(a - b) / eta));
}

struct Mechanisms {
  Losses sight;
  Diffracted bent;
  double ducted = 0;
  double scattered = 0;
  double over_land = 1;
  std::optional<double> interpolation;  // where the share of time is above beta0
};

// Section 4.7: from the mechanisms' losses to one.
double combined(const Mechanisms& by, double path_angle, double total_km) {
  const double median = by.sight.free_space + by.bent.median;          // (42)
  const double diffracted = by.sight.for_time + by.bent.for_time;      // (43)
  double least = by.sight.for_time + by.over_land * by.bent.for_time;  // (59)
  if (by.interpolation) {
    least = median + (by.sight.for_strong + by.over_land * by.bent.for_time - median) * *by.interpolation;
  }
  // (60) adds up exponentials, so the greater of both losses rules.
  const double enhanced = -least_of(-by.ducted, -by.sight.for_time, 2.5);
  const double near = step_down(total_km, 20, 0.5);
  const double joined = enhanced <= diffracted ? enhanced + (diffracted - enhanced) * near : diffracted;  // (61)
  const double modified = joined + (least - joined) * step_down(path_angle, 0.3, 0.8);                    // (62)
  // -5 log10(10^-0.2a + 10^-0.2b), (63)
  return least_of(by.scattered, modified, 5 * std::numbers::log10e);
}

}  // namespace

std::vector<double> equal_distances(const PathProfile& profile) {
  std::vector<double> km(profile.heights.size());
  for (std::size_t i = 0; i < km.size(); ++i) {
    km[i] = static_cast<double>(i) * profile.spacing.value() / 1000;
  }
  return km;
}

std::vector<std::string_view> warning_texts(std::uint32_t warnings) {
  constexpr std::array<std::pair<std::uint32_t, std::string_view>, 4> kTexts{{
      {kFrequencyOutOfRange, "the frequency is outside 30 MHz to 6 GHz"},
      {kPathTooShort, "the path is shorter than 250 m"},
      {kPathTooLong, "the path is longer than 3000 km"},
      {kLocationsInTail, "the share of locations is outside 1 to 99 %"},
  }};
  std::vector<std::string_view> texts;
  for (const auto& [bit, text] : kTexts) {
    if ((warnings & bit) != 0) {
      texts.push_back(text);
    }
  }
  return texts;
}

std::uint32_t warnings_of(const Link& link, const Share& share) {
  std::uint32_t warnings = 0;
  warnings |= is_between(link.frequency.value(), 30, 6000) ? 0 : kFrequencyOutOfRange;
  warnings |= is_between(share.locations.value(), 1, 99) ? 0 : kLocationsInTail;
  return warnings;
}

Result<Answer> loss(const Terrain& terrain, const Link& link, const Share& share) {
  if (const Status sound = check(link, share); !sound) {
    return sound.error();
  }
  if (const Status sound = check(terrain); !sound) {
    return sound.error();
  }
  const double ghz = link.frequency.value() / 1000;
  const double time = share.time.value();
  const double total = terrain.km.back();
  const double radius = kEarthRadiusKm * 157 / (157 - link.gradient_n_units);  // (6), (7a)
  const Zones zones = zones_of(terrain);
  const double beta0 = anomalous_share(link.latitude.value(), zones);
  const Horizons path = horizons_of(terrain, link, radius);
  const double interpolation = deviate(time / 100) / deviate(beta0 / 100);  // (40a)
  const double strong = time >= 50 ? 0 : time > beta0 ? interpolation : 1;
  const std::vector<double> raised = terrain.clutter.empty() ? std::vector<double>{} : with_clutter(terrain);
  const Samples ground{terrain.km, raised.empty() ? terrain.heights : std::span<const double>{raised}};
  Mechanisms by;
  by.sight = in_sight(path, total, ghz, time, beta0);
  by.bent = diffraction(ground, path, link, zones.sea_share, radius, strong);
  by.ducted = ducting_loss(path, zones, link, total, ghz, time, radius, beta0);
  by.scattered = scatter_loss(total, path.path_angle, ghz, time, link.sea_level_n_units);
  by.over_land = 1 - zones.sea_share;
  by.interpolation = time >= beta0 ? std::optional<double>{interpolation} : std::nullopt;
  const double by_location = zones.rx_at_sea ? 0 : location_margin(share.locations, share.location_sigma).value();
  Answer answer;
  answer.loss = Db{std::max(by.sight.for_time, combined(by, path.path_angle, total) + by_location)};  // (69)
  answer.free_space = Db{by.sight.free_space};
  answer.diffraction = Db{by.bent.for_time};
  answer.field_strength = 199.36 + 20 * portable::log10(ghz) - answer.loss.value();  // (70)
  answer.sight = path.sight;
  answer.tx_horizon_km = path.tx_km;
  answer.rx_horizon_km = path.rx_km;
  answer.warnings = doubts(link, share, total);
  if (!std::isfinite(answer.loss.value())) {
    return refusal("p1812", "the path is outside what the model can compute");
  }
  return answer;
}

Result<Answer> loss_over(const PathProfile& profile, const Link& link, const Share& share) {
  const std::vector<double> km = equal_distances(profile);
  if (profile.clutter.size() != profile.heights.size() || profile.heights.size() < 3) {
    return loss({km, profile.heights, {}, {}}, link, share);
  }
  std::vector<double> bare(profile.heights.begin(), profile.heights.end());
  std::vector<double> clutter(profile.clutter.begin(), profile.clutter.end());
  clutter.front() = clutter.back() = 0;  // the antennas stand on the ground
  for (std::size_t i = 1; i + 1 < bare.size(); ++i) {
    bare[i] -= clutter[i];
  }
  return loss({km, bare, clutter, {}}, link, share);
}

Db location_margin(Percent locations, Db sigma) {
  return Db{-deviate(locations.value() / 100) * sigma.value()};
}

Db location_sigma(Megahertz frequency, Metres rx_height, Metres clutter_height, Metres width) {
  const double above = rx_height.value() - clutter_height.value();
  const double share = above < 0 ? 1 : above >= 10 ? 0 : 1 - above / 10;
  return Db{(0.52 + 0.024 * frequency.value() / 1000) * portable::pow(width.value(), 0.28) * share};
}

}  // namespace karkara::propagation::p1812
