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

// A modem that resets comes back as a new device without queues, and the satellite fails in the same moment.
TEST_F(TrafficTrouble, ASwitchToALinkThatJustCameBackFindsItsTreeInPlace) {
  settle(reconciler_.want(wanted(vsat_, 100'000), now_));
  std::erase_if(kernel_.state.traffic.roots, [this](const SeenRoot& root) { return root.link == lte_; });
  std::erase_if(kernel_.state.traffic.classes, [this](const SeenTraffic::Class& of) { return of.link == lte_; });
  steps_.clear();
  Effects effects = reconciler_.on(kernel_.dump({"net/ipv4/ip_forward"}), now_);
  for (Effect& effect : reconciler_.want(wanted(lte_, 100'000), now_)) {
    effects.push_back(std::move(effect));
  }
  settle(std::move(effects));
  bool leaf = false;
  bool moved = false;
  for (const NetworkOp& op : steps_) {
    const auto* put = std::get_if<PutLeaf>(&op);
    leaf = leaf || (put != nullptr && put->link == lte_);
    const auto* route = std::get_if<PutRoute>(&op);
    moved = moved || (route != nullptr && route->route.link == lte_);
    EXPECT_TRUE(leaf || !moved) << describe(op);
  }
  EXPECT_TRUE(moved);
  EXPECT_TRUE(reconciler_.unshaped(wanted(lte_, 100'000).traffic).empty());
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

// The spare link's tree is refused for good: the link in use still has its own before traffic moves to it.
TEST_F(TrafficTrouble, OneLinksRefusalTakesNothingFromTheOthers) {
  kernel_.refuse_always = [this](const NetworkOp& op) {
    const auto* leaf = std::get_if<PutLeaf>(&op);
    return leaf != nullptr && leaf->link == vsat_;
  };
  settle(reconciler_.want(wanted(vsat_, 100'000), now_));
  wait(seconds{30});
  steps_.clear();
  settle(reconciler_.want(wanted(lte_, 200'000), now_));
  ASSERT_FALSE(steps_.empty());
  for (const NetworkOp& op : steps_) {
    if (std::holds_alternative<PutRoute>(op)) {
      break;
    }
    EXPECT_TRUE(is_traffic(op)) << describe(op);
    EXPECT_EQ(traffic_link(op, kernel_.state), lte_) << describe(op);
  }
  EXPECT_TRUE(is_traffic(steps_.front()));
}

TEST_F(TrafficTrouble, ARefusalIsToldUntilItWorks) {
  kernel_.refuse_always = [this](const NetworkOp& op) {
    const auto* leaf = std::get_if<PutLeaf>(&op);
    const auto* root = std::get_if<PutShaperRoot>(&op);
    return (leaf != nullptr && leaf->link == vsat_) || (root != nullptr && root->link == lte_);
  };
  settle(reconciler_.want(wanted(vsat_, 100'000), now_));
  wait(seconds{2});
  const auto refused = reconciler_.refused_shaping();
  ASSERT_EQ(refused.size(), 2U);
  EXPECT_EQ(refused[0].link, vsat_);
  EXPECT_TRUE(refused[0].leaf);
  EXPECT_EQ(refused[1].link, lte_);
  EXPECT_FALSE(refused[1].why.empty());
  EXPECT_EQ(reconciler_.unshaped(wanted(vsat_, 100'000).traffic), (std::vector<UnshapedLink>{{lte_, lte_, ""}}))
      << "a tree without leaves shapes";
  kernel_.refuse_always = nullptr;
  wait(seconds{30});
  EXPECT_TRUE(reconciler_.refused_shaping().empty());
  EXPECT_TRUE(reconciler_.unshaped(wanted(vsat_, 100'000).traffic).empty());
}

// Each second another rate, so that no step is the same as one that failed before.
TEST_F(TrafficTrouble, ARefusedRateIsToldHoweverOftenItChanges) {
  settle(reconciler_.want(wanted(vsat_, 100'000), now_));
  kernel_.refuse_always = [this](const NetworkOp& op) {
    const auto* put = std::get_if<PutShaperClass>(&op);
    return put != nullptr && put->link == vsat_;
  };
  for (std::uint64_t second = 1; second <= 8; ++second) {
    settle(reconciler_.want(wanted(vsat_, 100'000 + second * 1'000), now_));
    wait(seconds{1});
  }
  ASSERT_EQ(reconciler_.refused_shaping().size(), 1U);
  EXPECT_EQ(reconciler_.refused_shaping()[0].link, vsat_);
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
