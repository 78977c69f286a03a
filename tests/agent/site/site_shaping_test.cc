// Shaping as the whole site does it: trees before traffic, rates that follow the link, and what people are told.
#include "agent/reconcile/traffic_steps.h"
#include "tests/agent/site/site_shaping_bench.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

TEST_F(SiteShaping, TheTreeIsThereBeforeTrafficIsSentToTheUplink) {
  see_village();
  bool tree = false;
  bool traffic = false;
  for (const RunBatch& run : all<RunBatch>()) {
    for (const NetworkOp& op : run.batch.ops) {
      const auto* leaf = std::get_if<PutLeaf>(&op);
      tree = tree || (leaf && leaf->link == kVsatLink);
      if (std::holds_alternative<PutRoute>(op) || std::holds_alternative<AddRule>(op)) {
        EXPECT_TRUE(tree) << "before there was a shaper: " << describe(op);
        traffic = true;
      }
    }
  }
  EXPECT_TRUE(traffic);
  EXPECT_TRUE(traffic_settled(site_->wanted_network().traffic, kernel_));
}

TEST_F(SiteShaping, ARestartOfTheAgentChangesNoTree) {
  see_village();
  effects_.clear();
  boot(at_.wall);
  know_anchors();
  give(KernelSeen{kernel_});
  run_for(seconds{20});
  for (const RunBatch& run : all<RunBatch>()) {
    for (const NetworkOp& op : run.batch.ops) {
      EXPECT_FALSE(std::holds_alternative<PutShaperRoot>(op) || std::holds_alternative<PutLeaf>(op) ||
                   std::holds_alternative<RemoveShaperRoot>(op))
          << describe(op);
    }
  }
}

TEST_F(SiteShaping, WhoIsBusyIsCountedOnlyWhileSomebodyLooks) {
  see_village();
  EXPECT_NE(std::find(site_->wanted_network().sysctls.begin(), site_->wanted_network().sysctls.end(),
                      Sysctl{"net/netfilter/nf_conntrack_acct", "1"}),
            site_->wanted_network().sysctls.end());
  effects_.clear();
  EXPECT_TRUE(report().hosts.empty());
  EXPECT_TRUE(all<CountHosts>().empty()) << "a dump takes the loop's time";
  SiteRequest looking = request(RequestKind::TellShaping);
  looking.with_hosts = true;
  const auto told = [&] { return std::get<ShapingReport>(ask(looking).answer); };
  EXPECT_TRUE(told().hosts.empty());
  ASSERT_EQ(all<CountHosts>().size(), 1U);
  EXPECT_EQ(all<CountHosts>()[0].mask, kClassMask);
  const IpAddress host = IpAddress::parse("192.168.77.31").value();
  give(HostsCounted{{{host, 2 * kClassStep, 1'000, 2'000}}, {}});
  run_for(seconds{2});
  give(HostsCounted{{{host, 2 * kClassStep, 1'000, 502'000}}, {}});
  const ShapingReport busy = told();
  ASSERT_EQ(busy.hosts.size(), 1U);
  EXPECT_EQ(busy.hosts[0].address, "192.168.77.31");
  EXPECT_EQ(busy.hosts[0].of_class, "public");
  EXPECT_NEAR(busy.hosts[0].down.value(), 2e6, 1e4);
  EXPECT_TRUE(report().hosts.empty()) << "who does not ask does not pay for it";
}

TEST_F(SiteShaping, TheReportTellsEachClassOfEachDirection) {
  see_village();
  const ShapingReport told = report();
  EXPECT_TRUE(told.enabled);
  EXPECT_EQ(told.leaf, "fq_codel");
  ASSERT_EQ(told.directions.size(), 2U);
  EXPECT_TRUE(told.directions[0].download);
  EXPECT_DOUBLE_EQ(told.directions[0].rate, 2e6);
  ASSERT_EQ(told.directions[0].classes.size(), 4U);
  EXPECT_EQ(told.directions[0].classes[0].id, "control");
  EXPECT_EQ(told.directions[0].classes[1].id, "health");
  EXPECT_NEAR(told.directions[0].classes[1].guarantee, 0.3 * 2e6, 20e3);
  EXPECT_EQ(told.directions[0].classes[3].id, "other");
}

