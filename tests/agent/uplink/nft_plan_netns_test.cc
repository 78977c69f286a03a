// The rulesets that plans turn into, loaded by the real nft into a real kernel.
#include <gmock/gmock.h>

#include "agent/uplink/nft_plan.h"
#include "tests/support/sandboxed.h"

namespace karkara {
namespace {

using testing::HasSubstr;

class NftPlan : public SandboxedTest {
 protected:
  static TrafficPlan plan() {
    TrafficPlan traffic;
    traffic.uplinks = {{"vsat0", 0, {}, {}}, {"wwan0", 1, {}, {}}, {"eth9", 15, {}, {}}};
    PlannedClass health;
    health.members.id = *ClassId::parse("health");
    health.members.subnets = {*IpPrefix::parse("10.20.1.0/24"), *IpPrefix::parse("fd00:1::/64")};
    health.members.interfaces = {"br-clinic"};
    health.uplink = 0;
    health.keeps = {0, 2};
    PlannedClass voice;
    voice.members.id = *ClassId::parse("voice");
    voice.members.dscps = {46, 34};
    voice.uplink = 1;
    PlannedClass open;  // shed, and takes what is left
    open.members.id = *ClassId::parse("public");
    traffic.classes = {health, voice, open};
    return traffic;
  }
};

TEST_F(NftPlan, TheKernelTakesEveryKindOfPlan) {
  TrafficPlan traffic = plan();
  nft(nft_ruleset(traffic));
  EXPECT_THAT(printed("nft list table inet karkara"), HasSubstr("goto shed"));
  traffic.masquerade = false;
  nft(nft_ruleset(traffic));
  EXPECT_THAT(printed("nft list table inet karkara"), testing::Not(HasSubstr("masquerade")));
  traffic.classes.resize(1);
  traffic.classes[0].keeps.clear();
  nft(nft_ruleset(traffic));
  traffic.uplinks.resize(1);
  nft(nft_ruleset(traffic));
  EXPECT_THAT(printed("nft list counters table inet karkara"), HasSubstr(sent_counter(0)));
}

TEST_F(NftPlan, TheKernelTakesATunnelOfEitherFamily) {
  for (const char* hub : {"198.51.100.7:51820", "[2001:db8::7]:51820"}) {
    TrafficPlan traffic = plan();
    traffic.classes[0].tunnelled = true;
    traffic.tunnel = PlannedTunnel{"wg-karkara", 9, 1'380, true, true, *IpEndpoint::parse(hub), {}};
    nft(nft_ruleset(traffic));
    EXPECT_THAT(printed("nft list chain inet karkara class0"), HasSubstr("goto intunnel"));
  }
}

TEST_F(NftPlan, MarksOfSlotsAndOfOtherProgramsNeverMeet) {
  for (std::uint32_t slot = 0; slot < kMostSlots; ++slot) {
    EXPECT_EQ(mark_of_slot(slot) & ~kMarkMask, 0U);
    EXPECT_EQ(flow_mark_of_slot(slot) & ~kMarkMask, 0U);
    EXPECT_NE(mark_of_slot(slot), flow_mark_of_slot(kMostSlots - 1 - slot));
    EXPECT_LT(flow_mark_of_slot(slot), kShedMark);
  }
}

// A class sends to the health uplink, then is shed: what a client sees, with real packets over a real bridge of veths.
TEST_F(NftPlan, AShedClassIsRefusedAtOnceAndOthersPass) {
  NetSandbox client;
  NetSandbox outside;
  run("echo 1 > /proc/sys/net/ipv4/ip_forward; ip link set lo up; "
      "ip link add lan0 type veth peer name eth0 netns " +
      client.path() +
      "; "
      "ip link add vsat0 type veth peer name sub0 netns " +
      outside.path() +
      "; "
      "ip addr add 10.20.1.1/24 dev lan0; ip addr add 10.20.9.1/24 dev lan0; ip link set lan0 up; "
      "ip addr add 100.64.1.2/24 dev vsat0; ip link set vsat0 up; ip route add default via 100.64.1.1");
  outside.run(
      "ip link set lo up; ip link set sub0 up; ip addr add 100.64.1.1/24 dev sub0; "
      "ip addr add 203.0.113.1/32 dev lo");
  client.run(
      "ip link set lo up; ip link set eth0 up; ip addr add 10.20.1.2/24 dev eth0; "
      "ip addr add 10.20.9.2/24 dev eth0; ip route add default via 10.20.1.1");
  TrafficPlan traffic = plan();
  traffic.uplinks.resize(1);
  traffic.classes = {traffic.classes[0], traffic.classes[2]};
  traffic.classes[0].keeps = {0};
  nft(nft_ruleset(traffic));
  client.run("ping -c 3 -i 0.2 -W 2 -I 10.20.1.2 203.0.113.1 > /dev/null");
  client.run("ping -c 1 -W 2 -I 10.20.9.2 203.0.113.1 | grep -q 'filtered'");
  EXPECT_THAT(printed("nft list counter inet karkara " + sent_counter(0)), HasSubstr("packets 3"));
  EXPECT_THAT(printed("nft list counter inet karkara " + answered_counter(0)), HasSubstr("packets 3"));
}

// C1: the way behind the modem is gone, and a router there says so for every packet.
TEST_F(NftPlan, AnIcmpErrorIsNoAnswer) {
  NetSandbox outside;
  run("ip link set lo up; ip link add vsat0 type veth peer name sub0 netns " + outside.path() +
      "; "
      "ip addr add 100.64.1.2/24 dev vsat0; ip link set vsat0 up; ip route add default via 100.64.1.1");
  outside.run(
      "ip link set lo up; ip link set sub0 up; ip addr add 100.64.1.1/24 dev sub0; "
      "echo 1 > /proc/sys/net/ipv4/ip_forward; ip route add unreachable default");
  TrafficPlan traffic = plan();
  traffic.uplinks.resize(1);
  traffic.classes.resize(1);
  traffic.classes[0].keeps = {0};
  nft(nft_ruleset(traffic));
  run("ping -c 3 -i 0.3 -W 1 203.0.113.1 > /tmp/karkara-ping.$$ 2>&1 || true; "
      "grep -qi 'unreachable' /tmp/karkara-ping.$$; rm /tmp/karkara-ping.$$");
  EXPECT_THAT(printed("nft list counter inet karkara " + sent_counter(0)), HasSubstr("packets 3"));
  EXPECT_THAT(printed("nft list counter inet karkara " + answered_counter(0)), HasSubstr("packets 0"));
}

// C10: a path that takes 1400 bytes and says so to nobody: what a client offers is made to fit, also for one that the
// far end sends.
TEST_F(NftPlan, AClientsSegmentsAreMadeToFitTheUplinksRoute) {
  NetSandbox client;
  NetSandbox outside;
  run("echo 1 > /proc/sys/net/ipv4/ip_forward; ip link set lo up; ip link add lan0 type veth peer name eth0 netns " +
      client.path() + "; ip link add vsat0 type veth peer name sub0 netns " + outside.path() +
      "; ip addr add 10.20.1.1/24 dev lan0; ip link set lan0 up; ip addr add 100.64.1.2/24 dev vsat0; ip link set "
      "vsat0 up; "
      "ip route add default via 100.64.1.1 mtu 1400");
  outside.run(
      "ip link set lo up; ip link set sub0 up; ip addr add 100.64.1.1/24 dev sub0; ip addr add 203.0.113.1/32 dev lo");
  outside.run(
      "nft 'add table ip seen; add chain ip seen in { type filter hook input priority 0; }; "
      "add rule ip seen in tcp flags syn tcp option maxseg size 1360 counter; "
      "add rule ip seen in tcp flags syn counter'");
  client.run(
      "ip link set lo up; ip link set eth0 up; ip addr add 10.20.1.2/24 dev eth0; ip route add default via 10.20.1.1");
  TrafficPlan traffic = plan();
  traffic.uplinks.resize(1);
  traffic.classes.resize(1);
  traffic.classes[0].keeps = {0};
  nft(nft_ruleset(traffic));
  client.run("busybox nc -w 1 203.0.113.1 80 </dev/null >/dev/null 2>&1 || true");  // refused: its SYN is what counts
  outside.run("[ $(nft list chain ip seen in | grep -c 'packets 1 ') = 2 ]");
}

// A modem that answers for names itself hides that nothing behind it answers.
TEST_F(NftPlan, WhatANearResolverAnswersIsNoEvidence) {
  NetSandbox outside;
  run("ip link set lo up; ip link add vsat0 type veth peer name sub0 netns " + outside.path() +
      "; "
      "ip addr add 100.64.1.2/24 dev vsat0; ip link set vsat0 up; ip route add default via 100.64.1.1");
  outside.run(
      "ip link set lo up; ip link set sub0 up; ip addr add 100.64.1.1/24 dev sub0; "
      "ip addr add 203.0.113.1/32 dev lo; ip addr add 203.0.113.2/32 dev lo");
  TrafficPlan traffic = plan();
  traffic.uplinks.resize(1);
  traffic.uplinks[0].near = {*IpPrefix::parse("100.64.1.0/24"), *IpPrefix::parse("203.0.113.2/32"),
                             *IpPrefix::parse("fe80::/64")};
  traffic.classes.resize(1);
  traffic.classes[0].keeps = {0};
  nft(nft_ruleset(traffic));
  run("ping -c 2 -i 0.2 -W 2 100.64.1.1 > /dev/null; ping -c 2 -i 0.2 -W 2 203.0.113.2 > /dev/null");
  EXPECT_THAT(printed("nft list counter inet karkara " + sent_counter(0)), HasSubstr("packets 0"));
  EXPECT_THAT(printed("nft list counter inet karkara " + answered_counter(0)), HasSubstr("packets 0"));
  run("ping -c 3 -i 0.2 -W 2 203.0.113.1 > /dev/null");
  EXPECT_THAT(printed("nft list counter inet karkara " + sent_counter(0)), HasSubstr("packets 3"));
  EXPECT_THAT(printed("nft list counter inet karkara " + answered_counter(0)), HasSubstr("packets 3"));
}

}  // namespace
}  // namespace karkara
