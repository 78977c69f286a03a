#include "agent/uplink/tunnel_watch.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

using std::chrono::seconds;

constexpr seconds kKeepalive{25};

Instant at(int second) {
  return Instant{seconds{1'000 + second}};
}

HubTraffic counted(std::uint64_t received, std::uint64_t sent) {
  HubTraffic hub;
  hub.received_bytes = received;
  hub.sent_bytes = sent;
  return hub;
}

TEST(TunnelWatch, IsUpOnceTheHubWasHeard) {
  TunnelWatch watch{at(0)};
  watch.see(counted(0, 148), kKeepalive, at(1));
  EXPECT_EQ(watch.state(at(1)), TunnelState::Handshaking);
  watch.see(counted(92, 180), kKeepalive, at(6));
  EXPECT_EQ(watch.state(at(6)), TunnelState::Up);
  EXPECT_EQ(watch.heard_ago(at(8)), seconds{2});
}

TEST(TunnelWatch, IsDownWhenTheHubNeverAnswers) {
  TunnelWatch watch{at(0)};
  watch.see(counted(0, 148), kKeepalive, at(1));
  EXPECT_EQ(watch.changes_at(at(1)), at(15));
  EXPECT_EQ(watch.state(at(14)), TunnelState::Handshaking);
  EXPECT_EQ(watch.state(at(15)), TunnelState::Down);
  EXPECT_EQ(watch.changes_at(at(15)), Instant::max());
}

TEST(TunnelWatch, KeepalivesThatNobodyAnswersAreNoSilence) {
  TunnelWatch watch{at(0)};
  watch.see(counted(92, 180), kKeepalive, at(0));
  watch.see(counted(184, 180), kKeepalive, at(1));
  for (int second = 25; second <= 175; second += 25) {
    watch.see(counted(184, 180 + 32 * static_cast<std::uint64_t>(second / 25)), kKeepalive, at(second));
    EXPECT_EQ(watch.state(at(second)), TunnelState::Up) << second;
  }
  EXPECT_EQ(watch.state(at(182)), TunnelState::Handshaking) << "a session does not live longer";
}

TEST(TunnelWatch, WithoutKeepalivesAQuietNightIsNoSilence) {
  TunnelWatch watch{at(0)};
  watch.see(counted(92, 180), seconds{0}, at(0));
  watch.see(counted(184, 180), seconds{0}, at(1));
  EXPECT_EQ(watch.changes_at(at(1)), Instant::max());
  EXPECT_EQ(watch.state(at(8 * 3'600)), TunnelState::Up);
  watch.see(counted(184, 1'180), seconds{0}, at(8 * 3'600));
  EXPECT_EQ(watch.state(at(8 * 3'600 + 60)), TunnelState::Down) << "what was asked and not answered still counts";
}

TEST(TunnelWatch, RareKeepalivesGiveTheHubTimeToBeHeard) {
  TunnelWatch watch{at(0)};
  watch.see(counted(92, 180), seconds{600}, at(0));
  watch.see(counted(184, 180), seconds{600}, at(1));
  EXPECT_EQ(watch.state(at(700)), TunnelState::Up);
  EXPECT_EQ(watch.state(at(800)), TunnelState::Down);
}

TEST(TunnelWatch, DataThatNobodyAnswersIsSilence) {
  TunnelWatch watch{at(0)};
  watch.see(counted(92, 180), kKeepalive, at(0));
  watch.see(counted(184, 180), kKeepalive, at(5));
  watch.see(counted(184, 1'600), kKeepalive, at(10));
  EXPECT_EQ(watch.state(at(21)), TunnelState::Up);
  EXPECT_EQ(watch.state(at(22)), TunnelState::Handshaking);
  EXPECT_EQ(watch.state(at(37)), TunnelState::Down);
  watch.see(counted(216, 1'700), kKeepalive, at(40));
  EXPECT_EQ(watch.state(at(40)), TunnelState::Up) << "heard again";
}

TEST(TunnelWatch, ANewHandshakeIsAProofWhateverTheWallClockSays) {
  TunnelWatch watch{at(0)};
  auto hub = counted(92, 180);
  hub.last_handshake = WallTime{seconds{1'700'000'000}};
  watch.see(hub, kKeepalive, at(0));
  hub.last_handshake = WallTime{seconds{3'600}};  // the clock was set back to 1970 meanwhile
  watch.see(hub, kKeepalive, at(5));
  EXPECT_EQ(watch.state(at(5)), TunnelState::Up);
}

TEST(TunnelWatch, ASessionFromBeforeARestartCountsByItsAge) {
  TunnelWatch watch{at(0)};
  auto hub = counted(1'000, 1'000);
  hub.handshake_age = seconds{100};
  watch.see(hub, kKeepalive, at(1));
  EXPECT_EQ(watch.state(at(1)), TunnelState::Up);
  EXPECT_EQ(watch.changes_at(at(1)), at(81));
}

TEST(TunnelWatch, CountersThatFallAreANewInterface) {
  TunnelWatch watch{at(0)};
  watch.see(counted(92, 180), kKeepalive, at(0));
  watch.see(counted(184, 280), kKeepalive, at(1));
  watch.see(counted(0, 148), kKeepalive, at(20));
  EXPECT_NE(watch.state(at(20)), TunnelState::Up);
}

TEST(TunnelWatch, WithoutAnUplinkTheStateStays) {
  TunnelWatch watch{at(0)};
  watch.see(counted(92, 180), kKeepalive, at(0));
  watch.see(counted(184, 280), kKeepalive, at(1));
  watch.pause(at(10));
  watch.see(counted(184, 9'999), kKeepalive, at(500));
  EXPECT_EQ(watch.state(at(900)), TunnelState::Up);
  EXPECT_EQ(watch.changes_at(at(900)), Instant::max());
  watch.resume(at(1'000));
  EXPECT_EQ(watch.state(at(1'000)), TunnelState::Up);
  EXPECT_EQ(watch.changes_at(at(1'000)), at(1'171)) << "what was left of the session's life";
}

}  // namespace
}  // namespace karkara
