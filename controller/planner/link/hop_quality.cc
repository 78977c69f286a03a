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

p530::RainHop rain_of(const RadioProfile& profile, Metres length) {
  return {length, profile.frequency, profile.polarization, Degrees{0}, {profile.climate.rain_mm_per_hour}};
}

Result<Percent> availability_of(const RadioProfile& profile, const HopAltitudes& hop, Db margin) {
  if (!(margin.value() > 0)) {
    return Percent{0};
  }
  const auto outage = p530::outage_in_year(hop_of(profile, hop), rain_of(profile, hop.length), margin);
  return outage ? Result<Percent>{std::max(Percent{0}, outage->availability())} : outage.error();
}

}  // namespace

Result<HopQuality> hop_quality(const RadioProfile& profile, const Profile& path, const HopEnds& ends,
                               const p530::ClearanceRule& rule) {
  const auto budget = make_budget(profile);
  const auto lost = loss_in_still_air(profile, path.length());
  const auto verdict =
      p530::judge_clearance({path.heights, path.spacing}, {ends.from_mast, ends.to_mast}, profile.frequency, rule);
  if (!budget || !lost || !verdict) {
    return !budget ? budget.error() : !lost ? lost.error() : verdict.error();
  }
  HopQuality quality;
  quality.loss = *lost;
  quality.margin = budget->most_loss() - *lost;
  quality.clearance = *verdict;
  const double ground =
      std::accumulate(path.heights.begin(), path.heights.end(), 0.0) / static_cast<double>(path.heights.size());
  const auto availability = availability_of(profile,
                                            {path.length(), Metres{path.heights.front()} + ends.from_mast,
                                             Metres{path.heights.back()} + ends.to_mast, Metres{ground}, ends.latitude},
                                            quality.margin);
  if (!availability) {
    return availability.error();
  }
  quality.availability = *availability;
  quality.rate = rate_at(profile, quality.margin + budget->snr_down);
  return quality;
}

Result<BitsPerSecond> rate_over(const RadioProfile& profile, Metres length) {
  const auto budget = make_budget(profile);
  const auto lost = loss_in_still_air(profile, length);
  if (!budget || !lost) {
    return !budget ? budget.error() : lost.error();
  }
  return rate_at(profile, budget->most_loss() - *lost + budget->snr_down);
}

HopYear::HopYear(const RadioProfile& profile) : profile_{profile} {
  const auto budget = make_budget(profile);
  for (double length = 0; budget && length < profile.reach.value() + kLengthStep; length += kLengthStep) {
    const Metres upper{std::max(length, 1.0)};
    const auto lost = loss_in_still_air(profile, upper);
    const Db margin = lost ? budget->most_loss() - *lost : Db{0};
    const auto rain = margin.value() > 0 ? p530::rain_outage(rain_of(profile, upper), margin)
                                         : Result<Percent>{Error{ErrorCode::Internal, "no margin"}};
    if (!rain) {
      break;
    }
    at_.push_back({margin, *rain});
  }
}

bool HopYear::keeps(const HopAltitudes& hop) const {
  const double step = std::ceil(hop.length.value() / kLengthStep);
  if (!(step >= 0 && step < static_cast<double>(at_.size()))) {
    return false;
  }
  const AtLength& at = at_[static_cast<std::size_t>(step)];
  const auto fading = p530::fade_in_year(hop_of(profile_, hop), at.margin);
  return fading && Percent{100} - *fading - at.rain >= profile_.availability;
}

Metres HopYear::reach() const {
  double reach = 0;
  for (std::size_t step = 0; step < at_.size(); ++step) {
    if (Percent{100} - at_[step].rain >= profile_.availability) {
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
