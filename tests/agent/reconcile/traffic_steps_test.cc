#include "agent/reconcile/traffic_steps.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "agent/reconcile/ownership.h"
#include "agent/reconcile/plan.h"
#include "agent/reconcile/reconciler.h"
#include "tests/fakes/fake_kernel.h"
#include "tests/support/wanted_network.h"
#include "tests/support/wanted_traffic.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;

class TrafficSteps : public testing::Test {
 protected:
  TrafficSteps() {
    lan_ = kernel_.add_link("br-lan");
    vsat_ = kernel_.add_link("vsat0");
    lte_ = kernel_.add_link("wwan0");
  }

  [[nodiscard]] WantedTraffic village(std::uint64_t rate = 250'000, std::uint16_t classes = 3) const {
    WantedTraffic wanted;
    wanted.download_device = true;
    wanted.shapers = {tree(vsat_, {0}, rate, classes), tree(lte_, {1}, rate, classes),
                      tree(kDownloadLink, {0, 1}, rate, classes)};
    wanted.redirects = {{lan_, kDownloadLink}};
    return wanted;
  }

  // As Reconciler does it, with a fresh look before each batch.
  std::vector<std::vector<NetworkOp>> settle(const WantedNetwork& wanted) {
    const WantedNetwork target = canonical(wanted);
    std::vector<std::vector<NetworkOp>> batches;
    for (int round = 0; round < 40; ++round) {
      auto ops = next_steps(target, kernel_.state, [](const NetworkOp&) { return false; });
      if (ops.empty()) {
        return batches;
      }
      const BatchDone done = kernel_.run({1, ops});
      EXPECT_TRUE(done.status.ok()) << done.status.error().text;
      batches.push_back(std::move(ops));
    }
    ADD_FAILURE() << "does not come to rest";
    return batches;
  }
  std::vector<std::vector<NetworkOp>> settle(const WantedTraffic& wanted) {
    WantedNetwork network;
    network.traffic = wanted;
    return settle(network);
  }
  [[nodiscard]] std::uint32_t download() const {
    const Link* device = kernel_.state.link_named(kDownloadDevice);
    return device == nullptr ? 0 : device->index;
  }

  FakeKernel kernel_;
  std::uint32_t lan_ = 0;
  std::uint32_t vsat_ = 0;
  std::uint32_t lte_ = 0;
};

TEST_F(TrafficSteps, TheDeviceComesBeforeRootsClassesLeavesAndRedirects) {
  const auto batches = settle(village());
  ASSERT_EQ(batches.size(), 5U);
  EXPECT_TRUE(std::holds_alternative<AddDownloadDevice>(batches[0][0]));
  EXPECT_TRUE(std::holds_alternative<PutShaperRoot>(batches[1][0]));
  EXPECT_TRUE(std::holds_alternative<PutShaperClass>(batches[2][0]));
  EXPECT_TRUE(std::holds_alternative<PutLeaf>(batches[3][0]));
  EXPECT_EQ(batches[4], (std::vector<NetworkOp>{PutRedirect{{lan_, download()}}}));
  EXPECT_TRUE(traffic_settled(village(), kernel_.state));
}

