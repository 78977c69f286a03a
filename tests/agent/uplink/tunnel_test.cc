#include "agent/uplink/tunnel.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Contains;
using testing::HasSubstr;

Instant at(double second) {
  return Instant{seconds{1'000} + std::chrono::duration_cast<Duration>(std::chrono::duration<double>{second})};
}

TunnelSettings site() {
  TunnelSettings settings;
  settings.hub = *IpEndpoint::parse("198.51.100.7:51820");
  settings.hub_key.bytes.fill(std::byte{7});
  settings.key_file = "/var/lib/karkara/tunnel.key";
  settings.addresses = {*IpPrefix::parse("10.99.0.2/24")};
  settings.classes = {ClassId::parse("school").value(), ClassId::parse("public").value()};
  return settings;
}

OuterPath over(const char* uplink, const char* source, std::uint32_t mtu = 1'500) {
  return {UplinkId::parse(uplink).value(), IpAddress::parse(source), mtu};
}

template <class T>
std::vector<T> all(const TunnelEffects& effects) {
  std::vector<T> found;
  for (const TunnelEffect& effect : effects) {
    if (const T* one = std::get_if<T>(&effect)) {
      found.push_back(*one);
    }
  }
  return found;
}

std::vector<bool> alarms(const TunnelEffects& effects) {
  std::vector<bool> raised;
  for (const TunnelSays& says : all<TunnelSays>(effects)) {
    if (says.message == TunnelMessage::Down) {
      raised.push_back(says.raised);
    }
  }
  return raised;
}

// A kernel and a hub: answers what the core asks, second by second.
struct Village {
  Tunnel tunnel{site(), at(0)};
  std::uint64_t received = 0;
  std::uint64_t sent = 0;
  bool hub_answers = true;
  Status kernel{};
  std::vector<bool> alarm{};
  std::size_t nudges = 0;
  std::size_t wants = 0;

  TunnelSeen seen() const {
    if (!kernel) {
      return {site().interface, kernel, std::nullopt, std::nullopt};
    }
    HubTraffic hub;
    hub.received_bytes = received;
    hub.sent_bytes = sent;
    return {site().interface, {}, std::nullopt, hub};
  }
  void take(const TunnelEffects& effects, Instant now) {
    for (const bool raised : alarms(effects)) {
      alarm.push_back(raised);
    }
    nudges += all<NudgeTunnel>(effects).size();
    wants += all<WantTunnel>(effects).size();
    if (!all<WantTunnel>(effects).empty() || !all<ReadTunnel>(effects).empty()) {
      take(tunnel.on(seen(), now), now);
    }
  }
  void run(int from, int to) {
    for (int second = from; second < to; ++second) {
      sent += 1'000;
      received += hub_answers ? 1'000 : 0;
      if (tunnel.next_deadline() <= at(second)) {
        take(tunnel.tick(at(second)), at(second));
        EXPECT_GT(tunnel.next_deadline(), at(second));
      }
    }
  }
};

TEST(Tunnel, AsksForTheInterfaceFirstAndReadsItThen) {
  Tunnel tunnel{site(), at(0)};
  EXPECT_EQ(tunnel.next_deadline(), at(0));
  const auto wants = all<WantTunnel>(tunnel.tick(at(0)));
  ASSERT_EQ(wants.size(), 1U);
  EXPECT_EQ(wants[0].ends.interface, "wg-karkara");
  EXPECT_EQ(wants[0].ends.mark, 0U) << "outer packets follow the choice table";
  EXPECT_EQ(wants[0].mtu, 1'280U) << "no uplink is known yet";
  EXPECT_FALSE(tunnel.carries());
}

TEST(Tunnel, CarriesAfterSomeSecondsOfUpAndNotBefore) {
  Village village;
  village.take(village.tunnel.follow(over("vsat", "10.1.0.2"), at(0)), at(0));
  village.run(0, 12);
  EXPECT_EQ(village.tunnel.state(at(12)), TunnelState::Up);
  EXPECT_FALSE(village.tunnel.carries());
  village.run(12, 30);
  EXPECT_TRUE(village.tunnel.carries());
  EXPECT_TRUE(village.alarm.empty());
}

TEST(Tunnel, ASwitchNudgesAtOnceAndTwiceMore) {
  Village village;
  village.take(village.tunnel.follow(over("vsat", "10.1.0.2"), at(0)), at(0));
  village.run(0, 30);
  const auto effects = village.tunnel.follow(over("lte", "10.2.0.2"), at(30));
  const auto nudge = all<NudgeTunnel>(effects);
  ASSERT_EQ(nudge.size(), 1U);
  EXPECT_EQ(nudge[0].ends.hub, site().hub);
  village.nudges = 0;
  village.take(village.tunnel.follow(over("lte", "10.2.0.2"), at(30)), at(30));
  village.run(31, 60);
  EXPECT_EQ(village.nudges, 2U) << "a nudge may be lost; the same path again is no switch";
}

TEST(Tunnel, ANewAddressOnTheSameUplinkIsASwitchToo) {
  Village village;
  village.take(village.tunnel.follow(over("lte", "10.2.0.2"), at(0)), at(0));
  village.run(0, 30);
  EXPECT_EQ(all<NudgeTunnel>(village.tunnel.follow(over("lte", "10.2.0.77"), at(30))).size(), 1U);
}

TEST(Tunnel, ASilentHubRaisesTheAlarmAndSendsTheVillageOutDirectly) {
  Village village;
  village.take(village.tunnel.follow(over("vsat", "10.1.0.2"), at(0)), at(0));
  village.run(0, 30);
  ASSERT_TRUE(village.tunnel.carries());
  village.hub_answers = false;
  village.run(30, 75);
  EXPECT_FALSE(village.tunnel.carries());
  EXPECT_EQ(village.alarm, (std::vector<bool>{true}));
  village.hub_answers = true;
  village.run(75, 130);
  EXPECT_TRUE(village.tunnel.carries());
  EXPECT_EQ(village.alarm, (std::vector<bool>{true, false}));
}

TEST(Tunnel, AHubThatFlapsIsTrustedLaterEachTime) {
  Village village;
  village.take(village.tunnel.follow(over("vsat", "10.1.0.2"), at(0)), at(0));
  int second = 0;
  int last = 0;
  for (int round = 0; round < 4; ++round) {
    village.hub_answers = true;
    const int begin = second;
    while (!village.tunnel.carries() && second < begin + 1'000) {
      village.run(second, second + 1);
      ++second;
    }
    EXPECT_GT(second - begin, last) << round;
    last = second - begin;
    village.hub_answers = false;
    village.run(second, second + 60);
    second += 60;
  }
}

TEST(Tunnel, WithoutAnyUplinkThereIsNoAlarmOfTheTunnel) {
  Village village;
  village.take(village.tunnel.follow(over("vsat", "10.1.0.2"), at(0)), at(0));
  village.run(0, 30);
  village.take(village.tunnel.follow({}, at(30)), at(30));
  village.hub_answers = false;
  village.run(31, 600);
  EXPECT_TRUE(village.alarm.empty());
  EXPECT_TRUE(village.tunnel.carries()) << "sessions wait for an uplink rather than being thrown out";
}

TEST(Tunnel, AKernelWithoutWireguardIsAskedLessAndLessOften) {
  Village village;
  village.kernel = Error{ErrorCode::FailedPrecondition, "wireguard: this kernel lacks CONFIG_WIREGUARD"};
  village.take(village.tunnel.follow(over("vsat", "10.1.0.2"), at(0)), at(0));
  village.run(0, 3'600);
  EXPECT_LT(village.wants, 20U);
  EXPECT_GT(village.wants, 10U);
  EXPECT_EQ(village.alarm, (std::vector<bool>{true}));
  EXPECT_THAT(village.tunnel.explain(at(3'600)), Contains(HasSubstr("CONFIG_WIREGUARD")));
}

TEST(Tunnel, AnInterfaceThatSomebodyRemovedIsMadeAgain) {
  Village village;
  village.take(village.tunnel.follow(over("vsat", "10.1.0.2"), at(0)), at(0));
  village.run(0, 30);
  const std::size_t before = village.wants;
  village.kernel = Error{ErrorCode::NotFound, "wg-karkara: no such interface"};
  village.run(30, 36);
  EXPECT_FALSE(village.tunnel.is_present());
  village.kernel = {};
  village.run(36, 50);
  EXPECT_TRUE(village.tunnel.is_present());
  EXPECT_GT(village.wants, before);
}

TEST(Tunnel, TheMtuLeavesRoomOnTheSmallestUplink) {
  auto settings = site();
  EXPECT_EQ(tunnel_mtu(settings, 1'460), 1'400U);
  EXPECT_EQ(tunnel_mtu(settings, 9'000), 1'420U);
  EXPECT_EQ(tunnel_mtu(settings, 0), 1'280U);
  EXPECT_EQ(tunnel_mtu(settings, 1'280), 1'220U);
  settings.hub = *IpEndpoint::parse("[2001:db8::7]:51820");
  EXPECT_EQ(tunnel_mtu(settings, 1'460), 1'380U);
  settings.addresses.push_back(*IpPrefix::parse("2001:db8:99::2/64"));
  EXPECT_EQ(tunnel_mtu(settings, 1'300), 1'280U) << "less takes IPv6 off the interface";
  settings.mtu = 1'350;
  EXPECT_EQ(tunnel_mtu(settings, 9'000), 1'350U);
}

TEST(Tunnel, ASmallerUplinkMakesTheTunnelSmaller) {
  Village village;
  village.take(village.tunnel.follow(over("vsat", "10.1.0.2"), at(0)), at(0));
  village.run(0, 5);
  const auto wants = all<WantTunnel>(village.tunnel.follow(over("vsat", "10.1.0.2", 1'400), at(6)));
  ASSERT_EQ(wants.size(), 1U);
  EXPECT_EQ(wants[0].mtu, 1'340U);
}

TEST(Tunnel, ItsPublicKeyIsToldOnce) {
  Tunnel tunnel{site(), at(0)};
  TunnelSeen seen{site().interface, {}, WireguardKey{}, HubTraffic{}};
  seen.own_key->bytes.fill(std::byte{9});
  const auto says = all<TunnelSays>(tunnel.on(seen, at(1)));
  EXPECT_EQ(std::count_if(says.begin(), says.end(), [](const auto& s) { return s.message == TunnelMessage::Key; }), 1);
  const auto again = all<TunnelSays>(tunnel.on(seen, at(2)));
  EXPECT_EQ(std::count_if(again.begin(), again.end(), [](const auto& s) { return s.message == TunnelMessage::Key; }),
            0);
  EXPECT_THAT(tunnel.explain(at(2)), Contains(HasSubstr(seen.own_key->text())));
}

TEST(Tunnel, AnotherInterfaceWithdrawsTheOldOne) {
  Village village;
  village.run(0, 5);
  auto other = site();
  other.interface = "wg-other";
  const auto effects = village.tunnel.reconfigure(other, at(6));
  EXPECT_EQ(all<WithdrawTunnel>(effects), (std::vector<WithdrawTunnel>{{"wg-karkara"}}));
  ASSERT_EQ(all<WantTunnel>(effects).size(), 1U);
  EXPECT_EQ(all<WantTunnel>(effects)[0].ends.interface, "wg-other");
  EXPECT_TRUE(village.tunnel.reconfigure(other, at(7)).empty());
}

TEST(Tunnel, APathThatWasKnownBeforeTheInterfaceIsToldToTheHub) {
  Village village;
  village.take(village.tunnel.follow(over("vsat", "10.1.0.2"), at(0)), at(0));
  EXPECT_EQ(village.nudges, 0U) << "there is nothing yet to say it with";
  village.run(0, 10);
  EXPECT_GE(village.nudges, 1U);
}

TEST(Tunnel, WithoutKeepalivesAHubThatComesBackIsAskedForNowAndThen) {
  TunnelSettings settings = site();
  settings.keepalive = seconds{0};
  Village village{.tunnel = Tunnel{settings, at(0)}};
  village.take(village.tunnel.follow(over("vsat", "10.1.0.2"), at(0)), at(0));
  village.hub_answers = false;
  village.run(0, 120);
  ASSERT_EQ(village.tunnel.state(at(120)), TunnelState::Down);
  const std::size_t before = village.nudges;
  village.run(120, 3'720);
  EXPECT_GE(village.nudges - before, 11U);
  EXPECT_LE(village.nudges - before, 13U);
}

TEST(Tunnel, AReloadKeepsTheWordsThatAreStillToBeSaid) {
  Village village;
  village.take(village.tunnel.follow(over("vsat", "10.1.0.2"), at(0)), at(0));
  village.run(0, 30);
  village.take(village.tunnel.follow(over("lte", "10.2.0.2"), at(30)), at(30));
  const std::size_t before = village.nudges;
  TunnelSettings settings = site();
  settings.classes.clear();
  village.take(village.tunnel.reconfigure(settings, at(30)), at(30));
  village.run(30, 40);
  EXPECT_EQ(village.nudges - before, 2U);
}

}  // namespace
}  // namespace karkara
