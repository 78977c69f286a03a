// What guests reach through the real kernel: the way out, and neither what lies before it nor the router itself.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "agent/facts/guest_counter.h"
#include "agent/uplink/nft_plan.h"
#include "tests/support/sandboxed.h"

namespace karkara {
namespace {

using testing::HasSubstr;

const IpAddress kGuest = *IpAddress::parse("100.124.0.2");

class NftGuests : public SandboxedTest {
 protected:
  // The router lends; behind bat0 is another mast, before vsat0 a modem with a page, and the world.
  void SetUp() override {
    SandboxedTest::SetUp();
    if (sandbox_ == nullptr) {
      return;
    }
    mast_ = std::make_unique<NetSandbox>();
    outside_ = std::make_unique<NetSandbox>();
    run("echo 1 > /proc/sys/net/ipv4/ip_forward; ip link set lo up; "
        "ip link add bat0 type veth peer name bat0 netns " +
        mast_->path() + "; ip link add vsat0 type veth peer name sub0 netns " + outside_->path() +
        "; ip link set bat0 up; ip addr add 100.124.0.1/14 dev bat0; ip addr add fe80::1/64 dev bat0 nodad; "
        "ip addr add 198.51.100.2/24 dev vsat0; ip link set vsat0 up; ip route add default via 198.51.100.1");
    outside_->run(
        "ip link set lo up; ip link set sub0 up; ip addr add 198.51.100.1/24 dev sub0; "
        "ip addr add 192.168.100.1/32 dev lo; ip addr add 203.0.113.1/32 dev lo; ip addr add 10.77.0.1/32 dev lo");
    mast_->run(
        "ip link set lo up; ip link set bat0 up; ip addr add 100.124.0.2/14 dev bat0; "
        "ip addr add fe80::2/64 dev bat0 nodad; ip route add default via 100.124.0.1");
  }
  static TrafficPlan plan(std::vector<IpAddress> admitted) {
    TrafficPlan traffic;
    traffic.uplinks = {{"vsat0", 0, {}, {}}};
    traffic.uplinks[0].networks = {*IpPrefix::parse("198.51.100.0/24")};
    PlannedClass guests;
    guests.members.id = *ClassId::parse("guests");
    guests.members.guests = true;
    guests.uplink = 0;
    PlannedClass village;
    village.members.id = *ClassId::parse("village");
    village.uplink = 0;
    traffic.classes = {guests, village};
    traffic.guests = Guests{"bat0", *IpPrefix::parse("100.124.0.1/14"), std::move(admitted), false, {}, 7449};
    traffic.guests_reach = {*IpPrefix::parse("10.77.0.1/32")};
    return traffic;
  }
  // What the mast's script printed.
  [[nodiscard]] std::string on_mast(const std::string& script) const {
    const std::string file = "/tmp/karkara-guest." + std::to_string(getpid());
    mast_->run("(" + script + ") > " + file + " 2>/dev/null || true");
    return printed("cat " + file + "; rm " + file);
  }
  [[nodiscard]] bool reaches(const std::string& address, const char* patience = "2") const {
    return on_mast("ping -c 1 -W " + std::string{patience} + " " + address + " > /dev/null && echo yes") == "yes\n";
  }

