// Downloads through the device on the real kernel, what it can do, and how the adapter notices others' changes.
#include <gmock/gmock.h>

#include <cmath>

#include "agent/io/traffic_abilities.h"
#include "tests/agent/io/traffic_bench.h"
#include "tests/support/live_network.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class TrafficRedirectTest : public TrafficTest {
 protected:
  // The index of what it made.
  std::uint32_t redirect() {
    must({AddDownloadDevice{}});
    const std::uint32_t through = if_nametoindex(std::string{kDownloadDevice}.c_str());
    must({PutRedirect{{lan_, through}}});
    return through;
  }
};

TEST_F(TrafficRedirectTest, WhatGoesOutToTheVillageIsShapedByTheDevice) {
  const std::uint32_t through = redirect();
  must(narrow(through, 64'000, 1000, {24, 0}));
  EXPECT_THAT(dump().redirects, ElementsAre(Redirect{lan_, through}));
  EXPECT_THAT(dump().busy_clsacts, IsEmpty());
  FrameLine line{"lan0", "user0"};
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(line.send(shaper_class_id(33), 1000));
  }
  const auto arrivals = line.take(100, 10s);
  ASSERT_EQ(arrivals.size(), 100U);
  // The first few are the burst.
  EXPECT_NEAR(rate_of({arrivals.begin() + 5, arrivals.end()}, 24), 64'000, 0.03 * 64'000);
  EXPECT_EQ(count_of(through, 33).packets, 100U);
}

// As on the masts' interface: what goes to their network is led away, and nothing else.
TEST_F(TrafficRedirectTest, WhatGoesToOneNetworkAloneIsLedThroughTheDevice) {
  must({AddDownloadDevice{}});
  const std::uint32_t through = if_nametoindex("ifb-karkara");
  must(narrow(through, 1'000'000));
  run("ip addr add 100.124.0.1/14 dev lan0; ip addr add 10.9.0.1/24 dev lan0; ip route add default dev lan0;"
      "for to in 100.124.0.2 100.127.255.254 10.9.0.2 100.128.0.1 203.0.113.1; do"
      " ip neigh add $to lladdr 02:00:00:00:00:01 dev lan0; done");
  const Redirect masts{lan_, through, IpPrefix::parse("100.124.0.0/14")};
  must({PutRedirect{masts}});
  EXPECT_THAT(dump().redirects, ElementsAre(masts));
  EXPECT_THAT(dump().busy_clsacts, IsEmpty());
  run("for to in 100.124.0.2 100.127.255.254 10.9.0.2 100.128.0.1 203.0.113.1; do"
      " ping -c 1 -W 0.05 $to >/dev/null || true; done");
  EXPECT_EQ(count_of(through, 33).packets, 2U);
  must({PutRedirect{{lan_, through, IpPrefix::parse("10.9.0.0/24")}}});
  EXPECT_THAT(dump().redirects, ElementsAre(Redirect{lan_, through, IpPrefix::parse("10.9.0.0/24")}));
  must({PutRedirect{{lan_, through}}});
  EXPECT_THAT(dump().redirects, ElementsAre(Redirect{lan_, through})) << "all of it";
  must({RemoveRedirect{lan_, true}});
  EXPECT_THAT(dump().clsacts, IsEmpty());
}

TEST_F(TrafficRedirectTest, PrioritiesOfOursChooseTheClassAndOthersTheDefault) {
  const std::uint32_t through = redirect();
  must(narrow(through, 1'000'000));
  must({PutShaperClass{through, {}, class_of(34, 0, 1'000'000, 1'000'000)}});
  FrameLine line{"lan0", "user0"};
  for (const std::uint32_t priority : {shaper_class_id(34), shaper_class_id(34), shaper_class_id(77), 0U, 6U}) {
    ASSERT_TRUE(line.send(priority, 200));
  }
  EXPECT_EQ(line.take(5, 5s).size(), 5U);
  EXPECT_EQ(count_of(through, 34).packets, 2U);
  EXPECT_EQ(count_of(through, 34).bytes, 400U);
  EXPECT_EQ(count_of(through, 33).packets, 3U);
}

TEST_F(TrafficRedirectTest, AFullLeafCountsItsDrops) {
  must(narrow(up_, 1'000, 10));
  FrameLine line{"up0", "isp0"};
  for (int i = 0; i < 50; ++i) {
    line.send(shaper_class_id(33), 1000);
  }
  const ShaperCount count = count_of(up_, 33);
  EXPECT_EQ(count.drops + count.packets + count.queued, 50U);
  EXPECT_EQ(count.queued, 10U);
  EXPECT_EQ(count.backlog, 10'000U);
  EXPECT_FALSE(count.delay) << "a pfifo tells none";
}

TEST_F(TrafficRedirectTest, TheDeviceIsSetUpAgainAndTwiceIsOnce) {
  must({AddDownloadDevice{}, AddDownloadDevice{}});
  run("ip link set ifb-karkara down");
  must({AddDownloadDevice{}});
  EXPECT_THAT(printed("ip -o link show ifb-karkara"), testing::AllOf(HasSubstr(",UP"), HasSubstr("qlen 1000")));
}

TEST_F(TrafficRedirectTest, FiltersOfOthersMakeAClsactBusyAndStay) {
  const std::uint32_t through = redirect();
  run("tc filter add dev lan0 ingress pref 10 protocol ip u32 match u32 0 0 action mirred egress redirect dev up0");
  EXPECT_THAT(dump().redirects, ElementsAre(Redirect{lan_, through}));
  EXPECT_THAT(dump().busy_clsacts, ElementsAre(lan_));
  must({RemoveRedirect{lan_, false}});
  EXPECT_THAT(dump().redirects, IsEmpty());
  EXPECT_THAT(dump().clsacts, ElementsAre(lan_));
  EXPECT_THAT(printed("tc filter show dev lan0 ingress"), HasSubstr("pref 10"));
  run("tc filter add dev lan0 egress pref 11 protocol ip u32 match u32 0 0 action mirred egress redirect dev up0");
  run("tc filter del dev lan0 ingress pref 10");
  EXPECT_THAT(dump().busy_clsacts, ElementsAre(lan_)) << "on the way out too";
  EXPECT_THAT(dump().redirects, IsEmpty());
}

// The kernel takes a filter for the way out there and hangs it where packets come in.
TEST_F(TrafficRedirectTest, AnothersIngressIsLeftAloneAndWhatComesInIsNotLedAstray) {
  must({AddDownloadDevice{}});
  const std::uint32_t through = if_nametoindex("ifb-karkara");
  run("tc qdisc add dev lan0 ingress");
  const Status refused = put({PutRedirect{{lan_, through}}});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::AlreadyExists);
  EXPECT_THAT(refused.error().text, HasSubstr("ingress"));
  EXPECT_EQ(printed("tc filter show dev lan0 ingress"), "");
  EXPECT_THAT(dump().busy_clsacts, ElementsAre(lan_));
  EXPECT_THAT(dump().clsacts, IsEmpty());
  EXPECT_THAT(dump().redirects, IsEmpty());
}

TEST_F(TrafficRedirectTest, AFilterOfOursOnAnIngressIsSeenAndTakenAway) {
  must({AddDownloadDevice{}});
  const std::uint32_t through = if_nametoindex("ifb-karkara");
  run("tc qdisc add dev lan0 ingress;"
      "tc filter add dev lan0 ingress pref 27392 handle 800::6b protocol all u32 match u32 0 0"
      " action mirred egress redirect dev ifb-karkara");
  EXPECT_THAT(dump().redirects, ElementsAre(Redirect{lan_, through}));
  must({RemoveRedirect{lan_, false}});
  EXPECT_THAT(dump().redirects, IsEmpty());
  EXPECT_EQ(printed("tc filter show dev lan0 ingress"), "");
  EXPECT_THAT(printed("tc qdisc show dev lan0"), HasSubstr("ingress")) << "which is not ours";
}

TEST_F(TrafficRedirectTest, ADeviceThatWentIsSeenAndRedirectedAnew) {
  redirect();
  run("ip link del ifb-karkara");
  EXPECT_THAT(dump().redirects, ElementsAre(Redirect{lan_, 0}));
  const std::uint32_t through = redirect();
  EXPECT_THAT(dump().redirects, ElementsAre(Redirect{lan_, through}));
}

TEST_F(TrafficRedirectTest, AllIsRemovedAndAMissingOneIsNoError) {
  const std::uint32_t through = redirect();
  must(narrow(through, 64'000));
  const std::vector<TrafficOp> removal{RemoveRedirect{lan_, true}, RemoveShaperRoot{through},
                                       RemoveDownloadDevice{through}};
  must(removal);
  const auto seen = dump();
  EXPECT_THAT(seen.redirects, IsEmpty());
  EXPECT_THAT(seen.clsacts, IsEmpty());
  EXPECT_THAT(seen.classes, IsEmpty());
  EXPECT_EQ(if_nametoindex("ifb-karkara"), 0U);
  must(removal);
}

// tc(8) tries the same, so that a kernel with more modules is a test too.
TEST_F(TrafficRedirectTest, WhatTheKernelCanDoIsWhatTcCanDoOnIt) {
  const auto found = try_traffic_abilities();
  ASSERT_TRUE(found.ok()) << found.error().text;
  const auto works = [](const std::string& command) { return printed(command + " 2>&1; echo =$?").ends_with("=0\n"); };
  EXPECT_EQ(found->htb, works("tc qdisc add dev up0 root handle 1: htb"));
  EXPECT_EQ(found->fq_codel, works("tc qdisc add dev isp0 root fq_codel"));
  EXPECT_EQ(found->cake, works("tc qdisc add dev lan0 root cake"));
  EXPECT_EQ(found->redirect, works("ip link add ifb9 type ifb && tc qdisc add dev user0 clsact"));
  EXPECT_EQ(found->by_network, found->redirect && works("tc filter add dev user0 egress u32 match ip dst 10.0.0.0/8"));
  EXPECT_EQ(if_nametoindex("karkara-try"), 0U);
  EXPECT_TRUE(try_traffic_abilities().ok()) << "and again";
}

TEST_F(TrafficRedirectTest, WithoutRightsNothingIsFoundOut) {
  EXPECT_EQ(code_as_nobody(
                [] {
                  const auto found = try_traffic_abilities();
                  return found ? Status{} : Status{found.error()};
                },
                "permitted"),
            static_cast<int>(ErrorCode::PermissionDenied));
}

// The adapter, as the agent runs it.
class TrafficAdapterTest : public TrafficTest {
 protected:
  void SetUp() override {
    TrafficTest::SetUp();
    if (sandbox_) {
      auto opened = NetlinkAdapter::open(io_, [this](Event event) { take(std::move(event)); });
      ASSERT_TRUE(opened.ok()) << opened.error().text;
      adapter_ = std::move(*opened);
      ASSERT_TRUE(next_dump());
      settle();
    }
  }
  void take(Event event) {
    if (auto* seen = std::get_if<KernelSeen>(&event)) {
      seen_ = std::move(seen->snapshot);
      ++dumps_;
    } else if (auto* done = std::get_if<BatchDone>(&event)) {
      done_ = *done;
    }
  }
  bool next_dump(std::chrono::milliseconds patience = 5s) {
    const int before = dumps_;
    const auto end = std::chrono::steady_clock::now() + patience;
    while (dumps_ == before && std::chrono::steady_clock::now() < end) {
      io_.restart();
      io_.run_one_for(50ms);
    }
    return dumps_ != before;
  }
  // The links' own events come for a while after they were set up.
  void settle() {
    while (next_dump(300ms)) {
    }
  }
  bool next_dump_with(const std::function<bool(const KernelSnapshot&)>& wanted) {
    for (int i = 0; i < 20; ++i) {
      if (next_dump(1s) && wanted(seen_)) {
        return true;
      }
    }
    return false;
  }
  BatchDone batch(std::vector<NetworkOp> ops) {
    adapter_->run_batch({7, std::move(ops)});
    return done_;
  }

  boost::asio::io_context io_;
  std::unique_ptr<NetlinkAdapter> adapter_;
  KernelSnapshot seen_;
  BatchDone done_;
  int dumps_ = 0;
};

TEST_F(TrafficAdapterTest, WhoDoesNotShapeSeesNothingOfIt) {
  EXPECT_EQ(seen_.traffic, SeenTraffic{});
  run("tc qdisc add dev up0 root handle 8001: tbf rate 1mbit burst 5000 latency 50ms");
  EXPECT_FALSE(next_dump(300ms)) << "and does not wake up for it";
  adapter_->request_dump({}, false);
  ASSERT_TRUE(next_dump());
  EXPECT_EQ(seen_.traffic, SeenTraffic{});
}

TEST_F(TrafficAdapterTest, WhoWantsToShapeSeesRootsAndAbilities) {
  adapter_->request_dump({}, true);
  ASSERT_TRUE(next_dump());
  EXPECT_THAT(seen_.traffic.roots, Contains(testing::Field(&SeenRoot::link, up_)));
  ASSERT_TRUE(seen_.traffic.abilities);
  EXPECT_TRUE(seen_.traffic.abilities->htb);
}

TEST_F(TrafficAdapterTest, ABatchOfAllKindsIsCarriedOutInOrder) {
  const BatchDone done =
      batch({AddDownloadDevice{}, PutShaperRoot{up_, 33}, PutShaperClass{up_, {}, class_of(33, 0, 8'000, 8'000)},
             SetLinkUp{up_}, PutLeaf{up_, 33, PfifoLeaf{10}, false}, RemoveShaperRoot{up_}});
  EXPECT_TRUE(done.status.ok()) << done.status.error().text;
  EXPECT_EQ(done.ops_done, 6U);
  const BatchDone refused = batch({SetLinkUp{up_}, PutShaperClass{up_, {}, class_of(33, 0, 8'000, 8'000)}});
  EXPECT_EQ(refused.ops_done, 1U);
  EXPECT_THAT(refused.status.error().text, HasSubstr("class change dev #"));
}

TEST_F(TrafficAdapterTest, AnotherProgramsRootIsNoticedAndOurRatesAreNot) {
  adapter_->request_dump({}, true);
  ASSERT_TRUE(batch({PutShaperRoot{up_, 33}, PutShaperClass{up_, {}, class_of(33, 0, 8'000, 8'000)},
                     PutLeaf{up_, 33, PfifoLeaf{10}, false}})
                  .status.ok());
  ASSERT_TRUE(next_dump_with([&](const KernelSnapshot& s) { return !s.traffic.classes.empty(); }));
  settle();
  for (const std::uint64_t rate : {9'000U, 10'000U, 11'000U}) {
    ASSERT_TRUE(batch({PutShaperClass{up_, {}, class_of(33, 0, rate, rate)}, PutLeaf{up_, 33, PfifoLeaf{20}, false}})
                    .status.ok());
  }
  EXPECT_FALSE(next_dump(300ms));
  run("tc qdisc replace dev up0 root handle 8001: tbf rate 1mbit burst 5000 latency 50ms");
  EXPECT_TRUE(next_dump_with([&](const KernelSnapshot& s) {
    return std::ranges::find(s.traffic.roots, SeenRoot{up_, "tbf", 0x8001, 0}) != s.traffic.roots.end();
  }));
}

TEST_F(TrafficAdapterTest, ARedirectThatAnotherTakesAwayIsNoticed) {
  adapter_->request_dump({}, true);
  ASSERT_TRUE(batch({AddDownloadDevice{}}).status.ok());
  const std::uint32_t through = if_nametoindex("ifb-karkara");
  ASSERT_TRUE(batch({PutRedirect{{lan_, through}}}).status.ok());
  ASSERT_TRUE(next_dump_with([&](const KernelSnapshot& s) { return !s.traffic.redirects.empty(); }));
  settle();
  run("tc filter add dev lan0 egress pref 9 protocol ip u32 match u32 0 0 action mirred egress redirect dev up0;"
      "tc filter del dev lan0 egress pref 9");
  EXPECT_FALSE(next_dump(300ms)) << "another's filter is nothing to us";
  run("tc filter del dev lan0 egress pref 27392");
  EXPECT_TRUE(next_dump_with([&](const KernelSnapshot& s) { return s.traffic.redirects.empty(); }));
}

}  // namespace
}  // namespace karkara
