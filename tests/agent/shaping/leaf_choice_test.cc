#include "agent/shaping/leaf_choice.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

constexpr TrafficAbilities kAll{true, true, true, true};
constexpr TrafficAbilities kNoCake{true, true, false, true};
constexpr TrafficAbilities kSmall{true, true, false, true, true};
constexpr TrafficAbilities kBare{true, false, false, true};
constexpr std::uint64_t kMebibyte = 1ULL << 20U;

LeafNeed need(std::uint64_t bits) {
  return {bits / 8, bits / 8, 1518, UplinkKind::Ethernet, false, true};
}

TEST(LeafChoice, TakesTheBestThatTheKernelHasAndTheRouterCanPayFor) {
  EXPECT_EQ(plan_queues(kAll, 64 * kMebibyte, 20).kind, QueueKind::Cake);
  EXPECT_EQ(plan_queues(kAll, 8 * kMebibyte, 20).kind, QueueKind::FqCodel)
      << "20 times CAKE takes 20 MB before a packet";
  EXPECT_EQ(plan_queues(kNoCake, 64 * kMebibyte, 20).kind, QueueKind::FqCodel);
  EXPECT_EQ(plan_queues(kBare, 64 * kMebibyte, 20).kind, QueueKind::Pfifo);
}

TEST(LeafChoice, AllQueuesTogetherStayWithinTheMemory) {
  for (const std::uint64_t memory : {8 * kMebibyte, 64 * kMebibyte}) {
    for (const std::size_t leaves : {5U, 20U, 100U}) {
      const QueuePlan plan = plan_queues(kAll, memory, leaves);
      const std::uint64_t each = plan.memory + (plan.kind == QueueKind::Cake ? kMebibyte : 0);
      EXPECT_LE(each * leaves, memory) << memory << ' ' << leaves;
    }
  }
}

TEST(LeafChoice, OnASlowLinkTheQueueMayBeAPacketLong) {
  const QueuePlan plan = plan_queues(kNoCake, 8 * kMebibyte, 10);
  const auto fast = std::get<FqCodelLeaf>(leaf_for(plan, need(50'000'000)));
  EXPECT_EQ(fast.target, 5000U);
  EXPECT_EQ(fast.interval, 100'000U);
  const auto slow = std::get<FqCodelLeaf>(leaf_for(plan, need(512'000)));
  EXPECT_GE(slow.target, 1518 * 8 * 1'000'000ULL / 512'000) << "a packet takes 24 ms";
  EXPECT_EQ(slow.interval - slow.target, 95'000U);
  EXPECT_EQ(slow.quantum, 300U);
  EXPECT_LE(std::get<FqCodelLeaf>(leaf_for(plan, need(8'000))).target, 100'000U);
}

TEST(LeafChoice, CakeIsFairByTheVillagersOnBothWays) {
  const QueuePlan plan = plan_queues(kAll, 64 * kMebibyte, 10);
  LeafNeed upload = need(2'000'000);
  const auto up = std::get<CakeLeaf>(leaf_for(plan, upload));
  EXPECT_EQ(up.hosts, CakeLeaf::Hosts::Sources);
  EXPECT_TRUE(up.nat);
  upload.to_village = true;
  upload.translated = false;
  const auto down = std::get<CakeLeaf>(leaf_for(plan, upload));
  EXPECT_EQ(down.hosts, CakeLeaf::Hosts::Destinations);
  EXPECT_FALSE(down.nat);
  EXPECT_LE(down.memory_limit, plan.memory);
}

TEST(LeafChoice, ASmallChangeOfTheRateLeavesTheQueueAlone) {
  for (const TrafficAbilities& able : {kAll, kNoCake, kBare}) {
    const QueuePlan plan = plan_queues(able, 64 * kMebibyte, 10);
    EXPECT_EQ(leaf_for(plan, need(3'000'000)), leaf_for(plan, need(3'300'000)));
    EXPECT_NE(leaf_for(plan, need(500'000)), leaf_for(plan, need(30'000'000)));
  }
}

TEST(LeafChoice, WithoutCakeHostsAreTheQueuesOnBothWaysAndTheRoutersOwnFlowsStayApart) {
  const QueuePlan plan = plan_queues(kSmall, 8 * kMebibyte, 20);
  EXPECT_TRUE(plan.by_host);
  LeafNeed of_class = need(2'000'000);
  const auto fair = [&] { return std::get<FqCodelLeaf>(leaf_for(plan, of_class)).fair; };
  EXPECT_EQ(fair(), FairBy::HiddenSenders);
  of_class.translated = false;
  EXPECT_EQ(fair(), FairBy::Senders) << "in the tunnel";
  of_class.to_village = true;
  EXPECT_EQ(fair(), FairBy::Receivers);
  of_class.of_hosts = false;
  EXPECT_EQ(fair(), FairBy::Flows);
}

TEST(LeafChoice, AKernelThatCannotTellHostsApartIsFairByFlows) {
  const QueuePlan plan = plan_queues(kNoCake, 8 * kMebibyte, 20);
  EXPECT_FALSE(plan.by_host);
  EXPECT_EQ(std::get<FqCodelLeaf>(leaf_for(plan, need(2'000'000))).fair, FairBy::Flows);
  EXPECT_TRUE(plan_queues(kAll, 64 * kMebibyte, 20).by_host) << "CAKE needs no filter";
}

// In 256 queues one in five of 50 hosts at work shares its part with another.
TEST(LeafChoice, HostsHaveManyQueuesWhereTheMemoryIsThere) {
  const auto queues = [](std::uint64_t memory, std::size_t leaves) {
    return std::get<FqCodelLeaf>(leaf_for(plan_queues(kSmall, memory, leaves), need(2'000'000))).flows;
  };
  EXPECT_EQ(queues(8 * kMebibyte, 20), 1024U);
  EXPECT_EQ(queues(8 * kMebibyte, 80), 256U);
  for (const std::size_t leaves : {5U, 20U, 80U}) {
    const QueuePlan plan = plan_queues(kSmall, 8 * kMebibyte, leaves);
    const auto leaf = std::get<FqCodelLeaf>(leaf_for(plan, need(2'000'000)));
    EXPECT_LE((plan.memory + leaf.flows * 68ULL) * leaves, 8 * kMebibyte) << leaves;
  }
}

}  // namespace
}  // namespace karkara
