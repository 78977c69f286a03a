// A packet's priority, which our ruleset takes from its flow's mark, leads HTB to the same class as a tc filter by that
// mark would: the same traffic once without any filter, and once with filters by fwmark alone.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>

#include "agent/uplink/nft_plan.h"
#include "tests/agent/io/traffic_bench.h"

namespace karkara {
namespace {

constexpr std::uint32_t kSlot = 2;
constexpr std::uint32_t kClasses = 3;

class TrafficMarksTest : public TrafficTest {
 protected:
  void SetUp() override {
    TrafficTest::SetUp();
    if (!sandbox_) {
      return;
    }
    client_ = std::make_unique<NetSandbox>();
    world_ = std::make_unique<NetSandbox>();
    run("ip link set user0 netns " + client_->path() + "; ip link set isp0 netns " + world_->path() +
        "; for f in all default; do echo 0 >/proc/sys/net/ipv6/conf/$f/disable_ipv6; done"
        "; echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding"
        "; ip addr add 10.20.1.1/24 dev lan0; ip addr add 10.20.9.1/24 dev lan0; ip addr add fd20:1::1/64 dev lan0 "
        "nodad"
        "; ip addr add 100.64.1.2/24 dev up0; ip addr add fd64::2/64 dev up0 nodad"
        "; ip route add default via 100.64.1.1; ip -6 route add default via fd64::1");
    client_->run(
        "ip link set user0 up; ip addr add 10.20.1.2/24 dev user0; ip addr add 10.20.9.2/24 dev user0"
        "; ip addr add fd20:1::2/64 dev user0 nodad; ip route add default via 10.20.1.1"
        "; ip -6 route add default via fd20:1::1");
    world_->run(
        "ip link set lo up; ip link set isp0 up; ip addr add 100.64.1.1/24 dev isp0; ip addr add fd64::1/64 dev isp0 "
        "nodad"
        "; ip addr add 203.0.113.1/32 dev lo; ip addr add 203.0.113.99/32 dev lo; ip -6 addr add fd99::1/128 dev lo "
        "nodad"
        "; ip -6 route add fd20:1::/64 via fd64::2");
    for (const std::uint32_t link : {up_, lan_}) {
      must(tree_on(link));
    }
  }
  static std::vector<TrafficOp> tree_on(std::uint32_t link) {
    constexpr std::uint64_t kRate = 10'000'000;
    std::vector<TrafficOp> ops{PutShaperRoot{link, leaf_minor(kSlot, 0)},
                               PutShaperClass{link, {}, class_of(slot_minor(kSlot), 0, kRate, kRate)}};
    for (std::uint32_t number = 0; number <= kClasses; ++number) {
      const std::uint16_t leaf = leaf_minor(kSlot, number);
      ops.emplace_back(PutShaperClass{link, {}, class_of(leaf, slot_minor(kSlot), kRate / 8, kRate)});
      ops.emplace_back(PutLeaf{link, leaf, PfifoLeaf{1000}, false});
    }
    return ops;
  }
  static TrafficPlan plan() {
    TrafficPlan traffic;
    traffic.uplinks = {{"up0", kSlot, {}, {}}};
    traffic.ladder = {0};
    for (const char* id : {"health", "school", "public"}) {
      PlannedClass made;
      made.members.id = *ClassId::parse(id);
      made.uplink = 0;
      made.keeps = {0};
      traffic.classes.push_back(made);
    }
    traffic.classes[0].members.subnets = {*IpPrefix::parse("10.20.1.0/24"), *IpPrefix::parse("fd20:1::/64")};
    traffic.classes[1].members.destinations = {*IpPrefix::parse("203.0.113.99/32")};
    traffic.shaped = true;
    return traffic;
  }
  void ping(int times, const char* from, const char* to) const {
    client_->run(fmt::format("ping -c {} -i 0.05 -W 2 -I {} {} >/dev/null", times, from, to));
  }
  using Counts = std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t>;  // link, class -> packets
  Counts counts() {
    Counts now;
    for (const std::uint32_t link : {up_, lan_}) {
      for (std::uint32_t number = 1; number <= kClasses; ++number) {
        now[{link, number}] = count_of(link, leaf_minor(kSlot, number)).packets;
      }
    }
    return now;
  }
  // Of each class, over both families, there and back.
  Counts counts_of_traffic() {
    const Counts before = counts();
    ping(3, "10.20.1.2", "203.0.113.1");
    ping(4, "10.20.9.2", "203.0.113.99");
    ping(2, "10.20.9.2", "203.0.113.1");
    ping(5, "fd20:1::2", "fd99::1");
    Counts after = counts();
    for (auto& [of, packets] : after) {
      packets -= before.at(of);
    }
    return after;
  }
  // False: this kernel has no cls_fw, as many routers have none.
  [[nodiscard]] bool filter_by_mark() const {
    std::string said;
    for (const char* link : {"up0", "lan0"}) {
      for (std::uint32_t number = 1; number <= kClasses; ++number) {
        said += printed(fmt::format(
            "tc filter add dev {} parent {:x}: protocol all pref {} handle {:#x}/{:#x} fw classid "
            "{:x}:{:x} 2>&1",
            link, kShaperMajor, number, number * kClassStep, kClassMask, kShaperMajor, leaf_minor(kSlot, number)));
      }
    }
    // Behind all of ours: the mark where such a filter looks, and no priority left.
    nft(
        fmt::format("table inet marks {{ chain last {{ type filter hook postrouting priority 500; "
                    "meta mark set ct mark and {:#x}; meta priority set none; }}; }}",
                    kClassMask));
    return said.empty();
  }

  std::unique_ptr<NetSandbox> client_;
  std::unique_ptr<NetSandbox> world_;
};

TEST_F(TrafficMarksTest, APriorityLeadsWhereAFilterByTheFlowsMarkWould) {
  nft(nft_ruleset(plan()));
  const Counts by_priority = counts_of_traffic();
  EXPECT_EQ(by_priority, (Counts{{{up_, 1}, 8},
                                 {{up_, 2}, 4},
                                 {{up_, 3}, 2},  //
                                 {{lan_, 1}, 8},
                                 {{lan_, 2}, 4},
                                 {{lan_, 3}, 2}}));
  if (!filter_by_mark()) {
    GTEST_SKIP() << "this kernel has no filters by fwmark; see tests/lab/shaping_test.sh";
  }
  EXPECT_EQ(counts_of_traffic(), by_priority);
}

}  // namespace
}  // namespace karkara
