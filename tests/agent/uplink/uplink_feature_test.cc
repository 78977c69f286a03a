#include "agent/uplink/uplink_feature.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "tests/agent/uplink/uplink_village.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

UplinkFeatureSettings two_uplinks() {
  UplinkFeatureSettings settings;
  settings.uplinks = {uplink_settings("vsat", "vsat0", 10), uplink_settings("lte", "lte0", 20, true)};
  return settings;
}

UplinkVillage booted(Duration for_time = seconds{20}) {
  UplinkVillage village{two_uplinks(), {{2, "vsat0", milliseconds{620}}, {3, "lte0", milliseconds{60}}}};
  village.boot();
  village.run_for(for_time);
  return village;
}

TEST(UplinkFeature, ComesUpOnThePreferredUplinkWithoutVisitingTheOther) {
  const UplinkVillage village = booted();
  EXPECT_EQ(village.active(), "vsat");
  EXPECT_EQ(village.state("vsat"), "up");
  EXPECT_EQ(village.state("lte"), "up");
  EXPECT_THAT(village.moves(), ElementsAre("none>vsat first"));
}

TEST(UplinkFeature, NothingIsUpBeforeThreeAnswersOverThreeSeconds) {
  EXPECT_EQ(booted(milliseconds{2900}).state("lte"), "probation");
  EXPECT_EQ(booted(milliseconds{3200}).state("lte"), "up");
}

TEST(UplinkFeature, MovesWithinTwoSecondsWhenTheVsatBecomesABlackHole) {
  UplinkVillage village = booted();
  village.set_traffic(50);
  village.run_for(seconds{2});
  village.link("vsat0").passes = false;
  village.run_for(seconds{2});
  EXPECT_EQ(village.active(), "lte");
}

// A SIM is asked once a minute, so that one slow spell stands in its variation for long.
TEST(UplinkFeature, ASlowSpellAWhileAgoDoesNotDoubleTheWait) {
  UplinkFeatureSettings settings;
  settings.uplinks = {uplink_settings("airtel", "lte0", 10, true), uplink_settings("moov", "lte1", 20, true)};
  UplinkVillage village{settings, {{2, "lte0", milliseconds{60}}, {3, "lte1", milliseconds{80}}}};
  village.boot();
  village.set_traffic(50);
  village.run_for(minutes{5});
  village.link("lte0").round_trip = milliseconds{1900};
  village.run_for(minutes{2});
  village.link("lte0").round_trip = milliseconds{60};
  village.run_for(minutes{1});
  ASSERT_EQ(village.active(), "airtel");
  village.link("lte0").passes = false;
  village.run_for(milliseconds{3500});
  EXPECT_EQ(village.active(), "moov");
}

TEST(UplinkFeature, FindsABlackHoleThatNobodySendsInto) {
  UplinkVillage village = booted();
  village.link("vsat0").passes = false;
  village.run_for(seconds{7});
  EXPECT_EQ(village.state("vsat"), "down");
  EXPECT_THAT(village.moves(), ElementsAre("none>vsat first", "vsat>lte echo-lost"));
  EXPECT_TRUE(village.alarms().at({MessageId::UplinkDown, "vsat"}));
  EXPECT_FALSE(village.alarms().at({MessageId::NoUplink, ""}));
}

TEST(UplinkFeature, MovesAtOnceOnCarrierLoss) {
  UplinkVillage village = booted();
  village.set_carrier("vsat0", false);
  EXPECT_THAT(village.moves(), ElementsAre("none>vsat first", "vsat>lte carrier-lost"));
}

TEST(UplinkFeature, OneLostEchoIsOnlyASuspicion) {
  UplinkVillage village = booted();
  unsigned losses = 1;
  village.link("vsat0").loses = [&](Instant) { return losses > 0 && losses-- > 0; };
  village.run_for(minutes{1});
  EXPECT_EQ(losses, 0U);
  EXPECT_EQ(village.state("vsat"), "up");
  EXPECT_THAT(village.moves(), ElementsAre("none>vsat first"));
}

