// The uplink feature with traffic of several classes: what passive evidence, advice and orders do to it.
#include <gmock/gmock.h>

#include <random>

#include "agent/uplink/uplink_feature.h"
#include "tests/agent/uplink/uplink_village.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

UplinkVillage booted(UplinkFeatureSettings settings = village_settings(), Duration lte_trip = milliseconds{60}) {
  UplinkVillage village{std::move(settings), {{2, "vsat0", milliseconds{620}}, {3, "lte0", lte_trip}}};
  village.boot();
  village.run_for(seconds{20});
  return village;
}

Duration time_to_leave(UplinkVillage& village, const std::string& from) {
  const Instant start = village.now();
  while (village.active() == from && village.now() - start < seconds{10}) {
    village.run_for(milliseconds{10});
  }
  return village.now() - start;
}

UplinkFeatureSettings lte_first() {
  UplinkFeatureSettings settings;
  settings.uplinks = {uplink_settings("vsat", "vsat0", 20), uplink_settings("lte", "lte0", 10)};
  return settings;
}

TEST(UplinkTraffic, AnLteBlackHoleUnderTrafficIsLeftInSevenTenthsOfASecond) {
  UplinkVillage village = booted(lte_first());
  village.set_traffic(1000);
  village.run_for(seconds{10});
  ASSERT_EQ(village.active(), "lte");
  village.link("lte0").passes = false;
  EXPECT_LE(time_to_leave(village, "lte"), milliseconds{700});
  EXPECT_EQ(village.moves().back(), "lte>vsat echo-lost");
}

TEST(UplinkTraffic, AGeoBlackHoleUnderTrafficIsLeftInLessThanTwoSeconds) {
  UplinkVillage village = booted();
  village.set_traffic(200);
  village.run_for(seconds{30});
  village.link("vsat0").passes = false;
  EXPECT_LE(time_to_leave(village, "vsat"), milliseconds{1900});
}

TEST(UplinkTraffic, AfterIdleTimeTheFirstUnansweredPacketStartsTheBurst) {
  UplinkFeatureSettings settings = lte_first();
  settings.uplinks[1].active_echo_interval = seconds{60};
  UplinkVillage village = booted(settings);
  village.run_for(minutes{1});
  village.link("lte0").passes = false;
  village.run_for(milliseconds{130});
  village.send_one_packet();
  EXPECT_LE(time_to_leave(village, "lte"), seconds{1});
}

TEST(UplinkTraffic, AOneWayFlowNeverMovesTheTrafficAndCostsFewEchoes) {
  UplinkFeatureSettings settings = lte_first();
  settings.uplinks[1].active_echo_interval = seconds{60};
  UplinkVillage village = booted(settings);
  const auto before = village.echo_times("lte0").size();
  const Instant start = village.now();
  while (village.now() - start < hours{1}) {
    village.link("lte0").sent += 10;  // and nobody answers
    village.run_for(milliseconds{500});
  }
  EXPECT_EQ(village.active(), "lte");
  EXPECT_LT(village.echo_times("lte0").size() - before, 60U + 60U);
}

TEST(UplinkTraffic, AnsweredTrafficSparesEchoes) {
  UplinkVillage village = booted();
  const auto idle_before = village.echo_times("vsat0").size();
  village.run_for(minutes{1});
  const auto idle = village.echo_times("vsat0").size() - idle_before;
  village.set_traffic(50);
  village.run_for(seconds{5});
  const auto busy_before = village.echo_times("vsat0").size();
  village.run_for(minutes{1});
  EXPECT_LT((village.echo_times("vsat0").size() - busy_before) * 4, idle);
}

// Everything that a mobile network does to a link that works.
TEST(UplinkTraffic, NeverMovesUnderLossGapsAndTraffic) {
  UplinkVillage village = booted(lte_first());
  village.set_traffic(100);
  std::mt19937 random{7};
  bool bad = false;
  Instant last = village.now();
  const Instant start = village.now();
  // Gilbert-Elliott: 2 % on average, in bad spells of half a second in the mean.
  const auto lost = [&](Instant at) {
    const double elapsed = std::chrono::duration<double>(at - last).count();
    last = at;
    std::bernoulli_distribution turns{1 - std::exp(-elapsed * (bad ? 2.0 : 0.2))};
    bad = turns(random) != bad;
    const auto into_minute = (at - start) % minutes{1};
    return into_minute < milliseconds{200} || std::bernoulli_distribution{bad ? 0.2 : 0.002}(random);
  };
  village.link("lte0").loses = lost;
  village.run_for(hours{4});
  EXPECT_THAT(village.moves(), ElementsAre("none>lte first"));
}

