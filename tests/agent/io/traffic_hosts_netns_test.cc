// Whose parts of a class are equal: hosts in a fq_codel with our filter, also behind NAT; and classes and downloads of
// VLANs. Skipped on kernels without them: tests/lab/shaping_test.sh runs this program on one that has all.
#include <gmock/gmock.h>

#include "agent/io/traffic_abilities.h"
#include "agent/uplink/nft_members.h"
#include "tests/agent/io/traffic_bench.h"
#include "tests/support/host_frames.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint8_t kGreedy = 1;
constexpr std::uint8_t kModest = 2;
constexpr std::uint8_t kCall = 3;

FqCodelLeaf fair_by(FairBy fair) {
  return {.limit = 1000,
          .memory_limit = 1'000'000,
          .target = 20'000,
          .interval = 115'000,
          .flows = 1024,
          .quantum = 514,
          .ecn = true,
          .fair = fair};
}

class TrafficHostsTest : public TrafficTest {
 protected:
  static constexpr std::uint64_t kRate = 15'000;  // bytes a second: 30 frames

  void SetUp() override {
    TrafficTest::SetUp();
    if (!sandbox_) {
      return;
    }
    const auto found = try_traffic_abilities();
    ASSERT_TRUE(found.ok()) << found.error().text;
    if (!found->by_host) {
      GTEST_SKIP() << "this kernel has no fq_codel or no cls_flow; see tests/lab/shaping_test.sh";
    }
    // A router between a village at user0 and the world at isp0; neither of these has an address.
    run("ip address add 192.168.77.1/24 dev lan0; ip address add 10.1.0.2/24 dev up0;"
        "ip route add default via 10.1.0.1; ip neigh add 10.1.0.1 lladdr 02:00:00:00:00:01 dev up0;"
        "for i in 2 3; do ip neigh add 192.168.77.$i lladdr 02:00:00:00:00:0$i dev lan0; done;"
        "echo 1 >/proc/sys/net/ipv4/ip_forward;"
        "for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 >$f; done");
  }
  void shape(std::uint32_t link, const Leaf& leaf) {
    must({PutShaperRoot{link, 33}, PutShaperClass{link, {}, class_of(33, 0, kRate, kRate)},
          PutLeaf{link, 33, leaf, false}});
  }
  Leaf seen_leaf(std::uint32_t link) {
    for (const SeenTraffic::Class& each : dump().classes) {
      if (each.link == link && each.content.leaf) {
        return *each.content.leaf;
      }
    }
    return OtherLeaf{};
  }
  // One host with four flows and one with a single one, both with more to send than their part.
  static std::map<std::uint8_t, unsigned> crowd(HostFrames& frames, bool up) {
    constexpr const char* kWorld = "198.51.100.7";
    constexpr const char* kHosts[] = {"192.168.77.2", "192.168.77.3"};
    std::map<std::uint8_t, unsigned> came;
    for (int tick = 0; tick < 100; ++tick) {
      for (int each = 0; each < 15; ++each) {  // enough of each, also on a machine that is slow
        const auto flow = static_cast<std::uint16_t>(each % 5);
        const bool greedy = flow < 4;
        const char* host = kHosts[greedy ? 0 : 1];
        frames.send({greedy ? kGreedy : kModest, up ? host : kWorld, up ? kWorld : host,
                     static_cast<std::uint16_t>(5000 + flow)});
      }
      for (const auto& [host, count] : frames.take(20ms)) {
        came[host] += tick < 25 ? 0 : count;  // the begin fills the queues
      }
    }
    return came;
  }
  static double part_of_modest(const std::map<std::uint8_t, unsigned>& came) {
    const double modest = came.contains(kModest) ? came.at(kModest) : 0;
    const double greedy = came.contains(kGreedy) ? came.at(kGreedy) : 0;
    EXPECT_GT(modest + greedy, 35) << "the class is to be full";
    return modest / (modest + greedy);
  }
};

