// Laws of the comparison over fifty generated seasons: dust at all paces, uneven haze, rain, noise, tilts.
#include <gtest/gtest.h>

#include "tests/controller/fleet/sun/dusty_fleet.h"

namespace karkara {
namespace {

constexpr int kSeasons = 50;
constexpr int kWarmUp = 60;
constexpr int kSeason = 90;  // days
constexpr std::size_t kDirtySites = 4;
constexpr int kPatience = 10;
constexpr double kCleanTruth = 0.03;

struct Tally {
  long judged = 0;
  long within = 0;
  long dirty_judged = 0;
  long dirty_within = 0;
  long clean_days = 0;
  long hazy_days = 0;
  long false_alarms = 0;
  long false_in_haze = 0;
  long found = 0;
  long late = 0;
};

struct Course {
  int passed = -1;  // day on which 10 % were lost
  bool settled = false;
};

void judge(const DustyFleet& fleet, std::size_t site, const SoilingFinding& found, int day, Course& course,
           Tally& tally) {
  const double truth = fleet.beyond(site);
  if (found.loss) {
    const bool within = std::abs(*found.loss - truth) <= found.error;
    ++tally.judged;
    tally.within += within ? 1 : 0;
    tally.dirty_judged += truth > 0.05 ? 1 : 0;
    tally.dirty_within += truth > 0.05 && within ? 1 : 0;
  }
  const bool dirty = found.verdict == SoilingVerdict::CleanPanels;
  if (truth < kCleanTruth) {
    const bool hazy = fleet.haze() > 0.06;
    const bool wrong = dirty && !fleet.sites[site].was_dirty;
    ++tally.clean_days;
    tally.hazy_days += hazy ? 1 : 0;
    tally.false_alarms += wrong ? 1 : 0;
    tally.false_in_haze += wrong && hazy ? 1 : 0;
  }
  if (truth < 0.1) {
    course = {};
    return;
  }
  course.passed = course.passed < 0 ? day : course.passed;
  if (!course.settled && (dirty || day - course.passed > kPatience)) {
    course.settled = true;
    ++(dirty ? tally.found : tally.late);
  }
}

void run_season(std::uint64_t seed, Tally& tally) {
  DustySetup setup;
  setup.sites = 20;
  setup.seed = seed;
  setup.dust_everywhere = seed % 2 == 0 ? 0.002 : 0.0005;
  DustyFleet fleet{setup};
  std::vector<Course> courses(setup.sites);
  for (int day = 0; day < kWarmUp; ++day) {
    fleet.live_a_day();
  }
  for (std::size_t site = 0; site < kDirtySites; ++site) {
    fleet.soil(site, 0.005 + 0.001 * static_cast<double>(site));
  }
  for (int day = 0; day < kSeason; ++day) {
    fleet.live_a_day();
    const auto found = compare_sites(fleet.sites, fleet.today());
    for (std::size_t site = 0; site < found.size(); ++site) {
      judge(fleet, site, found[site], day, courses[site], tally);
      fleet.sites[site].was_dirty = found[site].verdict == SoilingVerdict::CleanPanels;
    }
  }
}

TEST(SoilingSeasons, KeepTheirLaws) {
  Tally tally;
  for (std::uint64_t seed = 1; seed <= kSeasons; ++seed) {
    run_season(seed, tally);
  }
  EXPECT_GE(static_cast<double>(tally.within), 0.9 * static_cast<double>(tally.judged));
  EXPECT_GE(static_cast<double>(tally.dirty_within), 0.9 * static_cast<double>(tally.dirty_judged));
  EXPECT_GT(tally.dirty_judged, 2000);
  EXPECT_GT(tally.hazy_days, 2000);
  EXPECT_EQ(tally.false_in_haze, 0) << "of " << tally.hazy_days;
  EXPECT_LE(tally.false_alarms, 3) << "of " << tally.clean_days << " days of sites";
  EXPECT_GT(tally.found, 100);
  EXPECT_LE(static_cast<double>(tally.late), 0.05 * static_cast<double>(tally.found)) << tally.late;
}

}  // namespace
}  // namespace karkara