TEST(UplinkFeature, LeavesAnUplinkThatAnswersButLosesAQuarterAndReturnsWhenItIsMended) {
  UplinkVillage village = booted();
  unsigned echoes = 0;
  village.link("vsat0").loses = [&](Instant) { return ++echoes % 4 == 0; };
  village.run_for(minutes{15});
  EXPECT_EQ(village.active(), "lte");
  EXPECT_THAT(village.moves(), ElementsAre("none>vsat first", "vsat>lte lossy"));
  EXPECT_EQ(village.state("vsat"), "up");
  village.link("vsat0").loses = {};
  village.run_for(minutes{15});
  EXPECT_EQ(village.moves().back(), "lte>vsat preferred-back");
}

TEST(UplinkFeature, ReturnsToTheBetterUplinkOnlyAfterItStayedGood) {
  UplinkVillage village = booted();
  village.link("vsat0").passes = false;
  village.run_for(seconds{30});
  ASSERT_EQ(village.active(), "lte");
  village.link("vsat0").passes = true;
  village.run_for(seconds{10});
  EXPECT_EQ(village.active(), "lte") << "held down, then the time that leaving a metered uplink takes";
  village.run_for(minutes{1});
  EXPECT_EQ(village.active(), "vsat");
  EXPECT_EQ(village.moves().back(), "lte>vsat preferred-back");
}

TEST(UplinkFeature, HoldsAFlappingUplinkDownLongerEachTime) {
  UplinkVillage village = booted();
  std::vector<Duration> probations;
  for (int i = 0; i < 5; ++i) {
    village.link("vsat0").passes = false;
    village.run_for(seconds{10});
    village.link("vsat0").passes = true;
    const Instant back = village.now();
    while (village.state("vsat") != "up") {
      village.run_for(milliseconds{200});
    }
    probations.push_back(village.now() - back);
  }
  for (std::size_t i = 1; i < probations.size(); ++i) {
    EXPECT_GT(probations[i], probations[i - 1]);
  }
}

TEST(UplinkFeature, WhenEveryAnchorIsSilentTheTrafficStaysWhereItIs) {
  UplinkVillage village = booted();
  village.link("vsat0").passes = village.link("lte0").passes = false;
  village.run_for(minutes{40});
  EXPECT_TRUE(village.alarms().at({MessageId::NoUplink, ""}));
  const auto moves = village.moves().size();
  EXPECT_LE(moves, 2U) << "at most the one move that was made while lte still looked good";
  village.link("vsat0").passes = village.link("lte0").passes = true;
  village.run_for(seconds{40});
  EXPECT_FALSE(village.alarms().at({MessageId::NoUplink, ""}));
}

TEST(UplinkFeature, AnUplinkThatComesBackUnheardDrawsNoTrafficWhileEveryAnchorIsSilent) {
  UplinkVillage village = booted();
  village.link("vsat0").passes = village.link("lte0").passes = false;
  village.run_for(minutes{1});
  const std::string active = village.active();
  const std::string other = active == "vsat" ? "lte0" : "vsat0";
  village.set_carrier(other, false);
  village.set_carrier(other, true);
  village.run_for(minutes{1});
  EXPECT_EQ(village.active(), active);
}

TEST(UplinkFeature, AModemThatLosesItsAddressRaisesTheAlarm) {
  UplinkVillage village = booted();
  village.set_address("lte0", false);
  EXPECT_EQ(village.state("lte"), "linked");
  EXPECT_TRUE(village.alarms().at({MessageId::UplinkDown, "lte"}));
  village.set_address("vsat0", false);
  EXPECT_TRUE(village.alarms().at({MessageId::NoUplink, ""}));
}

TEST(UplinkFeature, AnIcmpErrorDoesNotMakeTheAnswerThatStillComesWorthless) {
  UplinkVillage village = booted();
  village.fail_next_echoes(8);
  village.run_for(seconds{10});
  EXPECT_EQ(village.state("vsat"), "up");
  EXPECT_THAT(village.moves(), ElementsAre("none>vsat first"));
}

TEST(UplinkFeature, AnAnchorThatDiesIsNotAnUplinkThatDies) {
  for (const char* anchor : {"niamey", "abroad"}) {
    UplinkVillage village = booted();
    village.kill_anchor(anchor);
    village.run_for(minutes{10});
    EXPECT_THAT(village.moves(), ElementsAre("none>vsat first")) << anchor;
  }
}

