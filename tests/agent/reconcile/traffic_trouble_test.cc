// A kernel that refuses shaping for good must cost the village's way out nothing.
#include <gtest/gtest.h>

#include "agent/reconcile/reconciler.h"
#include "agent/reconcile/traffic_steps.h"
#include "tests/fakes/fake_kernel.h"
#include "tests/support/wanted_network.h"
#include "tests/support/wanted_traffic.h"

namespace karkara {
namespace {

using std::chrono::seconds;

class TrafficTrouble : public testing::Test {
 protected:
  TrafficTrouble() {
    vsat_ = kernel_.add_link("vsat0");
    lte_ = kernel_.add_link("wwan0");
    kernel_.state.sysctls = {{"net/ipv4/ip_forward", "1"}};
    kernel_.state.traffic.abilities = TrafficAbilities{true, true, false, true};
  }

  [[nodiscard]] WantedNetwork wanted(std::uint32_t first, std::uint64_t rate) const {
    WantedNetwork network;
    network.sysctls = {{"net/ipv4/ip_forward", "1"}};
    network.nft_ruleset = small_ruleset("postrouting");
    network.routes = {default_route(kChoiceTable, 100, first, first == vsat_ ? "10.1.0.1" : "10.64.0.1")};
    network.rules = {rule_to(10'100, kChoiceTable)};
    network.traffic.shapers = {tree(vsat_, {0}, rate, 2), tree(lte_, {1}, rate, 2)};
    return network;
  }

  // Carries everything out at once; dumps only when 'dumps' says so. Keeps the steps in their order.
  void settle(Effects effects, bool dumps = true) {
    while (!effects.empty()) {
      const Effect effect = effects.front();
      effects.erase(effects.begin());
      Effects more;
      if (const auto* run = std::get_if<RunBatch>(&effect)) {
        steps_.insert(steps_.end(), run->batch.ops.begin(), run->batch.ops.end());
        more = reconciler_.on(kernel_.run(run->batch), now_);
      } else if (const auto* request = std::get_if<RequestDump>(&effect)) {
        ++dumps_;
        if (dumps) {
          more = reconciler_.on(kernel_.dump(request->sysctls), now_);
        }
      }
      effects.insert(effects.end(), more.begin(), more.end());
    }
  }

  void wait(Duration time) {
    const Instant end = now_ + time;
    while (reconciler_.next_deadline() <= end) {
      now_ = std::max(now_, reconciler_.next_deadline());
      settle(reconciler_.tick(now_));
      ASSERT_GT(reconciler_.next_deadline(), now_) << "the loop would spin";
    }
    now_ = end;
  }

  FakeKernel kernel_;
  Reconciler reconciler_;
  Instant now_{seconds{100}};
  std::uint32_t vsat_ = 0;
  std::uint32_t lte_ = 0;
  std::vector<NetworkOp> steps_;
  unsigned dumps_ = 0;
};

TEST_F(TrafficTrouble, ShapersComeFirstAsLongAsTheyWork) {
  settle(reconciler_.want(wanted(vsat_, 100'000), now_));
  std::optional<std::size_t> last_leaf;
  std::optional<std::size_t> first_route;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    last_leaf = std::holds_alternative<PutLeaf>(steps_[i]) ? i : last_leaf;
    first_route = !first_route && std::holds_alternative<PutRoute>(steps_[i]) ? i : first_route;
  }
  ASSERT_TRUE(last_leaf && first_route);
  EXPECT_LT(*last_leaf, *first_route);
}

TEST_F(TrafficTrouble, AFailoverDoesNotWaitForStepsOfShapingThatAreRefused) {
  kernel_.refuse_always = [](const NetworkOp& op) { return std::holds_alternative<PutLeaf>(op); };
  settle(reconciler_.want(wanted(vsat_, 100'000), now_));
  wait(seconds{30});
  EXPECT_TRUE(reconciler_.settled()) << "routes, rules and nft are as they should be";
  steps_.clear();
  // Another rate, so that none of these steps has failed before, and another way out. No dump is answered.
  settle(reconciler_.want(wanted(lte_, 200'000), now_), false);
  ASSERT_FALSE(steps_.empty());
  EXPECT_TRUE(std::holds_alternative<PutRoute>(steps_.front())) << describe(steps_.front());
}

TEST_F(TrafficTrouble, WhenItWorksAgainShapersComeFirstAgain) {
  kernel_.refuse_always = [](const NetworkOp& op) { return std::holds_alternative<PutLeaf>(op); };
  settle(reconciler_.want(wanted(vsat_, 100'000), now_));
  kernel_.refuse_always = nullptr;
  wait(seconds{60});
  EXPECT_TRUE(traffic_settled(wanted(vsat_, 100'000).traffic, kernel_.state));
  steps_.clear();
  settle(reconciler_.want(wanted(lte_, 200'000), now_));
  EXPECT_TRUE(is_traffic(steps_.front())) << describe(steps_.front());
}

TEST_F(TrafficTrouble, ARateThatFollowsItsLinkCostsNoDump) {
  settle(reconciler_.want(wanted(vsat_, 100'000), now_));
  wait(seconds{1});
  dumps_ = 0;
  for (std::uint64_t rate = 101'000; rate < 110'000; rate += 1'000) {
    settle(reconciler_.want(wanted(vsat_, rate), now_));
    EXPECT_TRUE(reconciler_.settled());
  }
  EXPECT_EQ(dumps_, 0U);
}

TEST_F(TrafficTrouble, WhatCouldNotBeReadIsNotTouched) {
  kernel_.add_link(std::string{kDownloadDevice});
  kernel_.state.traffic.unread = true;
  settle(reconciler_.want(WantedNetwork{}, now_));
  for (const NetworkOp& op : steps_) {
    EXPECT_FALSE(is_traffic(op)) << describe(op);
  }
}

}  // namespace
}  // namespace karkara
