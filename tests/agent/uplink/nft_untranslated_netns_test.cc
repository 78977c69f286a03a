// What belongs to no connection: nothing translates it, so it must not leave.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>

#include "agent/uplink/nft_plan.h"
#include "tests/support/sandboxed.h"

namespace karkara {
namespace {

class NftUntranslated : public SandboxedTest {
 protected:
  void SetUp() override {
    SandboxedTest::SetUp();
    if (IsSkipped()) {
      return;
    }
    run("echo 1 > /proc/sys/net/ipv4/ip_forward; ip link set lo up; "
        "ip link add lan0 type veth peer name eth0 netns " +
        client_.path() + "; ip link add vsat0 type veth peer name sub0 netns " + outside_.path() +
        "; ip addr add 10.20.1.1/24 dev lan0; ip link set lan0 up; "
        "ip addr add 100.64.1.2/24 dev vsat0; ip link set vsat0 up; ip route add default via 100.64.1.1");
    outside_.run(
        "ip link set lo up; ip link set sub0 up; ip addr add 100.64.1.1/24 dev sub0; "
        "nft add table ip seen; nft add chain ip seen in '{ type filter hook prerouting priority raw; }'; "
        "nft add counter ip seen village; nft add rule ip seen in ip saddr 10.20.0.0/16 counter name village");
    client_.run(
        "ip link set lo up; ip link set eth0 up; ip addr add 10.20.1.2/24 dev eth0; "
        "ip route add default via 10.20.1.1");
  }

  void load(bool masquerade) {
    TrafficPlan traffic;
    traffic.masquerade = masquerade;
    traffic.uplinks = {{"vsat0", 0, {}, {}}};
    PlannedClass all;
    all.members.id = *ClassId::parse("all");
    all.uplink = 0;
    all.keeps = {0};
    traffic.classes = {all};
    nft(nft_ruleset(traffic));
  }

  // The end of a connection that the router has forgotten.
  void send_lone_end() const {
    const NetSandbox::Inside inside{client_};
    const int socket = ::socket(AF_INET, SOCK_RAW, IPPROTO_TCP);
    ASSERT_GE(socket, 0);
    tcphdr end{};
    end.source = htons(40'000);
    end.dest = htons(443);
    end.doff = 5;
    end.fin = 1;
    end.ack = 1;
    end.window = htons(512);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = inet_addr("203.0.113.1");
    end.check = checksum(end, inet_addr("10.20.1.2"), to.sin_addr.s_addr);
    EXPECT_EQ(sendto(socket, &end, sizeof end, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to),
              static_cast<ssize_t>(sizeof end));
    close(socket);
  }

  // Once a later packet of the same way has come through, what was sent before it has as well.
  void expect_seen_outside(unsigned packets) const {
    client_.run("ping -c 1 -W 2 100.64.1.1 > /dev/null || true");
    outside_.run("nft list counter ip seen village | grep -q 'packets " + std::to_string(packets) + " '");
  }

 private:
  static std::uint16_t checksum(const tcphdr& header, std::uint32_t from, std::uint32_t to) {
    std::array<std::uint16_t, 16> words{};
    std::memcpy(words.data(), &from, 4);
    std::memcpy(words.data() + 2, &to, 4);
    words[4] = htons(IPPROTO_TCP);
    words[5] = htons(sizeof header);
    std::memcpy(words.data() + 6, &header, sizeof header);
    std::uint32_t sum = 0;
    for (const std::uint16_t word : words) {
      sum += word;
    }
    while (sum > 0xffff) {
      sum = (sum & 0xffff) + (sum >> 16U);
    }
    return static_cast<std::uint16_t>(~sum);
  }

  NetSandbox client_;
  NetSandbox outside_;
};

TEST_F(NftUntranslated, AnEndOfAForgottenConnectionDoesNotLeaveWithTheVillagesOwnAddress) {
  load(true);
  send_lone_end();
  expect_seen_outside(0);
}

TEST_F(NftUntranslated, WithoutTranslationItGoesItsWay) {
  load(false);
  send_lone_end();
  expect_seen_outside(2);  // and the ping's
}

}  // namespace
}  // namespace karkara