TEST(UplinkFeature, ALinkThatLosesEverySecondEchoIsUpAndLeftAllTheSame) {
  UplinkVillage village = booted();
  bool odd = false;
  village.link("vsat0").loses = [&](Instant) { return odd = !odd; };
  village.run_for(minutes{10});
  EXPECT_EQ(village.state("vsat"), "up");
  EXPECT_THAT(village.moves(), ElementsAre("none>vsat first", "vsat>lte lossy"));
}

TEST(UplinkFeature, NeverMovesOnTwoPercentLossAndHandoverGaps) {
  UplinkVillage village = booted();
  std::mt19937 random{7};
  std::bernoulli_distribution lost{0.02};
  const Instant start = village.now();
  village.link("vsat0").loses = [&](Instant at) {
    const auto into_minute = (at - start) % minutes{1};
    return lost(random) || into_minute < milliseconds{300};
  };
  village.run_for(std::chrono::hours{24});
  EXPECT_THAT(village.moves(), ElementsAre("none>vsat first"));
}

TEST(UplinkFeature, AnIdleMeteredUplinkIsAskedFourTimesAnHour) {
  UplinkVillage village = booted(minutes{20});
  const auto before = village.echo_times("lte0").size();
  village.run_for(std::chrono::hours{10});
  EXPECT_LE(village.echo_times("lte0").size() - before, 41U);
}

TEST(UplinkFeature, WithoutAnchorsTheCarrierAloneDecidesAndSaysSo) {
  UplinkVillage village{two_uplinks(), {{2, "vsat0", milliseconds{620}}, {3, "lte0", milliseconds{60}}}};
  village.take(village.feature().on(IdentityKnown{}, village.now()));
  village.see_kernel();
  EXPECT_EQ(village.active(), "vsat");
  EXPECT_TRUE(village.alarms().at({MessageId::NoAnchors, ""}));
  village.set_carrier("vsat0", false);
  EXPECT_EQ(village.active(), "lte");
}

TEST(UplinkFeature, AnswersWithAForeignNonceProveNothing) {
  UplinkVillage village{two_uplinks(), {{2, "vsat0", milliseconds{620}}, {3, "lte0", milliseconds{60}}}};
  village.boot();
  for (std::uint64_t nonce = 0; nonce < 100; ++nonce) {
    village.take(village.feature().on(EchoAnswered{*UplinkId::parse("vsat"), *AnchorId::parse("niamey"), nonce, {}},
                                      village.now()));
  }
  EXPECT_EQ(village.state("vsat"), "probation");
}

