// The tunnel as a feature: what of the kernel makes it carry, and what it tells the site.
#include "agent/uplink/tunnel_feature.h"

#include <gmock/gmock.h>

#include "agent/uplink/nft_plan.h"

namespace karkara {
namespace {

using std::chrono::seconds;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

const Instant kStart{seconds{1'000}};

TunnelSettings site() {
  TunnelSettings settings;
  settings.hub = *IpEndpoint::parse("198.51.100.7:51820");
  settings.hub_key.bytes.fill(std::byte{7});
  settings.key_file = "/var/lib/karkara/tunnel.key";
  settings.addresses = {*IpPrefix::parse("10.99.0.2/24")};
  return settings;
}

KernelSnapshot kernel(bool with_rule) {
  KernelSnapshot kernel;
  Link link;
  link.index = 9;
  link.name = "wg-karkara";
  link.admin_up = true;
  link.mtu = 1'380;
  kernel.links.push_back(link);
  if (with_rule) {
    Rule rule;
    rule.protocol = kOurProtocol;
    rule.mark = kTunnelMark;
    rule.mark_mask = kMarkMask;
    rule.table = kTunnelTable;
    kernel.rules.push_back(rule);
  }
  return kernel;
}

TunnelSeen seen(std::uint64_t received, std::uint64_t sent) {
  HubTraffic hub;
  hub.received_bytes = received;
  hub.sent_bytes = sent;
  return {"wg-karkara", {}, std::nullopt, hub};
}

OuterPath over(const char* uplink, const char* source) {
  return {*UplinkId::parse(uplink), IpAddress::parse(source), 1'460};
}

template <class T>
std::size_t count(const Effects& effects) {
  return static_cast<std::size_t>(std::count_if(
      effects.begin(), effects.end(), [](const Effect& effect) { return std::holds_alternative<T>(effect); }));
}

// What an earlier run sent into the tunnel would leave with the village's own addresses if a restart took it out.
TEST(TunnelFeature, ARestartOfTheAgentTakesNothingOutOfTheTunnel) {
  TunnelFeature tunnel{site(), "wg-karkara", kStart};
  tunnel.adopt(kernel(true), kStart);
  const auto carried = tunnel.carried(kernel(true));
  ASSERT_TRUE(carried);
  EXPECT_EQ(carried->link, 9U);
  EXPECT_EQ(carried->mtu, 1'380U);
  EXPECT_TRUE(carried->v4);
  EXPECT_FALSE(carried->v6);
}

TEST(TunnelFeature, AnInterfaceWithoutOurRuleHasToProveItselfFirst) {
  TunnelFeature tunnel{site(), "wg-karkara", kStart};
  tunnel.adopt(kernel(false), kStart);
  EXPECT_FALSE(tunnel.carried(kernel(false)));
}

TEST(TunnelFeature, ALostInterfaceCarriesNothingFromTheVeryMoment) {
  TunnelFeature tunnel{site(), "wg-karkara", kStart};
  tunnel.adopt(kernel(true), kStart);
  EXPECT_FALSE(tunnel.carried(KernelSnapshot{}));
  KernelSnapshot down = kernel(true);
  down.links[0].admin_up = false;
  EXPECT_FALSE(tunnel.carried(down));
}

TEST(TunnelFeature, AnAdoptedTunnelThatTurnsOutDeadIsLeft) {
  TunnelFeature tunnel{site(), "wg-karkara", kStart};
  tunnel.adopt(kernel(true), kStart);
  (void)tunnel.follow(over("vsat", "10.1.0.2"), kStart);
  Instant now = kStart;
  Effects effects;
  while (tunnel.next_deadline() < kStart + seconds{120} && tunnel.carried(kernel(true))) {
    now = std::max(now, tunnel.next_deadline());
    for (Effect& effect : tunnel.tick(now)) {
      effects.push_back(std::move(effect));
    }
    for (Effect& effect : tunnel.on(seen(0, 148), now)) {
      effects.push_back(std::move(effect));
    }
  }
  EXPECT_FALSE(tunnel.carried(kernel(true)));
  EXPECT_LT(now, kStart + seconds{30});
  EXPECT_EQ(count<SetAlarm>(effects), 1U);
}

TEST(TunnelFeature, ASwitchSaysAWordToTheHub) {
  TunnelFeature tunnel{site(), "wg-karkara", kStart};
  EXPECT_EQ(count<WantTunnel>(tunnel.tick(kStart)), 1U);
  (void)tunnel.follow(over("vsat", "10.1.0.2"), kStart);
  (void)tunnel.on(seen(200, 148), kStart);
  EXPECT_EQ(count<NudgeTunnel>(tunnel.follow(over("lte", "10.2.0.2"), kStart + seconds{1})), 1U);
  EXPECT_EQ(count<NudgeTunnel>(tunnel.follow(over("lte", "10.2.0.2"), kStart + seconds{1})), 0U);
}

TEST(TunnelFeature, WithoutItInTheConfigurationItIsWithdrawnAndItsAlarmCleared) {
  TunnelFeature tunnel{site(), "wg-karkara", kStart};
  const Effects effects = tunnel.reconfigure(std::nullopt, kStart);
  EXPECT_EQ(count<WithdrawTunnel>(effects), 1U);
  ASSERT_EQ(count<SetAlarm>(effects), 1U);
  EXPECT_FALSE(std::get<SetAlarm>(effects.at(1)).raised);
  EXPECT_EQ(tunnel.next_deadline(), Instant::max());
  EXPECT_FALSE(tunnel.report(kStart));
  EXPECT_TRUE(tunnel.samples(kStart).empty());
}

TEST(TunnelFeature, AnInterfaceOfAnEarlierConfigurationIsWithdrawnAtStart) {
  TunnelFeature renamed{site(), "wg-old", kStart};
  const Effects effects = renamed.start();
  ASSERT_EQ(effects.size(), 2U);
  EXPECT_EQ(std::get<WithdrawTunnel>(effects[0]).interface, "wg-old");
  EXPECT_EQ(std::get<Persist>(effects[1]).bytes, "wg-karkara");
  TunnelFeature gone{std::nullopt, "wg-old", kStart};
  EXPECT_EQ(count<WithdrawTunnel>(gone.start()), 1U);
  TunnelFeature same{site(), "wg-karkara", kStart};
  EXPECT_TRUE(same.start().empty());
}

TEST(TunnelFeature, AnMtuWithoutRoomForASegmentCarriesNothing) {
  TunnelFeature tunnel{site(), "wg-karkara", kStart};
  tunnel.adopt(kernel(true), kStart);
  KernelSnapshot small = kernel(true);
  small.links[0].mtu = 50;
  EXPECT_FALSE(tunnel.carried(small));
}

TEST(TunnelFeature, TellsItsStateInNumbersAndSentences) {
  TunnelFeature tunnel{site(), "wg-karkara", kStart};
  const auto report = tunnel.report(kStart);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->state, "down");
  EXPECT_FALSE(report->carries);
  EXPECT_EQ(report->hub, "198.51.100.7:51820");
  EXPECT_THAT(report->details, Contains(HasSubstr("all of the village")));
  EXPECT_EQ(tunnel.samples(kStart).size(), 4U);
}

// --- the plan
// -----------------------------------------------------------------------------------------------------------

TrafficPlan plan_with_tunnel() {
  TrafficPlan plan;
  UplinkPath path;
  path.link = 2;
  plan.uplinks = {{"vsat0", 0, path, {}}};
  PlannedClass health;
  health.members.id = *ClassId::parse("health");
  health.uplink = 0;
  health.keeps = {0};
  health.tunnelled = true;
  plan.classes = {health};
  plan.tunnel = PlannedTunnel{"wg-karkara", 9, 1'380, true, false, *IpEndpoint::parse("198.51.100.7:51820"), {}};
  return plan;
}

TEST(TunnelPlan, NewFlowsGoInAndThoseOfBeforeStayOutside) {
  const std::string ruleset = nft_ruleset(plan_with_tunnel());
  EXPECT_THAT(ruleset, HasSubstr("vmap { 0x00110000 : goto over0 }\n    goto intunnel"));
}

TEST(TunnelPlan, AClassThatMayNotGoInHasOnlyAnswersThere) {
  TrafficPlan plan = plan_with_tunnel();
  plan.classes[0].tunnelled = false;
  EXPECT_THAT(nft_ruleset(plan),
              HasSubstr("chain class0 {\n    ct direction reply ct mark and 0x003f0000 == 0x003e0000 goto intunnel"));
}

TEST(TunnelPlan, WhatWasInItNeverLeavesUntranslated) {
  const std::string drop = "ct direction original ct mark and 0x003f0000 == 0x003e0000 drop";
  TrafficPlan plan = plan_with_tunnel();
  EXPECT_THAT(nft_ruleset(plan), HasSubstr(drop));
  plan.tunnel.reset();
  EXPECT_THAT(nft_ruleset(plan), HasSubstr(drop)) << "the tunnel may be gone before its flows are";
  plan.masquerade = false;
  EXPECT_THAT(nft_ruleset(plan), Not(HasSubstr(drop))) << "the world answers the village's own addresses";
}

TEST(TunnelPlan, AClassThatIsShedIsShedInTheTunnelToo) {
  TrafficPlan plan = plan_with_tunnel();
  plan.classes[0].uplink.reset();
  EXPECT_THAT(nft_ruleset(plan), HasSubstr("chain class0 {\n    goto shed\n  }"));
}

TEST(TunnelPlan, ItsTableLeadsNowhereElseSoThatALostInterfaceLeavesTheChoice) {
  const WantedNetwork wanted = plan_network(plan_with_tunnel());
  std::vector<Route> inside;
  for (const Route& route : wanted.routes) {
    if (route.table == kTunnelTable) {
      inside.push_back(route);
    }
  }
  ASSERT_EQ(inside.size(), 1U);
  EXPECT_EQ(inside[0].link, 9U);
  EXPECT_EQ(inside[0].type, RouteType::Unicast);
  EXPECT_THAT(nft_ruleset(TrafficPlan{}), Not(HasSubstr("intunnel")));
}

}  // namespace
}  // namespace karkara