TEST_F(SiteShaping, ARateThatFollowsTheLinkIsChangedInPlace) {
  see_village();
  for (int second = 0; second < 20; ++second) {
    run_for(seconds{1});
    count(250'000, 60'000);
  }
  // Traffic waits in our tree, and answers come in time: more is tried.
  bool tried = false;
  for (const Note& note : all<Note>()) {
    tried = tried || note.id == MessageId::ShapingRate;
  }
  EXPECT_TRUE(tried);
  const std::vector<RunBatch> runs = all<RunBatch>();
  const double rate = report().directions[0].rate;
  EXPECT_GT(rate, 2e6);
  EXPECT_LE(rate, 4e6);
  std::size_t roots = 0;
  for (const RunBatch& run : runs) {
    for (const NetworkOp& op : run.batch.ops) {
      roots += std::holds_alternative<PutShaperRoot>(op) ? 1U : 0U;
      EXPECT_FALSE(std::holds_alternative<RemoveShaperRoot>(op));
    }
  }
  EXPECT_EQ(roots, 2U) << "made once, upload and download, and changed in place since";
}

TEST_F(SiteShaping, ABusyLinkIsAskedMoreOftenAndAnIdleOneIsNot) {
  see_village();
  run_for(minutes{1});
  effects_.clear();
  run_for(seconds{20});
  const std::size_t idle = all<SendEcho>().size();
  for (int second = 0; second < 20; ++second) {
    run_for(seconds{1});
    count(250'000, 60'000);
  }
  effects_.clear();
  for (int second = 0; second < 20; ++second) {
    run_for(seconds{1});
    count(250'000, 60'000);
  }
  EXPECT_GT(all<SendEcho>().size(), idle);
}

