// The budget of probes and a village without any way out.
#include <gtest/gtest.h>

#include "tests/agent/uplink/uplink_village.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

UplinkFeatureSettings with_a_small_budget() {
  UplinkFeatureSettings settings;
  settings.uplinks = {uplink_settings("vsat", "vsat0", 10), uplink_settings("lte", "lte0", 20, true)};
  settings.uplinks[1].probe_budget = 1'200;
  return settings;
}

// The SIM could not prove itself after the last restart: its budget was spent.
UplinkVillage village_with_an_unproven_sim() {
  UplinkVillage village{with_a_small_budget(), {{2, "vsat0", milliseconds{620}}, {3, "lte0", milliseconds{60}}}};
  village.boot();
  village.run_for(seconds{20});
  for (int i = 0; i < 6 && village.state("lte") == "up"; ++i) {
    village.restart_with_disk(with_a_small_budget());
    village.run_for(seconds{20});
  }
  return village;
}

TEST(UrgentProbe, WhenTheLastUplinkFallsAnUnprovenOneIsAskedWhateverItsBudget) {
  UplinkVillage village = village_with_an_unproven_sim();
  village.run_for(minutes{1});
  ASSERT_EQ(village.state("lte"), "probation") << "else this test shows nothing";
  ASSERT_EQ(village.active(), "vsat");
  village.link("vsat0").passes = false;
  village.run_for(seconds{25});
  EXPECT_EQ(village.state("lte"), "up");
  EXPECT_EQ(village.active(), "lte");
}

TEST(UrgentProbe, ABudgetThatIsSpentHoldsAgainOnceThereIsAWayOut) {
  UplinkVillage village = village_with_an_unproven_sim();
  village.run_for(minutes{1});
  const std::size_t before = village.echo_times("lte0").size();
  village.run_for(minutes{5});
  EXPECT_LE(village.echo_times("lte0").size() - before, 2U);
}

// Five echoes each second for ever would be megabytes a day of a SIM that is dead anyway.
TEST(UrgentProbe, ALongDarknessIsAskedByTheBudgetAgain) {
  UplinkVillage village = village_with_an_unproven_sim();
  village.link("vsat0").passes = false;
  village.link("lte0").passes = false;
  village.run_for(minutes{5});
  const std::size_t before = village.echo_times("lte0").size();
  village.run_for(minutes{60});
  EXPECT_LE(village.echo_times("lte0").size() - before, 20U);
}

// A site with one SIM in a bad cell: each darkness is short, and there are hundreds a day.
TEST(UrgentProbe, ADayOfShortDarknessesCostsNoMoreThanASecondDaysBytes) {
  UplinkFeatureSettings settings;
  settings.uplinks = {uplink_settings("lte", "lte0", 20, true)};
  settings.uplinks[0].probe_budget = 5'000;
  UplinkVillage village{settings, {{3, "lte0", milliseconds{60}}}};
  village.boot();
  village.set_traffic(20);
  for (int i = 0; i < 16; ++i) {
    village.run_for(minutes{4});
    village.link("lte0").passes = false;
    village.run_for(minutes{1});
    village.link("lte0").passes = true;
  }
  const std::size_t bytes = village.echo_times("lte0").size() * 104;
  EXPECT_GT(bytes, 10'000U) << "else this test shows nothing";
  EXPECT_LE(bytes, 5'000U + 24'000U + 2'000U);
  village.run_for(minutes{6});
  EXPECT_EQ(village.state("lte"), "up") << "by its traffic, where nobody may be asked any more";
}

TEST(UrgentProbe, AnAgentThatCrashesEachSecondDoesNotLiveOnIt) {
  UplinkVillage village = village_with_an_unproven_sim();
  const std::size_t before = village.echo_times("lte0").size();
  for (int i = 0; i < 100; ++i) {
    village.restart_with_disk(with_a_small_budget());
    village.run_for(seconds{1});
  }
  EXPECT_LE(village.echo_times("lte0").size() - before, 20U);
}

// Power that flickers takes the satellite's budget, and nobody may be asked any more.
UplinkVillage village_after_many_restarts(double packets_per_second) {
  UplinkFeatureSettings settings = with_a_small_budget();
  settings.uplinks[0].probe_budget = 12'000;
  settings.uplinks[1].probe_budget.reset();
  UplinkVillage village{settings, {{2, "vsat0", milliseconds{620}}, {3, "lte0", milliseconds{60}}}};
  village.boot();
  village.set_traffic(packets_per_second);
  village.run_for(seconds{20});
  for (int i = 0; i < 8 && village.state("vsat") == "up"; ++i) {
    village.restart_with_disk(settings);
    village.run_for(seconds{2});
  }
  return village;
}

TEST(UrgentProbe, RestartsThatSpentTheBudgetDoNotMoveTheVillage) {
  UplinkVillage village = village_after_many_restarts(0);
  ASSERT_EQ(village.state("vsat"), "probation") << "else this test shows nothing";
  village.run_for(seconds{30});
  EXPECT_EQ(village.state("vsat"), "probation") << "nobody asked, and nobody sent";
  EXPECT_EQ(village.state("lte"), "up");
  EXPECT_EQ(village.active(), "vsat") << "who was not asked did not fail to answer";
}

TEST(UrgentProbe, ABudgetThatComesBackLeavesTimeToAnswer) {
  UplinkVillage village = village_after_many_restarts(0);
  ASSERT_EQ(village.state("vsat"), "probation");
  for (int i = 0; i < 24 * 60 && village.state("vsat") == "probation"; ++i) {
    village.run_for(minutes{1});
    ASSERT_EQ(village.active(), "vsat") << "after " << i << " minutes";
  }
  EXPECT_EQ(village.state("vsat"), "up");
}

TEST(UrgentProbe, WithoutABudgetTheVillagesOwnTrafficProvesTheUplink) {
  UplinkVillage village = village_after_many_restarts(20);
  village.run_for(seconds{10});
  EXPECT_EQ(village.state("vsat"), "up");
  EXPECT_EQ(village.active(), "vsat");
}

TEST(UrgentProbe, WithoutABudgetUnansweredTrafficMovesTheVillage) {
  UplinkVillage village = village_after_many_restarts(0);
  ASSERT_EQ(village.state("vsat"), "probation");
  village.run_for(seconds{5});
  village.link("vsat0").passes = false;
  village.set_traffic(20);
  village.run_for(seconds{15});
  EXPECT_EQ(village.active(), "lte");
}

}  // namespace
}  // namespace karkara