TEST(UplinkTraffic, FlowsOfADeadUplinkAreForgottenOnceAndThoseOfOthersNever) {
  UplinkVillage village = booted();
  village.set_traffic(200);
  village.run_for(seconds{5});
  village.link("vsat0").passes = false;
  village.run_for(seconds{20});
  ASSERT_EQ(village.active(), "lte");
  // The public class may not use lte and stays where it is: its flows must not be cut for nothing.
  EXPECT_THAT(village.deeds(), Not(Contains("flush 0x110000")));
  // Our own session has another way and begins anew there at once.
  EXPECT_THAT(village.deeds(), Contains("end 10.0.2.2"));
  village.set_carrier("vsat0", false);
  village.run_for(seconds{20});
  EXPECT_EQ(std::count(village.deeds().begin(), village.deeds().end(), "flush 0x110000"), 1);
  EXPECT_EQ(std::count(village.deeds().begin(), village.deeds().end(), "end 10.0.2.2"), 1);
  EXPECT_THAT(village.deeds(), Not(Contains("flush 0x120000")));
}

TEST(UplinkClasses, ThePublicIsShedAndTheClinicMovesToTheSim) {
  UplinkVillage village = booted();
  EXPECT_EQ(class_uplink(village, "health"), "vsat");
  EXPECT_EQ(class_uplink(village, "public"), "vsat");
  village.set_carrier("vsat0", false);
  EXPECT_EQ(class_uplink(village, "health"), "lte");
  EXPECT_EQ(class_uplink(village, "public"), "");
  EXPECT_TRUE(village.alarms().at({MessageId::ClassShed, "public"}));
  EXPECT_FALSE(village.alarms().at({MessageId::ClassShed, "health"}));
  EXPECT_THAT(village.feature().wanted().nft_ruleset, HasSubstr("goto shed"));
  village.set_carrier("vsat0", true);
  village.run_for(minutes{3});
  EXPECT_EQ(class_uplink(village, "public"), "vsat");
  EXPECT_FALSE(village.alarms().at({MessageId::ClassShed, "public"}));
}

TEST(UplinkClasses, WhatFitsNoClassIsKeptOffMeteredUplinks) {
  UplinkFeatureSettings settings = village_settings();
  settings.classes.pop_back();
  UplinkVillage village = booted(settings);
  village.set_carrier("vsat0", false);
  EXPECT_EQ(class_uplink(village, "other"), "");
  EXPECT_EQ(class_uplink(village, "health"), "lte");
}

TEST(UplinkClasses, AHoldMovesEverybodyAndAReleaseBringsThemBack) {
  UplinkVillage village = booted();
  UplinkOrder order{UplinkAct::Hold, *UplinkId::parse("vsat"), hours{1}, "dish work"};
  auto effects = village.feature().order(order, village.now());
  ASSERT_TRUE(effects.ok());
  village.take(*effects);
  EXPECT_EQ(village.active(), "lte");
  EXPECT_TRUE(village.feature().is_ordered(*UplinkId::parse("vsat")));
  EXPECT_FALSE(village.feature().is_ordered(*UplinkId::parse("lte")));
  EXPECT_EQ(village.state("vsat"), "held");
  EXPECT_THAT(village.moves(), Contains("vsat>lte held"));
  order.act = UplinkAct::Release;
  village.take(*village.feature().order(order, village.now()));
  village.run_for(minutes{2});
  EXPECT_EQ(village.active(), "vsat");
  order.uplink = *UplinkId::parse("fibre");
  const auto refused = village.feature().order(order, village.now());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().text, "there is no uplink 'fibre' at this site: it has vsat, lte");
}

TEST(UplinkClasses, AnOrderMovesTheTrafficAndEndsByItself) {
  UplinkVillage village = booted();
  village.take(*village.feature().order({UplinkAct::Switch, *UplinkId::parse("lte"), minutes{10}, ""}, village.now()));
  EXPECT_EQ(village.moves().back(), "vsat>lte ordered");
  village.run_for(minutes{9});
  EXPECT_EQ(village.active(), "lte");
  village.run_for(minutes{3});
  EXPECT_EQ(village.active(), "vsat");
}