TEST_F(SiteShaping, ALoadedLinksCountersAreReadFiveTimesASecond) {
  see_village();
  std::uint64_t packets = 0;
  const auto reads_in = [this, &packets](std::uint64_t bytes) {
    for (int second = 0; second < 10; ++second) {
      FlowCountersRead flows;
      flows.counters.resize(1);
      flows.counters[0].packets = packets += 500;
      give(flows);
      run_for(seconds{1});
      count(bytes, 60'000);
    }
    effects_.clear();
    run_for(milliseconds{300});
    return all<ReadTraffic>().size();
  };
  EXPECT_EQ(reads_in(10'000), 0U) << "a look each second is enough";
  EXPECT_EQ(reads_in(400'000), 1U);
}

TEST_F(SiteShaping, OnlyARateThatAdaptsOverhearsConnections) {
  see_village();
  ASSERT_FALSE(all<WatchRoundTrips>().empty());
  EXPECT_EQ(all<WatchRoundTrips>().back().links, (std::vector<WatchedLink>{{kVsatLink, 0}}))
      << "of 2 Mbit/s all are seen";
  SiteSettings fixed = shaped();
  fixed.shaping.uplinks[0].adaptive = false;
  reload(fixed);
  run_for(seconds{1});
  EXPECT_TRUE(all<WatchRoundTrips>().back().links.empty());
}

TEST_F(SiteShaping, WhatConnectionsTellOfALoadedLinkCutsItsRate) {
  see_village();
  std::uint64_t answers = 0;
  const auto load_for = [&](int fifths, Duration queue) {
    for (int i = 0; i < fifths; ++i) {
      run_for(milliseconds{200});
      if (i % 5 == 0) {
        count(250'000, 60'000);
      }
      give(RoundTripsSeen{kVsatLink, {{1, 1, milliseconds{640} + queue, 6, milliseconds{50}, {}}}});
      ++answers;
    }
  };
  load_for(40, milliseconds{0});
  const double before = report().directions[0].rate;
  EXPECT_THAT(report().directions[0].evidence, testing::Contains("round trips of the village's own connections"));
  effects_.clear();
  load_for(30, milliseconds{400});
  EXPECT_LT(report().directions[0].rate, before);
  EXPECT_LE(all<SendEcho>().size(), 3U) << "nothing is to be asked: connections answer";
}

TEST_F(SiteShaping, ALinkThatWentAwayWhileDeafDoesNotKeepTheLoopBusy) {
  see_village();
  give(RoundTripsUnavailable{kVsatLink, "Network is down"});
  set_carrier("vsat0", false);
  run_for(minutes{3});
  EXPECT_GT(site_->next_deadline(), at_.now);
  set_carrier("vsat0", true);
  effects_.clear();
  run_for(seconds{10});
  ASSERT_FALSE(all<WatchRoundTrips>().empty());
  EXPECT_EQ(all<WatchRoundTrips>().back().links.size(), 1U) << "at once when it is up again";
}

TEST_F(SiteShaping, ALinkThatCannotBeOverheardIsTriedAgainAMinuteLater) {
  see_village();
  give(RoundTripsUnavailable{kVsatLink, "Operation not permitted"});
  EXPECT_THAT(report().directions[0].evidence,
              testing::Contains("its connections cannot be overheard: Operation not permitted"));
  effects_.clear();
  run_for(seconds{50});
  EXPECT_TRUE(all<WatchRoundTrips>().empty());
  run_for(seconds{20});
  ASSERT_EQ(all<WatchRoundTrips>().size(), 1U);
  EXPECT_EQ(all<WatchRoundTrips>().back().links.size(), 1U);
}

TEST_F(SiteShaping, AnotherProgramsQueueingDisciplineStaysAndIsTold) {
  kernel_.traffic.roots.clear();
  KernelSnapshot seen = kernel();
  seen.traffic.abilities = TrafficAbilities{true, true, false, true};
  seen.traffic.roots = {{kVsatLink, "cake", 0x8001, 0}};
  know_anchors();
  give(KernelSeen{seen});
  run_for(seconds{10});
  bool told = false;
  for (const Note& note : all<Note>()) {
    told = told || note.id == MessageId::ShapingOff;
  }
  EXPECT_TRUE(told);
  for (const RunBatch& run : all<RunBatch>()) {
    for (const NetworkOp& op : run.batch.ops) {
      const auto* put = std::get_if<PutShaperRoot>(&op);
      EXPECT_FALSE(put && put->link == kVsatLink);
    }
  }
}

TEST_F(SiteShaping, AKernelWithoutFairQueuesIsTold) {
  see_village({true, false, false, true});
  bool told = false;
  for (const Note& note : all<Note>()) {
    told = told || note.id == MessageId::ShapingDegraded;
  }
  EXPECT_TRUE(told);
  EXPECT_EQ(report().leaf, "pfifo");
}

TEST_F(SiteShaping, AKernelThatCannotTellDevicesApartIsTold) {
  see_village({true, true, false, true});
  std::string lacks;
  for (const Note& note : all<Note>()) {
    for (const auto& [key, value] : note.fields) {
      lacks = note.id == MessageId::ShapingDegraded && key == "lacks" ? value : lacks;
    }
  }
  EXPECT_THAT(lacks, HasSubstr("cls_flow"));
  EXPECT_THAT(report().leaf, HasSubstr("by connection"));
}

TEST_F(SiteShaping, AKernelThatHasAllThatIsNeededIsNotTold) {
  see_village();
  for (const Note& note : all<Note>()) {
    EXPECT_NE(note.id, MessageId::ShapingDegraded);
  }
}

TEST_F(SiteShaping, AClassThatWaitsBelowItsGuaranteeIsToldOnce) {
  see_village();
  std::uint64_t health = 0;
  for (int second = 0; second < 40; ++second) {
    run_for(seconds{1});
    health += 5'000;
    down_ += 100'000;
    TrafficCounted counted;
    counted.counts = {{kDownloads, slot_minor(0), down_ + health, down_ / 1000, 0, 0, 0, {}},
                      {kDownloads, leaf_minor(0, 1), health, health / 1000, 0, 40'000, 40, {}},
                      {kDownloads, leaf_minor(0, 2), down_, down_ / 1000, 0, 0, 0, {}}};
    give(counted);
  }
  std::size_t told = 0;
  for (const Note& note : all<Note>()) {
    told += note.id == MessageId::GuaranteeUnmet ? 1U : 0U;
  }
  EXPECT_EQ(told, 1U);
}

TEST_F(SiteShaping, SwitchedOffItLeavesNothing) {
  see_village();
  SiteSettings off = shaped();
  off.shaping.enabled = false;
  off.uplink.shaped = false;
  reload(off);
  run_for(seconds{20});
  EXPECT_TRUE(kernel_.traffic.classes.empty());
  EXPECT_TRUE(kernel_.traffic.redirects.empty());
  EXPECT_EQ(kernel_.link_named(kDownloadDevice), nullptr);
  EXPECT_THAT(site_->wanted_network().nft_ruleset, Not(HasSubstr("meta priority")));
}

}  // namespace
}  // namespace karkara
