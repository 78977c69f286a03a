// What bundles and counters do to the choice, and what is said of them.
#include <gmock/gmock.h>

#include "agent/uplink/uplink_feature.h"
#include "tests/agent/uplink/uplink_village.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Contains;

UplinkVillage booted(UplinkFeatureSettings settings) {
  UplinkVillage village{std::move(settings), {{2, "vsat0", milliseconds{620}}, {3, "lte0", milliseconds{60}}}};
  village.boot();
  village.run_for(seconds{20});
  return village;
}

TEST(UplinkLedger, AUsedUpBundleHoldsTheUplinkForAllButControl) {
  UplinkFeatureSettings settings = village_settings();
  settings.uplinks[1].allowance.bytes_per_cycle = 1'000'000'000;
  UplinkVillage village = booted(settings);
  village.take(*village.feature().correct({*UplinkId::parse("lte"), 30'000'000}, village.now()));
  EXPECT_TRUE(village.alarms().at({MessageId::BundleUsedUp, "lte"}));
  village.set_carrier("vsat0", false);
  EXPECT_EQ(village.active(), "lte") << "the reserve is for the router's own traffic";
  EXPECT_EQ(class_uplink(village, "health"), "");
}

TEST(UplinkLedger, WhatIsLentIsWhatBundleMoneyAndPaceLeave) {
  UplinkFeatureSettings settings;
  settings.uplinks = {uplink_settings("lte", "lte0", 20, true)};
  settings.uplinks[0].allowance.bytes_per_cycle = 10'000'000'000;
  ClassSettings guests = traffic_class("guests", "", MeteredUse::Always);
  guests.guests = true;
  settings.classes = {guests, traffic_class("village", "", MeteredUse::Always)};
  const auto left = [](const UplinkFeatureSettings& with) {
    UplinkVillage village{with, {{3, "lte0", milliseconds{60}}}};
    village.feature().know_wall(WallTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21}.time_since_epoch()});
    village.boot();
    village.run_for(seconds{20});
    EXPECT_EQ(village.feature().own_way(village.now()).way, WayOut::Up);
    return village.feature().own_way(village.now()).bundle_left;
  };
  EXPECT_EQ(left(settings), 9'500'000'000U) << "without the reserve";
  settings.uplinks[0].allowance.price_per_megabyte = FcfaPerMegabyte{2};
  settings.uplinks[0].allowance.spend_per_cycle = Fcfa{4'000};
  EXPECT_EQ(left(settings), 2'000'000'000U) << "the purse ends first";
  settings.classes[0].metered = MeteredUse::WithinPace;
  const auto by_pace = left(settings);
  ASSERT_TRUE(by_pace);
  EXPECT_GT(*by_pace, 200'000'000U);
  EXPECT_LT(*by_pace, 280'000'000U) << "a tenth of it, and a fifth more: ten days are left";
  settings.uplinks[0].allowance = {};
  EXPECT_EQ(left(settings), std::nullopt) << "no limit";
}

TEST(UplinkLedger, TheBytesOfASimFollowTheCycleOfItsUplink) {
  UplinkFeatureSettings settings = village_settings();
  settings.uplinks[1].allowance.bytes_per_cycle = 1'000'000'000;
  settings.uplinks[1].allowance.cycle = MonthlyCycle{20};
  UplinkVillage village = booted(settings);
  UplinkAdvice advice;
  advice.uplink = *UplinkId::parse("lte");
  advice.ledger_key = "89227010000000000017";
  const auto wall = [](unsigned day) {
    return WallTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / day}.time_since_epoch() + hours{12}};
  };
  village.feature().know_wall(wall(19));
  village.take(village.feature().advise(advice, village.now()));
  village.see_kernel();
  village.link("lte0").received_bytes += 50'000;
  village.run_for(minutes{1});
  village.see_kernel();
  EXPECT_EQ(village.feature().usage(village.now())[1].cycle.received, 50'000U);
  village.feature().know_wall(wall(20));
  village.run_for(hours{24});
  village.see_kernel();
  EXPECT_EQ(village.feature().usage(village.now())[1].cycle.received, 0U) << "a new cycle began on the 20th";
}

TEST(UplinkLedger, WhatIsToldOfASimThatIsOutCountsForItsOwnAccountAndItsOwnAllowance) {
  UplinkFeatureSettings settings = village_settings();
  settings.uplinks[1].allowance.bytes_per_cycle = 1'000'000'000;
  settings.uplinks[1].sim_allowances[2].bytes_per_cycle = 400'000'000;
  UplinkVillage village = booted(settings);
  const UplinkId lte = *UplinkId::parse("lte");
  UplinkAdvice advice;
  advice.uplink = lte;
  advice.ledger_key = "89227010000000000017";
  advice.slot = 1;
  advice.sims = {{1, "89227010000000000017"}, {2, "89227020000000000017"}};
  village.take(village.feature().advise(advice, village.now()));
  village.take(*village.feature().correct({lte, 30'000'000}, "89227020000000000017", village.now()));
  EXPECT_EQ(village.feature().usage(village.now())[1].remaining, 1'000'000'000U);
  auto rooms = village.feature().sim_rooms(lte, village.now());
  ASSERT_EQ(rooms.size(), 2U);
  EXPECT_FALSE(rooms[0].used_up);
  EXPECT_FALSE(rooms[1].used_up) << "20 MB of it are the reserve";
  village.take(*village.feature().correct({lte, 20'000'000}, "89227020000000000017", village.now()));
  rooms = village.feature().sim_rooms(lte, village.now());
  EXPECT_TRUE(rooms[1].used_up);
  EXPECT_FALSE(village.feature().probed(lte)->used_up);
  EXPECT_FALSE(village.feature().correct({lte, kMostTraffic + 1}, "89227020000000000017", village.now()));
  advice.ledger_key = "89227020000000000017";
  advice.slot = 2;
  village.take(village.feature().advise(advice, village.now()));
  EXPECT_TRUE(village.feature().probed(lte)->used_up) << "at once, not with the next look at the counters";
  EXPECT_EQ(village.feature().usage(village.now())[1].remaining, 20'000'000U);
}

TEST(UplinkLedger, ABundleThatWillNotLastIsToldAndTakenBackWhenItIsToppedUp) {
  UplinkFeatureSettings settings = village_settings();
  settings.uplinks[1].allowance.bytes_per_cycle = 1'000'000'000;
  UplinkVillage village = booted(settings);
  const UplinkId lte = *UplinkId::parse("lte");
  village.feature().know_wall(WallTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / 3}.time_since_epoch()});
  village.see_kernel();
  EXPECT_FALSE(village.alarms().at({MessageId::BundleRunsOut, "lte"}));
  village.link("lte0").received_bytes += 300'000'000;  // in half a day, and 27 are left
  village.run_for(hours{12});
  village.see_kernel();
  EXPECT_TRUE(village.alarms().at({MessageId::BundleRunsOut, "lte"}));
  EXPECT_FALSE(village.alarms().at({MessageId::BundleUsedUp, "lte"}));
  village.take(*village.feature().correct({lte, 100'000'000'000}, village.now()));
  EXPECT_FALSE(village.alarms().at({MessageId::BundleRunsOut, "lte"}));
}

TEST(UplinkLedger, ACounterThatJumpsByGigabytesIsToldAndNotCounted) {
  UplinkFeatureSettings settings = village_settings();
  settings.uplinks[1].rate = {BitsPerSecond{8e6}, BitsPerSecond{2e6}};
  UplinkVillage village = booted(settings);
  village.link("lte0").received_bytes += 500'000;
  village.run_for(seconds{5});
  village.see_kernel();
  village.link("lte0").received_bytes += 8'000'000'000;
  village.run_for(seconds{5});
  village.see_kernel();
  EXPECT_EQ(village.notes(MessageId::CounterDisbelieved), 1);
  const UsageReport usage = village.feature().usage(village.now())[1];
  EXPECT_EQ(usage.anomalies, 1U);
  EXPECT_EQ(usage.undated.received, 500'000U);
  EXPECT_THAT(village.feature().samples(village.now()),
              Contains(testing::AllOf(testing::Field(&Sample::series, SeriesId::UplinkAnomalies),
                                      testing::Field(&Sample::instance, "lte"))));
}

}  // namespace
}  // namespace karkara
