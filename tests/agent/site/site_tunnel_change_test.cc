// The tunnel over a changed configuration and over a restart of the agent.
#include <gmock/gmock.h>

#include "tests/agent/site/tunnel_bench.h"

namespace karkara {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kStateKey = "tunnel-interface";

class SiteTunnelChange : public TunnelBench {};

// --- a changed configuration --------------------------------------------------------------------------------------

TEST_F(SiteTunnelChange, AReloadThatAddsItMakesIt) {
  boot_with(without_tunnel());
  start();
  run_for(seconds{20});
  EXPECT_THAT(all<WantTunnel>(), IsEmpty());
  EXPECT_FALSE(site_->status(at_).state.tunnel);
  reload(with_tunnel());
  EXPECT_THAT(all<Persist>(), Contains(AllOf(Field(&Persist::key, kStateKey), Field(&Persist::bytes, "wg-karkara"))));
  run_for(seconds{1});
  EXPECT_THAT(all<WantTunnel>(), SizeIs(1));
  run_for(seconds{20});
  EXPECT_NE(wanted_link(), 0U);
}

TEST_F(SiteTunnelChange, AReloadWithoutItTakesItAwayAndForgetsItsFlows) {
  start_and_carry();
  batches_wait_ = true;
  reload(without_tunnel());
  EXPECT_EQ(wanted_link(), 0U);
  EXPECT_EQ(flushes(), 0U) << "the kernel's rule is still there";
  batches_wait_ = false;
  finish_batches();
  ASSERT_THAT(all<WithdrawTunnel>(), ElementsAre(WithdrawTunnel{"wg-karkara"}));
  EXPECT_THAT(all<Persist>(), Contains(AllOf(Field(&Persist::key, kStateKey), Field(&Persist::bytes, ""))));
  EXPECT_FALSE(rule_in_kernel());
  EXPECT_EQ(flushes(), 1U);
  run_for(minutes{1});
  EXPECT_THAT(all<WantTunnel>(), IsEmpty());
  EXPECT_THAT(all<WithdrawTunnel>(), SizeIs(1));
}

TEST_F(SiteTunnelChange, ATunnelThatIsTakenAwayLeavesNoAlarmBehind) {
  hub_answers_ = false;
  start();
  run_for(minutes{1});
  ASSERT_TRUE(alarm_is_raised("wg-karkara"));
  reload(without_tunnel());
  EXPECT_FALSE(alarm_is_raised("wg-karkara"));
}

TEST_F(SiteTunnelChange, ANewNameIsANewTunnelThatProvesItselfAnew) {
  start_and_carry();
  reload(with_tunnel("wg-hub"));
  EXPECT_THAT(all<WithdrawTunnel>(), ElementsAre(WithdrawTunnel{"wg-karkara"}));
  EXPECT_EQ(wanted_link(), 0U);
  EXPECT_EQ(flushes(), 1U);
  run_for(seconds{1});
  ASSERT_THAT(all<WantTunnel>(), SizeIs(1));
  EXPECT_EQ(all<WantTunnel>()[0].ends.interface, "wg-hub");
  run_for(seconds{20});
  ASSERT_TRUE(kernel_.link_named("wg-hub"));
  EXPECT_EQ(wanted_link(), kernel_.link_named("wg-hub")->index);
}

// --- a restart ----------------------------------------------------------------------------------------------------

TEST_F(SiteTunnelChange, ARestartLeavesInsideWhatIsInside) {
  start_and_carry();
  kernel_.nft_fingerprint = "";  // by another version: there is a batch to run
  boot_with(with_tunnel(), {{kStateKey, "wg-karkara"}});
  batches_wait_ = true;
  know_anchors();
  give(KernelSeen{kernel_});
  EXPECT_NE(wanted_link(), 0U);
  batches_wait_ = false;
  finish_batches();
  run_for(minutes{1});
  const auto batches = all<RunBatch>();
  ASSERT_FALSE(batches.empty());
  for (const RunBatch& each : batches) {
    for (const NetworkOp& op : each.batch.ops) {
      const auto* rule = std::get_if<RemoveRule>(&op);
      const auto* route = std::get_if<RemoveRoute>(&op);
      const auto* nft = std::get_if<LoadNft>(&op);
      EXPECT_FALSE(rule && rule->rule.mark == kTunnelMark) << describe(op);
      EXPECT_FALSE(route && route->route.table == kTunnelTable) << describe(op);
      EXPECT_TRUE(!nft || nft->ruleset.find("goto intunnel") != std::string::npos) << describe(op);
    }
  }
  EXPECT_EQ(flushes(), 0U);
  EXPECT_THAT(all<WithdrawTunnel>(), IsEmpty());
}

TEST_F(SiteTunnelChange, AnInterfaceThatNobodyConfiguresAnyMoreGoesWithTheNextStart) {
  boot_with(without_tunnel(), {{kStateKey, "wg-karkara"}});
  EXPECT_THAT(all<WithdrawTunnel>(), ElementsAre(WithdrawTunnel{"wg-karkara"}));
  EXPECT_THAT(all<Persist>(), Contains(AllOf(Field(&Persist::key, kStateKey), Field(&Persist::bytes, ""))));
  boot_with(with_tunnel("wg-hub"), {{kStateKey, "wg-karkara"}});
  EXPECT_THAT(all<WithdrawTunnel>(), ElementsAre(WithdrawTunnel{"wg-karkara"}));
}

}  // namespace
}  // namespace karkara
