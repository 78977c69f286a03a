// The class of a packet, as the shaper's trees see it: real packets through a real ruleset, both ways.
#include <gmock/gmock.h>

#include <fmt/format.h>

#include "agent/uplink/nft_plan.h"
#include "tests/support/sandboxed.h"

namespace karkara {
namespace {

using testing::HasSubstr;
using testing::Not;

class NftShaping : public SandboxedTest {
 protected:
  void SetUp() override {
    SandboxedTest::SetUp();
    if (IsSkipped()) {
      return;
    }
    client_ = std::make_unique<NetSandbox>();
    outside_ = std::make_unique<NetSandbox>();
    run("echo 1 > /proc/sys/net/ipv4/ip_forward; ip link set lo up; "
        "ip link add lan0 type veth peer name eth0 netns " +
        client_->path() + "; ip link add vsat0 type veth peer name sub0 netns " + outside_->path() +
        "; ip addr add 10.20.1.1/24 dev lan0; ip addr add 10.20.9.1/24 dev lan0; ip link set lan0 up; "
        "ip addr add 100.64.1.2/24 dev vsat0; ip link set vsat0 up; ip route add default via 100.64.1.1");
    outside_->run(
        "ip link set lo up; ip link set sub0 up; ip addr add 100.64.1.1/24 dev sub0; "
        "ip addr add 203.0.113.1/32 dev lo; ip addr add 203.0.113.99/32 dev lo");
    client_->run(
        "ip link set lo up; ip link set eth0 address 02:00:5e:10:00:01; ip link set eth0 up; "
        "ip addr add 10.20.1.2/24 dev eth0; ip addr add 10.20.9.2/24 dev eth0; ip addr add 10.20.9.3/24 dev eth0; "
        "ip route add default via 10.20.1.1");
  }

  static TrafficPlan plan() {
    TrafficPlan traffic;
    traffic.uplinks = {{"vsat0", 2, {}, {}}};
    traffic.ladder = {0};
    traffic.classes = {named("health"), named("school"), named("public")};
    traffic.classes[0].members.subnets = {*IpPrefix::parse("10.20.1.0/24")};
    traffic.classes[1].members.destinations = {*IpPrefix::parse("203.0.113.99/32"), *IpPrefix::parse("203.0.113.96/28"),
                                               *IpPrefix::parse("2001:db8::1/32")};
    traffic.shaped = true;
    return traffic;
  }
  static PlannedClass named(const char* id) {
    PlannedClass made;
    made.members.id = *ClassId::parse(id);
    made.uplink = 0;
    made.keeps = {0};
    return made;
  }

  // Counts behind all of our hooks what leaves with each priority of the slot.
  void watch(std::uint32_t slot) {
    std::string rules;
    for (std::uint32_t number = 0; number < 6; ++number) {
      for (const char* out : {"lan0", "vsat0"}) {
        const std::string name = fmt::format("{}_{}", out, number);
        rules += fmt::format("counter {} {{ }}\n", name);
        chain_ += fmt::format("oifname {} meta priority {:x}:{:x} counter name {}\n", out, kShaperMajor,
                              leaf_minor(slot, number), name);
      }
    }
    nft("table inet probe {\n" + rules + "chain last { type filter hook postrouting priority 400;\n" + chain_ + "}\n}");
  }
  [[nodiscard]] static std::string count(const char* out, int number) {
    return printed(fmt::format("nft list counter inet probe {}_{}", out, number));
  }
  void ping(const std::string& from, const std::string& to, int times = 3) const {
    client_->run(fmt::format("ping -c {} -i 0.1 -W 2 -I {} {} > /dev/null", times, from, to));
  }

