#include "controller/fleet/sun/soiling_judgement.h"

#include <algorithm>
#include <cmath>

#include "controller/fleet/sun/site_loss.h"

namespace karkara {
namespace {

constexpr std::ptrdiff_t kFewestLately = 3;
constexpr double kDirty = 0.08;  // what a walk to the mast is worth
constexpr double kSurely = 0.035;
constexpr double kCleanAgain = 0.05;
constexpr double kHazy = 0.05;
constexpr double kDusty = 0.12;
constexpr double kNineInTen = 1.645;
constexpr double kSunHours = 6;  // of full sun a day (Niamey: 6.24, 10.4236/sgre.2023.148009)

double part(double logarithm) {
  return 1 - std::exp(-std::max(0.0, logarithm));
}

std::ptrdiff_t told_lately(const SunTrack& track) {
  return std::count_if(track.own.begin(), track.own.begin() + SunTrack::kLately,
                       [](float own) { return !std::isnan(own); });
}

bool is_dirty(const SiteLoss& now, const SoilingFinding& finding, bool was_dirty) {
  if (was_dirty) {
    return *finding.loss >= kCleanAgain;
  }
  // Under a thick haze nobody is sent to wipe on a doubt: it does not lie equally thick on all.
  const double surely = kSurely + finding.haze.value_or(0);
  return *finding.loss >= kDirty && *finding.loss - finding.error >= surely && now.kept;
}

SoilingVerdict verdict_of(const SoilingFinding& finding, bool dirty, bool sank_over_weeks) {
  if (dirty) {
    return SoilingVerdict::CleanPanels;
  }
  if (finding.haze.value_or(0) >= kHazy) {
    return SoilingVerdict::Haze;
  }
  return finding.region_loss.value_or(0) >= kDusty && sank_over_weeks ? SoilingVerdict::DustEverywhere
                                                                      : SoilingVerdict::Fine;
}

// What is known whether or not the site itself can be judged.
SoilingFinding surroundings(const SunTrack& track, const SunFacts& facts, const std::optional<CommonLoss>& common) {
  SoilingFinding finding;
  finding.neighbours = *std::max_element(track.voices.begin(), track.voices.begin() + SunTrack::kLately);
  const auto newest = std::find_if_not(track.own.begin(), track.own.end(), [](float own) { return std::isnan(own); });
  if (newest != track.own.end()) {
    finding.newest_day = facts.yesterday - (newest - track.own.begin());
  }
  if (common) {
    finding.haze = part(common->sky);
    finding.region_loss = part(common->lasting);
  }
  return finding;
}

}  // namespace

SoilingFinding judge_site(const SunTrack& track, const SunFacts& facts) {
  const auto common = common_loss(track);
  SoilingFinding finding = surroundings(track, facts, common);
  if (facts.known_days < kFewestKnownDays || told_lately(track) < kFewestLately) {
    return finding;
  }
  finding.verdict = SoilingVerdict::TooFewNeighbours;
  std::vector<ComparedDay> days = compared_days(track, common ? common->lasting : 0);
  auto now = site_loss(days, track, facts.reference_age);
  if (!now) {
    return finding;
  }
  // Uneven haze shows on the hazy days only, a rain before it only on the newest: dust is on both.
  std::vector<ComparedDay> clearer = clearer_days(days);
  if (const auto clear = site_loss(clearer, track, facts.reference_age); clear && clear->loss < now->loss) {
    const bool kept = now->kept && clear->kept;
    now = clear;
    now->kept = kept;
    days = std::move(clearer);
  }
  finding.loss = part(now->loss);
  finding.error = kNineInTen * now->deviation * (1 - *finding.loss);
  finding.lost_a_day = WattHours{*finding.loss * facts.clean.value() * kSunHours};
  finding.neighbours_loss = part(now->theirs);
  const bool dirty = is_dirty(*now, finding, facts.was_dirty);
  if (dirty) {
    const Beginning beginning = beginning_of(now->loss, days);
    finding.since = facts.yesterday - static_cast<std::int64_t>(beginning.age);
    finding.fell_at_once = beginning.at_once;
  }
  finding.verdict = verdict_of(finding, dirty, common && common->sank_over_weeks);
  return finding;
}

}  // namespace karkara
