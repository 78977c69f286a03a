// The tunnel as the site wires it: when the village's traffic goes in and comes out, and in which order the kernel, the
// hub and the connection tracking are told.
#include <gmock/gmock.h>

#include "tests/agent/site/tunnel_bench.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class SiteTunnel : public TunnelBench {};

// --- in -----------------------------------------------------------------------------------------------------------

TEST_F(SiteTunnel, CarriesTenSecondsAfterItsHubIsHeard) {
  start();
  run_for(milliseconds{1'370});  // neither of the looks falls on a time at which something else happens
  look_at_hub("wg-karkara");
  ASSERT_EQ(tunnel_state(), "up");
  run_for(seconds{2});
  look_at_hub("wg-karkara");
  run_for(milliseconds{7'900});
  EXPECT_EQ(wanted_link(), 0U);
  EXPECT_THAT(site_->wanted_network().nft_ruleset, Not(HasSubstr("intunnel")));
  EXPECT_FALSE(rule_in_kernel());
  run_for(milliseconds{200});
  EXPECT_EQ(wanted_link(), kernel_.link_named("wg-karkara")->index);
  EXPECT_THAT(chain("class0"), EndsWith("goto intunnel"));
  EXPECT_TRUE(rule_in_kernel());
  EXPECT_EQ(flushes(), 0U) << "flows from before stay outside, where they are";
}

TEST_F(SiteTunnel, AHubThatNeverAnswersIsAnAlarmAndTheVillageGoesOutDirectly) {
  hub_answers_ = false;
  start();
  run_for(minutes{2});
  EXPECT_EQ(wanted_link(), 0U);
  EXPECT_TRUE(alarm_is_raised("wg-karkara"));
  EXPECT_EQ(site_->status(at_).state.active_uplink, "vsat");
}

// --- out ----------------------------------------------------------------------------------------------------------

// Forgotten earlier, a flow would come back into the tunnel with its next packet.
TEST_F(SiteTunnel, FlowsOfASilentHubAreForgottenOnceTheKernelSendsThemOutDirectly) {
  start_and_carry();
  hub_answers_ = false;
  batches_wait_ = true;
  run_until_down();
  EXPECT_TRUE(alarm_is_raised("wg-karkara"));
  EXPECT_EQ(wanted_link(), 0U);
  EXPECT_TRUE(rule_in_kernel());
  EXPECT_EQ(flushes(), 0U);
  while (flushes() == 0 && finish_next()) {
  }
  EXPECT_EQ(flushes(), 1U);
  EXPECT_FALSE(rule_in_kernel());
  hub_answers_ = true;
  batches_wait_ = false;
  run_for(minutes{2});
  EXPECT_NE(wanted_link(), 0U);
  EXPECT_FALSE(alarm_is_raised("wg-karkara"));
  EXPECT_EQ(flushes(), 1U) << "going in forgets nothing";
}

TEST_F(SiteTunnel, ALostInterfaceIsLeftWithTheNextLookAtTheKernel) {
  start_and_carry();
  std::erase_if(kernel_.links, [](const Link& link) { return link.name == "wg-karkara"; });
  std::erase_if(kernel_.routes, [](const Route& route) { return route.table == kTunnelTable; });
  give(KernelSeen{kernel_});
  EXPECT_EQ(wanted_link(), 0U);
  EXPECT_FALSE(rule_in_kernel());
  EXPECT_EQ(flushes(), 1U);
}

// --- a switch -----------------------------------------------------------------------------------------------------

TEST_F(SiteTunnel, ASwitchSaysAWordToTheHubOnceTheKernelHasTheNewRoutes) {
  start_and_carry();
  batches_wait_ = true;
  set_carrier("vsat0", false);
  ASSERT_EQ(site_->status(at_).state.active_uplink, "lte");
  run_for(seconds{2});
  EXPECT_EQ(first_link_of_choice(), 2U);
  EXPECT_THAT(all<NudgeTunnel>(), IsEmpty());
  while (all<NudgeTunnel>().empty() && finish_next()) {
  }
  EXPECT_EQ(first_link_of_choice(), 3U);
  batches_wait_ = false;
  finish_batches();
  ASSERT_THAT(all<NudgeTunnel>(), SizeIs(1));
  EXPECT_EQ(all<NudgeTunnel>()[0].ends.hub, *IpEndpoint::parse("198.51.100.7:51820"));
  EXPECT_NE(wanted_link(), 0U) << "the tunnel moves, its flows stay inside";
  EXPECT_EQ(flushes(), 0U);
}

TEST_F(SiteTunnel, AKernelThatNeverAnswersKeepsTheHubWaitingForThreeSeconds) {
  start_and_carry();
  batches_wait_ = true;
  set_carrier("vsat0", false);
  run_for(milliseconds{2'900});
  EXPECT_THAT(all<NudgeTunnel>(), IsEmpty());
  run_for(milliseconds{200});
  EXPECT_THAT(all<NudgeTunnel>(), SizeIs(1));
}

// --- classes ------------------------------------------------------------------------------------------------------

SiteSettings with_classes(SiteSettings settings) {
  ClassSettings health;
  health.id = *ClassId::parse("health");
  health.subnets = {*IpPrefix::parse("10.20.1.0/24")};
  ClassSettings everybody;
  everybody.id = *ClassId::parse("public");
  everybody.metered = MeteredUse::Never;
  settings.uplink.classes = {health, everybody};
  return settings;
}

// The tunnel is on the metered uplink now, and the public may not go there, inside or outside.
TEST_F(SiteTunnel, AClassWithAnotherWayThanTheRoutersOwnStaysOut) {
  boot_with(with_classes(with_tunnel()));
  start_and_carry();
  EXPECT_THAT(chain("class0"), EndsWith("goto intunnel"));
  EXPECT_THAT(chain("class1"), EndsWith("goto intunnel"));
  black_holes_ = {*UplinkId::parse("vsat")};
  run_for(minutes{1});
  ASSERT_EQ(site_->status(at_).state.active_uplink, "lte");
  EXPECT_THAT(chain("class0"), EndsWith("goto intunnel"));
  EXPECT_THAT(chain("class1"), EndsWith("goto over0"));
  EXPECT_EQ(flushes(), 1U);
  black_holes_.clear();
  run_for(minutes{10});
  ASSERT_EQ(site_->status(at_).state.active_uplink, "vsat");
  EXPECT_THAT(chain("class1"), EndsWith("goto intunnel"));
}

TEST_F(SiteTunnel, OnlyTheClassesThatAreNamedGoIn) {
  SiteSettings named = with_classes(with_tunnel());
  named.tunnel->classes = {*ClassId::parse("health")};
  boot_with(named);
  start_and_carry();
  EXPECT_THAT(chain("class0"), EndsWith("goto intunnel"));
  EXPECT_THAT(chain("class1"), EndsWith("goto over0"));
  named.tunnel->classes = {*ClassId::parse("public")};
  reload(named);
  EXPECT_THAT(chain("class0"), EndsWith("goto over0"));
  EXPECT_THAT(chain("class1"), EndsWith("goto intunnel"));
  EXPECT_EQ(flushes(), 1U) << "what the health class had inside begins anew outside";
}

}  // namespace
}  // namespace karkara