  std::unique_ptr<NetSandbox> client_;
  std::unique_ptr<NetSandbox> outside_;
  std::string chain_;
};

TEST_F(NftShaping, APacketHasItsClassOnBothWays) {
  nft(nft_ruleset(plan()));
  watch(2);
  ping("10.20.1.2", "203.0.113.1", 3);
  ping("10.20.9.2", "203.0.113.1", 2);
  EXPECT_THAT(count("vsat0", 1), HasSubstr("packets 3")) << printed("nft list ruleset");
  EXPECT_THAT(count("lan0", 1), HasSubstr("packets 3"));
  EXPECT_THAT(count("vsat0", 3), HasSubstr("packets 2"));
  EXPECT_THAT(count("lan0", 3), HasSubstr("packets 2"));
}

TEST_F(NftShaping, WhatTheRouterItselfSendsIsControl) {
  nft(nft_ruleset(plan()));
  watch(2);
  run("ping -c 3 -i 0.1 -W 2 203.0.113.1 > /dev/null");
  EXPECT_THAT(count("vsat0", 0), HasSubstr("packets 3"));
}

TEST_F(NftShaping, ADestinationAndAnEthernetAddressAreMembersToo) {
  TrafficPlan traffic = plan();
  nft(nft_ruleset(traffic));
  watch(2);
  ping("10.20.9.2", "203.0.113.99");
  EXPECT_THAT(count("vsat0", 2), HasSubstr("packets 3"));
  EXPECT_THAT(count("lan0", 2), HasSubstr("packets 3"));
  traffic.classes[1].members.macs = {"02:00:5e:10:00:01", "02:00:5e:10:00:02"};
  nft(nft_ruleset(traffic));
  ping("10.20.9.3", "203.0.113.1");
  EXPECT_THAT(count("vsat0", 2), HasSubstr("packets 6"));
}

TEST_F(NftShaping, AnInterfaceIsAMemberWithAllThatComesInByIt) {
  client_->run("ip addr add 10.20.7.2/24 dev eth0");
  run("ip addr add 10.20.7.1/24 dev lan0");  // of no class's subnet
  TrafficPlan traffic = plan();
  traffic.classes[1].members = {};
  traffic.classes[1].members.id = *ClassId::parse("school");
  traffic.classes[1].members.interfaces = {"lan0"};
  nft(nft_ruleset(traffic));
  watch(2);
  ping("10.20.7.2", "203.0.113.1");
  EXPECT_THAT(count("vsat0", 2), HasSubstr("packets 3")) << printed("nft list ruleset");
  EXPECT_THAT(count("lan0", 2), HasSubstr("packets 3"));
  traffic.classes[1].members.interfaces = {"lan9"};
  nft(nft_ruleset(traffic));
  ping("10.20.7.2", "203.0.113.1");
  EXPECT_THAT(count("vsat0", 3), HasSubstr("packets 3")) << "by another one it is everybody's";
}

TEST_F(NftShaping, AMarkOfTheSenderIsAMember) {
  TrafficPlan traffic = plan();
  traffic.classes[1].members = {};
  traffic.classes[1].members.id = *ClassId::parse("school");
  traffic.classes[1].members.dscps = {46, 34};
  nft(nft_ruleset(traffic));
  watch(2);
  const auto marked = [&](int dscp, int times) {
    client_->run(fmt::format("ping -c {} -i 0.1 -W 2 -Q {} -I 10.20.9.2 203.0.113.1 > /dev/null", times, dscp << 2));
  };
  marked(46, 2);
  marked(34, 1);
  marked(10, 4);
  EXPECT_THAT(count("vsat0", 2), HasSubstr("packets 3"));
  EXPECT_THAT(count("lan0", 2), HasSubstr("packets 3"));
  EXPECT_THAT(count("vsat0", 3), HasSubstr("packets 4"));
}

// By a subnet of the one family a device's traffic of the other is everybody's: docs and warnings say so.
TEST_F(NftShaping, Ipv6IsOfTheClassByItsInterfaceAndNotByAnIpv4Subnet) {
  run("echo 1 > /proc/sys/net/ipv6/conf/all/forwarding; ip -6 addr add 2001:db8:20:1::1/64 dev lan0 nodad; "
      "ip -6 addr add 2001:db8:64::2/64 dev vsat0 nodad; ip -6 route add default via 2001:db8:64::1");
  outside_->run(
      "ip -6 addr add 2001:db8:64::1/64 dev sub0 nodad; ip -6 addr add 2001:db8:ffff::1/128 dev lo nodad; "
      "ip -6 route add 2001:db8:20::/48 via 2001:db8:64::2");
  client_->run("ip -6 addr add 2001:db8:20:1::2/64 dev eth0 nodad; ip -6 route add default via 2001:db8:20:1::1");
  TrafficPlan traffic = plan();
  traffic.classes[1].members.destinations = {*IpPrefix::parse("203.0.113.99/32")};
  nft(nft_ruleset(traffic));
  watch(2);
  ping("2001:db8:20:1::2", "2001:db8:ffff::1");
  EXPECT_THAT(count("vsat0", 3), HasSubstr("packets 3")) << printed("nft list ruleset");
  traffic.classes[0].members.interfaces = {"lan0"};
  nft(nft_ruleset(traffic));
  ping("2001:db8:20:1::2", "2001:db8:ffff::1");
  EXPECT_THAT(count("vsat0", 1), HasSubstr("packets 3"));
  EXPECT_THAT(count("lan0", 1), HasSubstr("packets 3"));
}

TEST_F(NftShaping, AFlowIsOfTheNewClassAsSoonAsItSendsAgain) {
  nft(nft_ruleset(plan()));
  watch(2);
  client_->run("ping -c 2 -i 0.1 -W 2 -e 77 -I 10.20.9.2 203.0.113.1 > /dev/null");
  TrafficPlan fewer = plan();
  fewer.classes.erase(fewer.classes.begin() + 1);
  nft(nft_ruleset(fewer));
  client_->run("ping -c 2 -i 0.1 -W 2 -e 77 -I 10.20.9.2 203.0.113.1 > /dev/null");
  EXPECT_THAT(count("vsat0", 3), HasSubstr("packets 2"));
  EXPECT_THAT(count("vsat0", 2), HasSubstr("packets 2"));
  EXPECT_THAT(count("lan0", 2), HasSubstr("packets 2"));
}

// Nobody of the village has answered yet: it must not come before those who pay for the link.
TEST_F(NftShaping, WhatComesFromOutsideUnaskedIsOfTheLastClass) {
  TrafficPlan traffic = plan();
  traffic.masquerade = false;
  nft(nft_ruleset(traffic));
  watch(2);
  outside_->run("ip route add 10.20.1.0/24 via 100.64.1.2; ping -c 1 -W 2 -I 100.64.1.1 10.20.1.2 > /dev/null");
  EXPECT_THAT(count("lan0", 3), HasSubstr("packets 1"));
  EXPECT_THAT(count("vsat0", 1), HasSubstr("packets 1")) << "and the answer is what its sender is";
}

TEST_F(NftShaping, TheFlowsUplinkAndItsClassShareTheMark) {
  nft(nft_ruleset(plan()));
  ping("10.20.1.2", "203.0.113.1", 1);
  const std::uint32_t both = flow_mark_of_slot(2) | kClassStep;
  // The rule matches the whole of both parts.
  nft(fmt::format(
      "table inet look {{\ncounter hits {{ }}\nchain last {{ type filter hook postrouting priority 500; ct mark "
      "{:#x} counter name hits\n}}\n}}",
      both));
  ping("10.20.1.2", "203.0.113.1", 2);
  EXPECT_THAT(printed("nft list counter inet look hits"), Not(HasSubstr("packets 0")));
  EXPECT_THAT(printed("nft list counter inet karkara " + answered_counter(2)), HasSubstr("packets 3"))
      << "what counts answers looks at the uplink's part alone";
}

TEST_F(NftShaping, WithoutATreeNobodyIsToldItsClass) {
  TrafficPlan traffic = plan();
  traffic.shaped = false;
  const std::string text = nft_ruleset(traffic);
  EXPECT_THAT(text, Not(HasSubstr("priority set")));
  EXPECT_THAT(text, Not(HasSubstr(fmt::format("{:#010x}", kClassMask))));
}

TEST_F(NftShaping, TheKernelTakesTheMostThatCanBeConfigured) {
  TrafficPlan traffic = plan();
  traffic.classes.assign(9, named("many"));
  for (std::uint32_t slot = 0; slot < kMostSlots; ++slot) {
    traffic.uplinks.push_back({"up" + std::to_string(slot), slot, {}, {}});
  }
  traffic.uplinks.erase(traffic.uplinks.begin());
  traffic.tunnel = PlannedTunnel{"wg-karkara", 9, 1'380, true, true, *IpEndpoint::parse("198.51.100.7:51820"), {}};
  nft(nft_ruleset(traffic));
  EXPECT_THAT(printed("nft list chain inet karkara departures"), HasSubstr("jump up16"));
  EXPECT_THAT(printed("nft list chain inet karkara forward"), HasSubstr("iifname \"wg-karkara\" jump down0"));
}

}  // namespace
}  // namespace karkara