TEST(UplinkAdvice, AFadeThatIsForeseenMovesNewFlowsBeforeTheLoss) {
  UplinkFeatureSettings settings = village_settings();
  settings.uplinks[1].metered = false;
  settings.uplinks[1].standby_echo_interval = seconds{10};
  UplinkVillage village = booted(settings);
  UplinkAdvice advice;
  advice.uplink = *UplinkId::parse("vsat");
  advice.draining = "Es/N0 8.1 dB falls 0.3 dB/s: lock is lost in 12 s";
  village.take(village.feature().advise(advice, village.now()));
  EXPECT_EQ(village.active(), "lte");
  EXPECT_EQ(village.state("vsat"), "drain");
  EXPECT_TRUE(village.alarms().at({MessageId::UplinkDraining, "vsat"}));
  EXPECT_THAT(village.feature().wanted().nft_ruleset, HasSubstr("0x00110000 : goto over0")) << "old flows stay";
  advice.draining.clear();
  village.take(village.feature().advise(advice, village.now()));
  village.run_for(minutes{2});
  EXPECT_EQ(village.active(), "vsat");
}

TEST(UplinkAdvice, ABearerBringsItsOwnInterfaceAddressAndResolvers) {
  UplinkFeatureSettings settings = village_settings();
  UplinkVillage village{settings, {{2, "vsat0", milliseconds{620}}, {3, "wwan7", milliseconds{60}}}};
  village.boot();
  EXPECT_EQ(village.state("lte"), "absent");
  UplinkAdvice advice;
  advice.uplink = *UplinkId::parse("lte");
  advice.interface = "wwan7";
  advice.resolvers = {*IpAddress::parse("10.0.3.53")};
  village.take(village.feature().advise(advice, village.now()));
  village.run_for(seconds{10});
  EXPECT_EQ(village.state("lte"), "up");
  village.set_carrier("vsat0", false);
  EXPECT_THAT(village.deeds(), Contains("resolve 10.0.3.53"));
}

TEST(UplinkBudget, ABrokenUplinkNeverSpendsMoreThanItsDay) {
  UplinkFeatureSettings settings = village_settings();
  settings.uplinks[1].standby_echo_interval = seconds{1};  // a configuration that asks for too much
  UplinkVillage village = booted(settings);
  village.run_for(hours{24});
  EXPECT_LE(village.echo_times("lte0").size() * 104, 21'000U);
  EXPECT_TRUE(village.alarms().at({MessageId::ProbeBudgetSpent, "lte"}));
}

TEST(UplinkBudget, WithoutBudgetTrafficAloneStillMovesTheVillage) {
  UplinkFeatureSettings settings = lte_first();
  settings.uplinks[1].probe_budget = 2'000;
  UplinkVillage village = booted(settings);
  village.run_for(minutes{30});
  ASSERT_TRUE(village.alarms().at({MessageId::ProbeBudgetSpent, "lte"}));
  village.set_traffic(100);
  village.run_for(seconds{10});
  village.link("lte0").passes = false;
  EXPECT_LE(time_to_leave(village, "lte"), seconds{6});
}

// Neighbours borrow what the village itself may still use, whichever of bundle, money and pace ends first.
// The SIM is known only once its modem is, long after the configuration was read.
// Of a bundle that would end before its cycle the NOC hears while something can still be done.
TEST(UplinkClasses, WhatIsConfiguredNoLongerLeavesNoAlarmBehind) {
  UplinkFeatureSettings settings = village_settings();
  settings.uplinks[1].allowance.bytes_per_cycle = 1'000'000'000;
  UplinkVillage village = booted(settings);
  village.take(*village.feature().correct({*UplinkId::parse("lte"), 0}, village.now()));
  village.set_carrier("vsat0", false);
  ASSERT_TRUE(village.alarms().at({MessageId::BundleUsedUp, "lte"}));
  ASSERT_TRUE(village.alarms().at({MessageId::ClassShed, "public"}));
  settings.uplinks.pop_back();
  settings.classes.pop_back();
  village.take(village.feature().reconfigure(settings, village.now()));
  EXPECT_FALSE(village.alarms().at({MessageId::BundleUsedUp, "lte"}));
  EXPECT_FALSE(village.alarms().at({MessageId::ClassShed, "public"}));
}

TEST(UplinkTraffic, TheLinksOwnNetworkAndItsResolversAreNear) {
  UplinkFeatureSettings settings = lte_first();
  settings.uplinks[1].resolvers = {*IpAddress::parse("203.0.113.5"), *IpAddress::parse("2001:db8::5")};
  UplinkVillage village = booted(settings);
  const std::string& ruleset = village.feature().wanted().nft_ruleset;
  EXPECT_THAT(ruleset, HasSubstr("203.0.113.5/32 } return"));
  EXPECT_THAT(ruleset, HasSubstr("ip6 daddr { 2001:db8::5/128 } return"));
  village.run_for(minutes{1});
  EXPECT_EQ(village.feature().wanted().nft_ruleset, ruleset) << "a dump in another order is no other plan";
}

}  // namespace
}  // namespace karkara