TEST_F(TrafficSteps, ShapersAreInPlaceBeforeAnythingBringsTrafficToThem) {
  WantedNetwork wanted;
  wanted.traffic = village();
  wanted.routes = {default_route(kChoiceTable, 100, vsat_, "10.1.0.1")};
  wanted.rules = {rule_to(10'100, kChoiceTable)};
  wanted.nft_ruleset = small_ruleset("a");
  kernel_.state.nft_fingerprint = "older";
  const auto batches = settle(wanted);
  ASSERT_EQ(batches.size(), 8U);
  EXPECT_TRUE(std::holds_alternative<PutRedirect>(batches[4][0]));
  EXPECT_TRUE(std::holds_alternative<PutRoute>(batches[5][0]));
  EXPECT_TRUE(std::holds_alternative<LoadNft>(batches[7][0]));
}

TEST_F(TrafficSteps, ThePlanOnPaperNeedsNoKernel) {
  WantedNetwork wanted;
  wanted.traffic = village();
  EXPECT_EQ(plan(wanted, kernel_.state).size(), 5U);
}

TEST_F(TrafficSteps, WhatFitsIsAdopted) {
  settle(village());
  EXPECT_TRUE(settle(village()).empty());
}

TEST_F(TrafficSteps, AnotherRateChangesClassesInPlaceAndNothingElse) {
  settle(village());
  const auto batches = settle(village(500'000));
  ASSERT_EQ(batches.size(), 1U);
  EXPECT_EQ(batches[0].size(), 20U);
  EXPECT_TRUE(std::all_of(batches[0].begin(), batches[0].end(),
                          [](const NetworkOp& op) { return std::holds_alternative<PutShaperClass>(op); }));
}

TEST_F(TrafficSteps, AnotherHeaderChangesTheRootInPlaceAndNothingElse) {
  WantedTraffic wanted = village();
  settle(wanted);
  wanted.shapers[2].header = 14;
  EXPECT_FALSE(traffic_settled(wanted, kernel_.state));
  EXPECT_EQ(settle(wanted), (std::vector<std::vector<NetworkOp>>{{PutShaperRoot{download(), kLocalMinor, 14}}}));
  EXPECT_TRUE(traffic_settled(wanted, kernel_.state));
  EXPECT_EQ(settle(wanted), std::vector<std::vector<NetworkOp>>{});
}

TEST_F(TrafficSteps, AQueueBecomesOneOfHostsInPlace) {
  WantedTraffic wanted = village();
  settle(wanted);
  auto& leaf = std::get<FqCodelLeaf>(*wanted.shapers[0].classes[1].content.leaf);
  leaf.fair = FairBy::HiddenSenders;
  EXPECT_EQ(settle(wanted), (std::vector<std::vector<NetworkOp>>{{PutLeaf{vsat_, leaf_minor(0, 0), leaf, false}}}));
}

TEST_F(TrafficSteps, ANewClassComesInPlaceAndAnOldOneGoesLast) {
  settle(village());
  const auto more = settle(village(250'000, 4));
  ASSERT_EQ(more.size(), 2U);
  EXPECT_EQ(more[0].size(), 4U);
  const auto fewer = settle(village());
  ASSERT_EQ(fewer.size(), 1U);
  EXPECT_EQ(fewer[0].size(), 4U);
  EXPECT_TRUE(std::holds_alternative<RemoveShaperClass>(fewer[0][0]));
}

TEST_F(TrafficSteps, AQueueOfAnotherKindTakesThePlaceAndOneOfTheSameIsChanged) {
  WantedTraffic wanted = village();
  settle(wanted);
  Leaf& leaf = *wanted.shapers[0].classes[1].content.leaf;
  FqCodelLeaf longer = kQueue;
  longer.memory_limit *= 2;
  leaf = longer;
  EXPECT_EQ(settle(wanted),
            (std::vector<std::vector<NetworkOp>>{{PutLeaf{
                vsat_, leaf_minor(0, 0), canonical(wanted).shapers[0].classes[1].content.leaf.value(), false}}}));
  leaf = CakeLeaf{CakeLeaf::Hosts::Sources, true, 100'000, 65'536};
  const auto batches = settle(wanted);
  ASSERT_EQ(batches.size(), 1U);
  EXPECT_TRUE(std::get<PutLeaf>(batches[0][0]).replace);
}

TEST_F(TrafficSteps, AnothersRootStaysAndIsTold) {
  kernel_.state.traffic.roots = {{vsat_, "cake", 0x8001, 0}, {lte_, "fq_codel", 0, 0}};
  settle(village());
  EXPECT_EQ(kernel_.state.traffic.roots[0], (SeenRoot{vsat_, "cake", 0x8001, 0}));
  EXPECT_EQ(unshaped_links(village(), kernel_.state), (std::vector<UnshapedLink>{{vsat_, vsat_, "cake"}}));
  const auto& roots = kernel_.state.traffic.roots;
  EXPECT_TRUE(std::any_of(roots.begin(), roots.end(), [&](const SeenRoot& root) {
    return root.link == lte_ && root.major == kShaperMajor;
  })) << "the kernel's own default may be replaced";
  settle(WantedTraffic{});
  EXPECT_EQ(kernel_.state.traffic.roots, (std::vector<SeenRoot>{{vsat_, "cake", 0x8001, 0}}));
}

TEST_F(TrafficSteps, WantingNothingTakesAllOfOursAwayTheRedirectFirst) {
  settle(village());
  const auto batches = settle(WantedTraffic{});
  ASSERT_EQ(batches.size(), 3U);
  EXPECT_EQ(batches[0], (std::vector<NetworkOp>{RemoveRedirect{lan_, true}}));
  EXPECT_TRUE(std::holds_alternative<RemoveShaperRoot>(batches[1][0]));
  EXPECT_TRUE(std::holds_alternative<RemoveDownloadDevice>(batches[2][0]));
  EXPECT_EQ(kernel_.state.traffic, SeenTraffic{});
  EXPECT_EQ(kernel_.state.link_named(kDownloadDevice), nullptr);
}

TEST_F(TrafficSteps, WhileARedirectCannotBeRemovedItsDeviceStaysWhole) {
  settle(village());
  const auto stuck = [](const NetworkOp& op) { return std::holds_alternative<RemoveRedirect>(op); };
  for (const NetworkOp& op : next_steps({}, kernel_.state, stuck)) {
    EXPECT_FALSE(std::holds_alternative<RemoveDownloadDevice>(op));
    EXPECT_NE(op, NetworkOp{RemoveShaperRoot{download()}});
    apply(op, kernel_.state);
  }
  EXPECT_TRUE(next_steps({}, kernel_.state, stuck).empty());
}

TEST_F(TrafficSteps, AClsactWithAnothersFilterStays) {
  settle(village());
  kernel_.state.traffic.busy_clsacts = {lan_};
  settle(WantedTraffic{});
  EXPECT_EQ(kernel_.state.traffic.clsacts, (std::vector<std::uint32_t>{lan_}));
}

// sqm-scripts or collectd: a filter of ours would hang where the village's uploads come in.
TEST_F(TrafficSteps, AnothersIngressLetsNoRedirectThereAndTakesAwayOneThatIs) {
  kernel_.state.traffic.busy_clsacts = {lan_};
  settle(village());
  EXPECT_TRUE(kernel_.state.traffic.redirects.empty());
  EXPECT_EQ(unshaped_links(village(), kernel_.state), (std::vector<UnshapedLink>{{kDownloadLink, lan_, "ingress"}}));
  kernel_.state.traffic.redirects = {{lan_, download()}};
  EXPECT_EQ(settle(village()), (std::vector<std::vector<NetworkOp>>{{RemoveRedirect{lan_, false}}}));
  kernel_.state.traffic.redirects = {{lan_, download()}};
  const auto batches = settle(WantedTraffic{});
  ASSERT_FALSE(batches.empty());
  EXPECT_EQ(batches[0], (std::vector<NetworkOp>{RemoveRedirect{lan_, false}})) << "before the device that it leads to";
  EXPECT_EQ(kernel_.state.link_named(kDownloadDevice), nullptr);
}

TEST_F(TrafficSteps, WhatIsNotInPlaceIsNamed) {
  EXPECT_EQ(unshaped_links(village(), kernel_.state),
            (std::vector<UnshapedLink>{
                {vsat_, vsat_, ""}, {lte_, lte_, ""}, {kDownloadLink, kDownloadLink, ""}, {kDownloadLink, lan_, ""}}));
  settle(village());
  EXPECT_TRUE(unshaped_links(village(), kernel_.state).empty());
  std::erase_if(kernel_.state.traffic.roots, [&](const SeenRoot& root) { return root.link == download(); });
  kernel_.state.traffic.roots.push_back({download(), "tbf", 0x8001, 0});
  EXPECT_EQ(unshaped_links(village(), kernel_.state),
            (std::vector<UnshapedLink>{{kDownloadLink, kDownloadLink, "tbf"}}));
}

TEST_F(TrafficSteps, NothingIsTouchedWhileNothingIsKnown) {
  settle(village());
  WantedTraffic unknown;
  unknown.undecided = true;
  EXPECT_TRUE(settle(unknown).empty());
  EXPECT_FALSE(traffic_settled(unknown, kernel_.state));
}

TEST_F(TrafficSteps, LinksThatAreNotThereWait) {
  WantedTraffic wanted = village();
  wanted.shapers.push_back(tree(77, {2}, 250'000, 3));
  wanted.redirects.push_back({78, kDownloadLink});
  settle(wanted);
  EXPECT_EQ(kernel_.state.traffic.redirects.size(), 1U);
}

// Through a device that is gone or down nothing passes: the village would be cut off.
TEST_F(TrafficSteps, ARedirectIntoNowhereIsTheFirstThingToGo) {
  settle(village());
  apply_traffic(RemoveDownloadDevice{download()}, kernel_.state);
  const auto batches = settle(village());
  EXPECT_EQ(batches[0], (std::vector<NetworkOp>{RemoveRedirect{lan_, false}}));
  EXPECT_EQ(kernel_.state.traffic.redirects, (std::vector<Redirect>{{lan_, download()}}));
  kernel_.set_up(download(), false);
  EXPECT_EQ(settle(village()), (std::vector<std::vector<NetworkOp>>{{SetLinkUp{download()}}}));
}

TEST_F(TrafficSteps, ATreeOfAnotherShapeIsMadeAnewWithTheTrafficLedAroundIt) {
  settle(village());
  for (SeenRoot& root : kernel_.state.traffic.roots) {
    root.default_minor = 9;
  }
  const auto batches = settle(village());
  EXPECT_EQ(batches[0], (std::vector<NetworkOp>{RemoveRedirect{lan_, false}}));
  EXPECT_TRUE(std::holds_alternative<RemoveShaperRoot>(batches[1][0]));
  EXPECT_TRUE(std::holds_alternative<PutRedirect>(batches.back()[0]));
}

// The reconciler does not know the new device's number before it has looked again.
TEST_F(TrafficSteps, TheReconcilerLooksForTheNewDeviceBeforeItGoesOn) {
  Reconciler reconciler;
  WantedNetwork wanted;
  wanted.traffic = village();
  wanted.routes = {default_route(kChoiceTable, 100, vsat_, "10.1.0.1")};
  Instant now{1h};
  Effects effects = reconciler.want(wanted, now);
  std::vector<std::string> course;
  for (int i = 0; i < 60 && !effects.empty(); ++i) {
    Effects next;
    for (const Effect& effect : effects) {
      now = now + Duration{1ms};
      if (const auto* dump = std::get_if<RequestDump>(&effect)) {
        EXPECT_TRUE(dump->traffic);
        course.emplace_back("look");
        for (const Effect& more : reconciler.on(kernel_.dump({}), now)) {
          next.push_back(more);
        }
      } else if (const auto* run = std::get_if<RunBatch>(&effect)) {
        course.push_back(describe(run->batch.ops[0]).substr(0, 8));
        const BatchDone done = kernel_.run(run->batch);
        EXPECT_TRUE(done.status.ok()) << done.status.error().text;
        for (const Effect& more : reconciler.on(done, now)) {
          next.push_back(more);
        }
      }
    }
    effects = std::move(next);
  }
  EXPECT_TRUE(reconciler.settled());
  EXPECT_TRUE(traffic_settled(village(), kernel_.state));
  const std::vector<std::string> expected{"look",     "link add", "look",     "qdisc re", "class ch",
                                          "qdisc ch", "filter r", "route re", "look"};
  EXPECT_EQ(course, expected);
}

}  // namespace
}  // namespace karkara
