#include "controller/fleet/sun/soiling_comparison.h"

#include <gtest/gtest.h>

#include <array>

#include "controller/fleet/sun/soiling_words.h"
#include "tests/controller/fleet/sun/dusty_fleet.h"

namespace karkara {
namespace {

// A quiet fleet: no rain, no haze, hardly any noise, unless a test brings it.
DustySetup quiet(std::size_t sites = 8, std::uint64_t seed = 1) {
  return {sites, 100, 0, 0, 0, 0.01, 0, 0, seed};
}

void live(DustyFleet& fleet, int days) {
  for (int i = 0; i < days; ++i) {
    fleet.live_a_day();
  }
}

std::vector<SoilingFinding> compare(const DustyFleet& fleet) {
  return compare_sites(fleet.sites, fleet.today());
}

TEST(SoilingComparison, FindsTheDirtyOneAndSinceWhen) {
  DustyFleet fleet{quiet()};
  live(fleet, 40);
  fleet.soil(2, 0.0065);
  live(fleet, 25);
  const auto found = compare(fleet);
  EXPECT_EQ(found[2].verdict, SoilingVerdict::CleanPanels);
  EXPECT_NEAR(*found[2].loss, 0.15, found[2].error);
  EXPECT_LT(found[2].error, 0.06);
  EXPECT_NEAR(static_cast<double>(*found[2].since), static_cast<double>(DustyFleet::kFirstDay + 40), 8);
  EXPECT_FALSE(found[2].fell_at_once);
  EXPECT_LT(*found[2].neighbours_loss, 0.03);
  EXPECT_EQ(found[2].neighbours, 7U);
  for (const std::size_t clean : {0U, 1U, 3U, 4U, 5U, 6U, 7U}) {
    EXPECT_EQ(found[clean].verdict, SoilingVerdict::Fine) << clean;
  }
}

TEST(SoilingComparison, CallsAHazeThatLastsAWeekHaze) {
  DustyFleet fleet{quiet()};
  live(fleet, 40);
  fleet.begin_haze(7, 0.25);
  for (int day = 1; day <= 7; ++day) {
    live(fleet, 1);
    for (const SoilingFinding& site : compare(fleet)) {
      ASSERT_EQ(site.verdict, SoilingVerdict::Haze) << day;
      ASSERT_GT(*site.haze, 0.05);
    }
  }
  live(fleet, 3);
  for (const SoilingFinding& site : compare(fleet)) {
    EXPECT_EQ(site.verdict, SoilingVerdict::Fine) << "it lifted";
  }
}

TEST(SoilingComparison, SaysDustEverywhereWhenAllSinkForWeeksAndBlamesNobody) {
  DustySetup setup = quiet();
  setup.dust_everywhere = 0.006;
  DustyFleet fleet{setup};
  live(fleet, 35);
  for (const SoilingFinding& site : compare(fleet)) {
    EXPECT_EQ(site.verdict, SoilingVerdict::DustEverywhere);
    EXPECT_NEAR(*site.region_loss, 0.17, 0.05);
    EXPECT_LT(*site.haze, 0.04);
  }
  fleet.wash_all();
  live(fleet, 4);
  for (const SoilingFinding& site : compare(fleet)) {
    EXPECT_EQ(site.verdict, SoilingVerdict::Fine) << "the rain washed all";
  }
}

TEST(SoilingComparison, BlamesNobodyForARainThatWashedTheOthersDust) {
  DustySetup setup = quiet();
  setup.dust_everywhere = 0.004;
  DustyFleet fleet{setup};
  live(fleet, 45);
  fleet.wash(3);  // with a cloth: better than all for a while
  live(fleet, 12);
  fleet.wash_all();
  live(fleet, 6);
  fleet.begin_haze(6, 0.2);
  live(fleet, 5);
  EXPECT_EQ(compare(fleet)[3].verdict, SoilingVerdict::Haze);
  EXPECT_LT(*compare(fleet)[3].loss, 0.05);
}

TEST(SoilingComparison, EndsWithinDaysOfTheCloth) {
  DustyFleet fleet{quiet()};
  live(fleet, 40);
  fleet.soil(2, 0.0065);
  live(fleet, 30);
  ASSERT_EQ(compare(fleet)[2].verdict, SoilingVerdict::CleanPanels);
  fleet.sites[2].was_dirty = true;
  fleet.soil(2, 0);
  fleet.wash(2);
  live(fleet, 6);
  EXPECT_EQ(compare(fleet)[2].verdict, SoilingVerdict::Fine);
}

TEST(SoilingComparison, SaysThatWhatFellAtOnceMayBeShadeOrAPanel) {
  DustyFleet fleet{quiet()};
  live(fleet, 40);
  fleet.soil(2, 0.4);
  live(fleet, 1);
  fleet.soil(2, 0);
  live(fleet, 20);
  const SoilingFinding found = compare(fleet)[2];
  EXPECT_EQ(found.verdict, SoilingVerdict::CleanPanels);
  EXPECT_TRUE(found.fell_at_once);
  EXPECT_NE(soiling_sentence(found).find("broken panel"), std::string::npos);
}

TEST(SoilingComparison, LeavesASiteAloneToItsAgent) {
  for (const std::size_t sites : {1U, 2U, 3U}) {
    DustyFleet fleet{quiet(sites)};
    live(fleet, 30);
    fleet.soil(0, 0.01);
    live(fleet, 30);
    const SoilingFinding found = compare(fleet)[0];
    EXPECT_EQ(found.verdict, SoilingVerdict::TooFewNeighbours) << sites;
    EXPECT_EQ(found.neighbours, sites - 1);
    EXPECT_FALSE(found.loss);
  }
  DustyFleet fleet{quiet(8)};
  fleet.sites[4].place.reset();
  fleet.sites[5].place = Position{Degrees{20}, Degrees{13}};
  live(fleet, 60);
  EXPECT_EQ(compare(fleet)[4].verdict, SoilingVerdict::TooFewNeighbours) << "it stands nowhere";
  EXPECT_EQ(compare(fleet)[5].verdict, SoilingVerdict::TooFewNeighbours) << "far away";
  EXPECT_EQ(compare(fleet)[0].verdict, SoilingVerdict::Fine);
}

TEST(SoilingComparison, SaysNothingOfNewSitesAndOfThoseThatAreSilentForWeeks) {
  DustyFleet fleet{quiet()};
  fleet.hide(1, true);
  live(fleet, 60);
  fleet.hide(1, false);
  fleet.hide(2, true);
  live(fleet, 5);
  EXPECT_EQ(compare(fleet)[1].verdict, SoilingVerdict::NoData) << "five days old";
  live(fleet, 15);
  const auto found = compare(fleet);
  EXPECT_EQ(found[1].verdict, SoilingVerdict::Fine);
  EXPECT_EQ(found[2].verdict, SoilingVerdict::NoData);
  EXPECT_TRUE(found[2].newest_day);
  EXPECT_EQ(found[0].neighbours, 6U);
  EXPECT_EQ(compare_sites({}, 20'000).size(), 0U);
  EXPECT_EQ(compare_sites(std::array{ComparedSite{}}, 20'000)[0].verdict, SoilingVerdict::NoData);
}

TEST(SoilingComparison, ABrokenOrHostileSiteMovesNobody) {
  std::mt19937_64 random{9};
  for (int kind = 0; kind < 4; ++kind) {
    DustyFleet fleet{quiet(6)};
    for (int day = 0; day < 70; ++day) {
      if (day == 40) {
        fleet.soil(0, 0.0065);
      }
      live(fleet, 1);
      const std::array<double, 4> words{1 + static_cast<double>(random() % 99'000), 99'999, 1,
                                        100 * std::exp(day * 0.1)};
      fleet.sites[5].days.take(fleet.today() - 1, Watts{words.at(static_cast<std::size_t>(kind))}, fleet.today());
    }
    const auto found = compare(fleet);
    EXPECT_EQ(found[0].verdict, SoilingVerdict::CleanPanels) << kind;
    EXPECT_NEAR(*found[0].loss, 0.177, found[0].error) << kind;
    for (const std::size_t clean : {1U, 2U, 3U, 4U}) {
      EXPECT_EQ(found[clean].verdict, SoilingVerdict::Fine) << kind << " " << clean;
      EXPECT_LT(*found[clean].loss, 0.04) << kind << " " << clean;
    }
  }
}

TEST(SoilingComparison, AWrongClockOrAWrongArraySizeOfOneMovesNobody) {
  DustyFleet fleet{quiet(6)};
  fleet.begin_haze(3, 0.2);
  for (int day = 0; day < 60; ++day) {
    if (day % 17 == 0) {
      fleet.begin_haze(3, 0.2);
    }
    live(fleet, 1);
  }
  ArrayDays late;  // five days behind
  ArrayDays huge;
  for (std::int64_t day = DustyFleet::kFirstDay; day < fleet.today(); ++day) {
    if (const auto level = fleet.sites[5].days.level(day)) {
      late.take(day - 5, *level, fleet.today());
    }
    if (const auto level = fleet.sites[4].days.level(day)) {
      huge.take(day, *level * 10, fleet.today());
    }
  }
  const auto before = compare(fleet);
  fleet.sites[5].days = late;
  fleet.sites[4].days = huge;
  const auto after = compare(fleet);
  EXPECT_NEAR(*after[4].loss, *before[4].loss, 0.03);
  EXPECT_NE(after[5].verdict, SoilingVerdict::CleanPanels);
  for (const std::size_t other : {0U, 1U, 2U, 3U}) {
    EXPECT_EQ(after[other].verdict, before[other].verdict);
    EXPECT_NEAR(*after[other].loss, *before[other].loss, 0.03);
  }
}

}  // namespace
}  // namespace karkara