TEST(UplinkFeature, AMissingInterfaceIsWaitedForAndUsedWhenItAppears) {
  UplinkVillage village{two_uplinks(), {{2, "vsat0", milliseconds{620}}, {3, "wwan9", milliseconds{60}}}};
  village.boot();
  village.run_for(seconds{10});
  EXPECT_THAT(village.feature().waiting(), ElementsAre("interface lte0"));
  const WallTime wall{std::chrono::hours{100'000}};
  EXPECT_EQ(village.feature().report(village.now(), wall).uplinks.at(1).since, wall + -seconds{10});
  const std::vector<CheckItem> items = village.feature().check();
  const auto lte = std::ranges::find(items, "uplink lte", &CheckItem::name);
  ASSERT_NE(lte, items.end());
  EXPECT_EQ(lte->verdict, CheckVerdict::Fail);
  EXPECT_THAT(lte->advice, testing::HasSubstr("no such interface"));
  village.link("wwan9").interface = "lte0";
  village.see_kernel();
  village.run_for(seconds{10});
  EXPECT_THAT(village.feature().waiting(), IsEmpty());
  EXPECT_EQ(village.state("lte"), "up");
}

TEST(UplinkFeature, ARestartLeavesTheTrafficWhereItWasThoughAnotherIsPreferred) {
  UplinkVillage village = booted();
  village.link("vsat0").passes = false;
  village.run_for(seconds{10});
  ASSERT_EQ(village.active(), "lte");
  const std::vector<Route> before = village.feature().wanted().routes;
  village.restart(two_uplinks());
  EXPECT_EQ(village.active(), "lte");
  EXPECT_EQ(village.feature().wanted().routes, before) << "nothing to change in the kernel";
  village.run_for(minutes{5});
  EXPECT_THAT(village.moves(), IsEmpty());
}

TEST(UplinkFeature, AChangedConfigurationKeepsTheStateOfWhatStays) {
  UplinkVillage village = booted();
  UplinkFeatureSettings settings = two_uplinks();
  settings.uplinks.insert(settings.uplinks.begin(), uplink_settings("fibre", "eth9", 5));
  const std::vector<Route> before = village.feature().wanted().routes;
  village.take(village.feature().reconfigure(settings, village.now()));
  EXPECT_EQ(village.state("vsat"), "up");
  EXPECT_EQ(village.active(), "vsat");
  for (const Route& route : before) {
    EXPECT_THAT(village.feature().wanted().routes, testing::Contains(route)) << "tables of the kept ones stay";
  }
}

// They are given by the agent and cannot be configured: a configuration that names one is refused (LinkChecks).
TEST(RoutePlan, NoTwoUplinksEverShareAMarkOrATable) {
  UplinkFeatureSettings settings;
  for (int i = 0; i < 8; ++i) {
    settings.uplinks.push_back(uplink_settings("u" + std::to_string(i), "eth" + std::to_string(i), 10));
  }
  UplinkVillage village{settings, {{2, "eth0", milliseconds{60}}, {3, "eth1", milliseconds{60}}}};
  village.boot();
  // One goes, and two come: neither takes what one that stays has.
  settings.uplinks.erase(settings.uplinks.begin() + 3);
  settings.uplinks.insert(settings.uplinks.begin(), uplink_settings("new", "eth20", 5));
  village.take(village.feature().reconfigure(settings, village.now()));
  std::map<std::uint32_t, std::uint32_t> marks;  // mark -> table
  std::set<std::uint32_t> tables;
  std::set<std::uint32_t> priorities;
  for (const Rule& rule : village.feature().wanted().rules) {
    if (rule.mark != 0 && rule.family == IpFamily::V4) {
      EXPECT_TRUE(marks.emplace(rule.mark, rule.table).second) << std::hex << rule.mark;
      EXPECT_TRUE(tables.insert(rule.table).second) << rule.table;
      EXPECT_TRUE(priorities.insert(rule.priority).second) << rule.priority;
    }
  }
  EXPECT_EQ(marks.size(), 16U) << "one for probes and one for flows of each";
}

TEST(RoutePlan, AnyOrderOfEventsLeavesOneDefaultRouteInEachRank) {
  std::mt19937 random{3};
  UplinkVillage village = booted();
  for (int i = 0; i < 500; ++i) {
    const std::string interface = random() % 2 == 0 ? "vsat0" : "lte0";
    if (random() % 2 == 0) {
      village.set_carrier(interface, !village.link(interface).carrier);
    } else {
      village.link(interface).passes = !village.link(interface).passes;
    }
    village.run_for(milliseconds{random() % 3000});
    std::map<std::uint32_t, int> by_metric;
    std::size_t usable = 0;
    for (const Route& route : village.feature().wanted().routes) {
      if (route.table == kChoiceTable) {
        ++by_metric[route.metric];
      }
    }
    for (const char* name : {"vsat0", "lte0"}) {
      usable += village.link(name).carrier ? 1 : 0;
    }
    EXPECT_EQ(by_metric.size(), usable);
    for (const auto& [metric, count] : by_metric) {
      EXPECT_EQ(count, 1) << metric;
    }
  }
}

TEST(RoutePlan, AMarkedFlowOfAnUplinkWithoutAPathMeetsADeadEnd) {
  UplinkVillage village = booted();
  village.set_carrier("vsat0", false);
  std::vector<Route> in_table;
  for (const Route& route : village.feature().wanted().routes) {
    if (route.table == table_of_slot(0)) {
      in_table.push_back(route);
    }
  }
  ASSERT_EQ(in_table.size(), 1U);
  EXPECT_EQ(in_table[0].type, RouteType::Unreachable);
  // A class's flows go on over the others, and there is an end behind these as well.
  std::map<std::uint32_t, RouteType> flows;
  for (const Route& route : village.feature().wanted().routes) {
    if (route.table == flow_table_of_slot(0)) {
      flows.emplace(route.metric, route.type);
    }
  }
  ASSERT_EQ(flows.size(), 2U);
  EXPECT_EQ(flows.begin()->second, RouteType::Unicast);
  EXPECT_EQ(flows.rbegin()->second, RouteType::Unreachable);
}

}  // namespace
}  // namespace karkara
