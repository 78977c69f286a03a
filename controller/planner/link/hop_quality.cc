#include "controller/planner/link/hop_quality.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "controller/planner/propagation/free_space.h"
#include "controller/planner/propagation/p676.h"

namespace karkara::planner {
namespace {

namespace p530 = propagation::p530;

constexpr double kHopStep = 500;     // m, of the search for the longest
constexpr double kGasFrom = 10'000;  // MHz: below, air takes hundredths of a decibel
constexpr double kFlatGround = 300;
constexpr double kLengthStep = 100;  // m, of what is computed beforehand
constexpr double kRainStep = 1;      // mm/h, of the same

Result<Db> loss_in_still_air(const RadioProfile& profile, Metres length) {
  const auto free = propagation::free_space_loss(length, profile.frequency);
  if (!free || profile.frequency.value() < kGasFrom) {
    return free;
  }
  const auto air = propagation::p676::over_path(length, profile.frequency);
  return air ? Result<Db>{*free + *air} : air;
}

p530::Hop hop_of(const RadioProfile& profile, const HopAltitudes& hop) {
  return {
      hop.length,          profile.frequency, hop.from, hop.to, hop.mean_ground, hop.latitude, profile.climate.log10_k,
      profile.climate.dn75};
}

p530::RainHop rain_of(const RadioProfile& profile, Metres length, double mm_per_hour) {
  return {length, profile.frequency, profile.polarization, Degrees{0}, {mm_per_hour}};
}

Result<Percent> availability_of(const RadioProfile& profile, const HopAltitudes& hop, Db margin) {
  if (!(margin.value() > 0)) {
    return Percent{0};
  }
  const auto outage = p530::outage_in_year(hop_of(profile, hop),
                                           rain_of(profile, hop.length, profile.climate.rain_at(hop.latitude)), margin);
  return outage ? Result<Percent>{std::max(Percent{0}, outage->availability())} : outage.error();
}

HopAltitudes altitudes_of(const Profile& path, const HopEnds& ends) {
  const double ground =
      std::accumulate(path.heights.begin(), path.heights.end(), 0.0) / static_cast<double>(path.heights.size());
  return {path.length(), Metres{path.heights.front()} + ends.from_mast, Metres{path.heights.back()} + ends.to_mast,
          Metres{ground}, ends.latitude};
}

// The same radio under another climate.
RadioProfile varied(RadioProfile profile, HopCause cause, double by, const HopDoubts& doubts) {
  HopClimate& climate = profile.climate;
  switch (cause) {
    case HopCause::GeoclimaticFactor:
      climate.log10_k = std::clamp(climate.log10_k + by * doubts.log10_k, -10.0, 0.0);
      break;
    case HopCause::RefractivityGradient: climate.dn75 = std::clamp(climate.dn75 + by * doubts.dn75, 0.0, 500.0); break;
    case HopCause::RainRate:
      climate.rain_mm_per_hour *= 1 + by * doubts.rain;
      for (HopClimate::RainAt& row : climate.rain_by_latitude) {
        row.mm_per_hour *= 1 + by * doubts.rain;
      }
      break;
  }
  return profile;
}

}  // namespace

Result<HopQuality> hop_quality(const RadioProfile& profile, const Profile& path, const HopEnds& ends) {
  const auto budget = make_budget(profile);
  const auto lost = loss_in_still_air(profile, path.length());
  const auto verdict = p530::judge_clearance({path.heights, path.spacing}, {ends.from_mast, ends.to_mast},
                                             profile.frequency, profile.clearance);
  if (!budget || !lost || !verdict) {
    return !budget ? budget.error() : !lost ? lost.error() : verdict.error();
  }
  HopQuality quality;
  quality.loss = *lost;
  quality.margin = budget->most_loss() - *lost;
  quality.clearance = *verdict;
  const auto availability = availability_of(profile, altitudes_of(path, ends), quality.margin);
  if (!availability) {
    return availability.error();
  }
  quality.availability = *availability;
  quality.rate = rate_at(profile, quality.margin + budget->snr_down);
  return quality;
}

Result<AvailabilityBand> availability_band(const RadioProfile& profile, const Profile& path, const HopEnds& ends,
                                           const HopDoubts& doubts) {
  const auto quality = hop_quality(profile, path, ends);
  if (!quality) {
    return quality.error();
  }
  const HopAltitudes altitudes = altitudes_of(path, ends);
  const Percent nominal = quality->availability;
  AvailabilityBand band{nominal, nominal, nominal, {}};
  for (const HopCause cause : {HopCause::GeoclimaticFactor, HopCause::RefractivityGradient, HopCause::RainRate}) {
    HopContribution part{cause, nominal, nominal};
    for (const double by : {-1.0, 1.0}) {
      const auto share = availability_of(varied(profile, cause, by, doubts), altitudes, quality->margin);
      // Where P.530 knows no answer fading is without end.
      part.low = std::min(part.low, share ? *share : Percent{0});
      part.high = std::max(part.high, share ? *share : Percent{0});
    }
    band.low = std::min(band.low, part.low);
    band.high = std::max(band.high, part.high);
    band.by_cause.push_back(part);
  }
  return band;
}

Result<BitsPerSecond> rate_over(const RadioProfile& profile, Metres length) {
  const auto budget = make_budget(profile);
  const auto lost = loss_in_still_air(profile, length);
  if (!budget || !lost) {
    return !budget ? budget.error() : lost.error();
  }
  return rate_at(profile, budget->most_loss() - *lost + budget->snr_down);
}

// The last step reaches the greatest rate or a little beyond.
double HopYear::rate_of(std::size_t step) const {
  return rates_.first + kRainStep * static_cast<double>(step);
}

HopYear::HopYear(const RadioProfile& profile) : profile_{profile}, rates_{profile.climate.rain_range()} {
  const auto steps = static_cast<std::size_t>(std::ceil((rates_.second - rates_.first) / kRainStep));
  const auto budget = make_budget(profile);
  for (double length = 0; budget && length < profile.reach.value() + kLengthStep; length += kLengthStep) {
    const Metres upper{std::max(length, 1.0)};
    const auto lost = loss_in_still_air(profile, upper);
    const Db margin = lost ? budget->most_loss() - *lost : Db{0};
    AtLength at{margin, {}};
    for (std::size_t step = 0; margin.value() > 0 && step <= steps; ++step) {
      const auto rain = p530::rain_outage(rain_of(profile, upper, rate_of(step)), margin);
      if (!rain) {
        break;
      }
      at.rain.push_back(*rain);
    }
    if (at.rain.size() <= steps) {
      break;
    }
    at_.push_back(std::move(at));
  }
}

bool HopYear::keeps(const HopAltitudes& hop) const {
  const double step = std::ceil(hop.length.value() / kLengthStep);
  if (!(step >= 0 && step < static_cast<double>(at_.size()))) {
    return false;
  }
  const AtLength& at = at_[static_cast<std::size_t>(step)];
  const auto fading = p530::fade_in_year(hop_of(profile_, hop), at.margin);
  const double wetter = std::ceil((profile_.climate.rain_at(hop.latitude) - rates_.first) / kRainStep);
  const auto rain = std::min(static_cast<std::size_t>(std::max(wetter, 0.0)), at.rain.size() - 1);
  return fading && Percent{100} - *fading - at.rain[rain] >= profile_.availability;
}

Metres HopYear::reach() const {
  double reach = 0;
  for (std::size_t step = 0; step < at_.size(); ++step) {
    if (Percent{100} - at_[step].rain.front() >= profile_.availability) {
      reach = static_cast<double>(step) * kLengthStep;
    }
  }
  return std::min(profile_.reach, Metres{reach});
}

Metres longest_hop(const RadioProfile& profile, Metres mast, Degrees latitude) {
  const HopYear year{profile};
  const Metres top = Metres{kFlatGround} + mast;
  Metres longest{0};
  for (double length = kHopStep; length <= profile.reach.value(); length += kHopStep) {
    if (!year.keeps({Metres{length}, top, top, Metres{kFlatGround}, latitude})) {
      break;
    }
    longest = Metres{length};
  }
  return longest;
}

}  // namespace karkara::planner