  std::unique_ptr<NetSandbox> mast_;
  std::unique_ptr<NetSandbox> outside_;
};

TEST_F(NftGuests, ReachTheWorldAndNotWhatLiesBeforeIt) {
  nft(nft_ruleset(plan({kGuest})));
  EXPECT_TRUE(reaches("203.0.113.1"));
  EXPECT_TRUE(reaches("10.77.0.1")) << "an anchor, wherever it is";
  EXPECT_FALSE(reaches("192.168.100.1", "0.3")) << "the modem's page";
  EXPECT_FALSE(reaches("198.51.100.1", "0.3")) << "the operator's router on our link";
  EXPECT_THAT(printed("nft list counter inet karkara " + guest_counter(kGuest, false)), HasSubstr("packets 2"));
}

// The masts' interface as an uplink of our own as well: what is lent keeps the class that its uplink gave it.
TEST_F(NftGuests, AreOfTheirClassBelowTheUplinkThatBringsThemAlsoWhereTheMeshIsOne) {
  TrafficPlan traffic = plan({kGuest});
  traffic.uplinks.push_back({"bat0", 5, {}, {}});
  traffic.shaped = true;
  nft(nft_ruleset(traffic));
  const auto counted = [](std::uint32_t slot, std::uint32_t number) {
    return fmt::format("oifname bat0 ip daddr 100.124.0.2 meta priority {:x}:{:x} counter\n", kShaperMajor,
                       leaf_minor(slot, number));
  };
  nft("table inet probe { chain last { type filter hook postrouting priority 400;\n" + counted(0, 1) + counted(5, 1) +
      "}\n}");
  EXPECT_TRUE(reaches("203.0.113.1"));
  const std::string seen = printed("nft list table inet probe");
  EXPECT_THAT(seen, HasSubstr(fmt::format("{:x} counter packets 1", leaf_minor(0, 1)))) << seen;
  EXPECT_THAT(seen, HasSubstr(fmt::format("{:x} counter packets 0", leaf_minor(5, 1)))) << seen;
}

TEST_F(NftGuests, FindTheRouterAndItsHellosAndNoOtherServiceOfIt) {
  nft(nft_ruleset(plan({kGuest})));
  EXPECT_TRUE(reaches("100.124.0.1"));
  EXPECT_TRUE(reaches("fe80::1%bat0")) << "neighbour discovery works as well";
  EXPECT_FALSE(reaches("198.51.100.2", "0.3")) << "its other addresses";
  const auto hears = [&](const char* to, std::uint16_t port) {
    const bool six = std::string_view{to}.find(':') != std::string_view::npos;
    const PlainSocket socket{six ? IpFamily::V6 : IpFamily::V4, SOCK_DGRAM};
    const SocketName any = socket_name(six ? "::" : "0.0.0.0", port);
    EXPECT_EQ(bind(socket.fd(), any.get(), any.size), 0);
    mast_->run("python3 -c \"import socket\nto = socket.getaddrinfo('" + std::string{to} + "', " +
               std::to_string(port) + ")[0]\nsocket.socket(to[0], socket.SOCK_DGRAM).sendto(b'x', to[4])\"; sleep 0.1");
    std::array<char, 16> room{};
    return recv(socket.fd(), room.data(), room.size(), MSG_DONTWAIT) > 0;
  };
  EXPECT_TRUE(hears("fe80::1%bat0", 7449));
  EXPECT_FALSE(hears("fe80::1%bat0", 53));
  EXPECT_FALSE(hears("100.124.0.1", 161));
}

// A download that goes on behind the end of what is lent. The scripts wait for each other by files.
TEST_F(NftGuests, WhatComesForOneThatMayHaveNoMoreIsCountedAndNotLetThrough) {
  nft(nft_ruleset(plan({kGuest})));
  const std::string file = "/tmp/karkara-download." + std::to_string(getpid());
  const auto await = [&](const char* what) {
    run("for i in $(seq 200); do [ -e " + file + what + " ] && exit; sleep 0.05; done; exit 1");
  };
  const std::string python =
      "python3 -c \"import os, socket, time\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n";
  outside_->run("(" + python + "s.settimeout(10)\ns.bind(('203.0.113.1', 6000))\nopen('" + file +
                ".ready', 'w')\nguest = s.recvfrom(9)[1]\ns.sendto(b'first', guest)\n"
                "while not os.path.exists('" +
                file + ".ended'): time.sleep(0.02)\nfor i in range(5): s.sendto(b'more', guest)\nopen('" + file +
                ".sent', 'w')\" > /dev/null 2>&1) &");
  await(".ready");
  mast_->run("(" + python + "s.settimeout(10)\ns.sendto(b'give', ('203.0.113.1', 6000))\nopen('" + file +
             ".first', 'wb').write(s.recv(9))\ns.settimeout(1)\nopen('" + file +
             ".second', 'wb').write(s.recv(9))\" > /dev/null 2>&1) &");
  await(".first");
  TrafficPlan ended = plan({});
  ended.guests->counted = {kGuest};
  nft(nft_ruleset(ended));
  run("touch " + file + ".ended");
  await(".sent");
  run("sleep 0.3");
  EXPECT_THAT(printed("nft list counter inet karkara " + guest_counter(kGuest, false)), HasSubstr("packets 5"));
  EXPECT_EQ(printed("cat " + file + ".second 2>/dev/null"), "");
  run("rm -f " + file + ".*");
}

}  // namespace
}  // namespace karkara