TEST_F(TrafficHostsTest, AHostWithManyConnectionsHasNoMoreThanItsNeighbour) {
  shape(lan_, fair_by(FairBy::Receivers));
  HostFrames frames{"isp0", "user0", "up0"};
  EXPECT_NEAR(part_of_modest(crowd(frames, false)), 0.5, 0.1);
  must({PutLeaf{lan_, 33, fair_by(FairBy::Flows), false}});
  EXPECT_LT(part_of_modest(crowd(frames, false)), 0.33) << "by flows it has a quarter of its neighbour's";
}

TEST_F(TrafficHostsTest, HostsAreToldApartBehindTheRoutersOwnAddress) {
  nft("table ip t { chain post { type nat hook postrouting priority 100; oifname \"up0\" masquerade; }; }");
  shape(up_, fair_by(FairBy::HiddenSenders));
  HostFrames frames{"user0", "isp0", "lan0"};
  EXPECT_NEAR(part_of_modest(crowd(frames, true)), 0.5, 0.1);
}

TEST_F(TrafficHostsTest, ACallDoesNotWaitBehindTheDownloadOfItsOwnDevice) {
  shape(lan_, fair_by(FairBy::Receivers));
  HostFrames frames{"isp0", "user0", "up0"};
  unsigned heard = 0;
  for (int tick = 0; tick < 100; ++tick) {
    for (std::uint16_t flow = 0; flow < 4; ++flow) {
      frames.send({kGreedy, "198.51.100.7", "192.168.77.2", static_cast<std::uint16_t>(443 + flow), IPPROTO_TCP});
    }
    if (tick % 5 == 0) {
      frames.send({kCall, "198.51.100.7", "192.168.77.2", 9000, IPPROTO_UDP});
    }
    const auto came = frames.take(20ms);
    heard += came.contains(kCall) ? came.at(kCall) : 0;
  }
  EXPECT_GE(heard, 19U) << "of 20, the last of which may be on its way";
}

TEST_F(TrafficHostsTest, TheFilterStandsAsItWasPutAndAnothersMakesTheLeafAnothers) {
  for (const FairBy fair : {FairBy::Senders, FairBy::HiddenSenders, FairBy::Receivers, FairBy::Flows}) {
    shape(up_, fair_by(fair));
    EXPECT_EQ(seen_leaf(up_), canonical(Leaf{fair_by(fair)}));
  }
  EXPECT_EQ(printed("tc filter show dev up0 parent 6c21:"), "");
  shape(up_, fair_by(FairBy::Receivers));
  EXPECT_THAT(printed("tc filter show dev up0 parent 6c21:"),
              testing::AllOf(HasSubstr("pref 27392 flow chain 0 handle 0x6b hash keys dst,proto"),
                             HasSubstr("divisor 1024 baseclass 6c21:1")));
  run("tc filter add dev up0 parent 6c21: pref 5 protocol ip u32 match u32 0 0 flowid 6c21:1");
  EXPECT_EQ(seen_leaf(up_), Leaf{OtherLeaf{"fq_codel"}});
  must({PutLeaf{up_, 33, fair_by(FairBy::Receivers), true}});
  EXPECT_EQ(seen_leaf(up_), canonical(Leaf{fair_by(FairBy::Receivers)}));
  // A filter that spreads over more queues than there are would lose packets.
  run("tc filter replace dev up0 parent 6c21: pref 27392 handle 0x6b protocol all flow hash keys dst,proto divisor "
      "4096");
  EXPECT_EQ(seen_leaf(up_), Leaf{OtherLeaf{"fq_codel"}});
}

// --- VLANs --------------------------------------------------------------------------------------------------------
class TrafficVlanTest : public TrafficTest {
 protected:
  void SetUp() override {
    TrafficTest::SetUp();
    if (sandbox_ && printed("ip link add link lan0 name lan0.10 type vlan id 10 2>&1").empty()) {
      run("ip link add link lan0 name lan0.20 type vlan id 20;"
          "for id in 10 20; do ip link add link user0 name user0.$id type vlan id $id; done;"
          "for link in lan0.10 lan0.20 user0.10 user0.20; do ip link set $link up; done");
      there_ = true;
    }
  }
  bool there_ = false;
};

TEST_F(TrafficVlanTest, DownloadsOfEachVlanPassTheDeviceAndKeepTheirTag) {
  if (!there_) {
    GTEST_SKIP() << "this kernel has no VLANs; see tests/lab/shaping_test.sh";
  }
  must({AddDownloadDevice{}});
  const std::uint32_t through = if_nametoindex("ifb-karkara");
  must(narrow(through, 100'000));
  must({PutShaperClass{through, {}, class_of(34, 0, 100'000, 100'000)},
        PutRedirect{{if_nametoindex("lan0.10"), through}}, PutRedirect{{if_nametoindex("lan0.20"), through}}});
  FrameLine clinic{"lan0.10", "user0.10"};
  FrameLine school{"lan0.20", "user0.20"};
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(clinic.send(shaper_class_id(33), 1000));
    ASSERT_TRUE(school.send(shaper_class_id(34), 500));
  }
  const auto of_clinic = clinic.take(20, 5s);
  const auto of_school = school.take(20, 5s);
  ASSERT_EQ(of_clinic.size(), 20U);
  ASSERT_EQ(of_school.size(), 20U);
  for (const Arrival& each : of_clinic) {
    EXPECT_EQ(each.priority, shaper_class_id(33)) << "the other VLAN's frame";
  }
  EXPECT_EQ(count_of(through, 33).packets, 20U);
  EXPECT_EQ(count_of(through, 34).bytes, 20U * 500);
  EXPECT_THAT(clinic.take(1, 50ms), IsEmpty());
}

TEST_F(TrafficVlanTest, AVlanOfABridgeIsAClass) {
  if (!there_) {
    GTEST_SKIP() << "this kernel has no VLANs; see tests/lab/shaping_test.sh";
  }
  run("ip link del lan0.10; ip link del lan0.20; ip link del user0.10; ip link del user0.20;"
      "ip link add br-lan type bridge vlan_filtering 1; ip link set lan0 master br-lan; ip link set br-lan up;"
      "for id in 10 20; do bridge vlan add dev lan0 vid $id; bridge vlan add dev br-lan vid $id self;"
      "  ip link add link br-lan name br-lan.$id type vlan id $id; ip link set br-lan.$id up; done");
  ClassSettings clinic;
  clinic.id = *ClassId::parse("clinic");
  clinic.interfaces = {"br-lan.10"};
  ClassSettings school;
  school.id = *ClassId::parse("school");
  school.interfaces = {"br-lan.20"};
  nft("table inet t { counter clinic { }\n counter school { }\n counter rest { }\n"
      "chain clinic { counter name clinic accept\n }\n chain school { counter name school accept\n }\n"
      "chain pre { type filter hook prerouting priority mangle; meta l4proto != udp return\n" +
      nft_members(clinic, "clinic") + nft_members(school, "school") + "counter name rest\n }\n }");
  HostFrames frames{"user0", "user0", "br-lan"};
  for (int i = 0; i < 7; ++i) {
    frames.send({kModest, "192.168.77.2", "198.51.100.7", 5000, IPPROTO_UDP, 10});
    frames.send(
        {kGreedy, "192.168.77.3", "198.51.100.7", 5000, IPPROTO_UDP, static_cast<std::uint16_t>(i < 3 ? 20 : 0)});
  }
  const auto counted = [](const char* name) { return printed(std::string{"nft list counter inet t "} + name); };
  EXPECT_THAT(counted("clinic"), HasSubstr("packets 7 "));
  EXPECT_THAT(counted("school"), HasSubstr("packets 3 "));
  EXPECT_THAT(counted("rest"), HasSubstr("packets 4 ")) << "untagged frames are the bridge's own";
}

}  // namespace
}  // namespace karkara
