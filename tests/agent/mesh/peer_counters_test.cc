#include "agent/mesh/peer_counters.h"

#include <gtest/gtest.h>

#include "tests/agent/mesh/mesh_scene.h"

namespace karkara {
namespace {

using std::chrono::seconds;

// A peer whose counters grow from look to look, five seconds apart.
struct Link {
  MeshPeerSeen seen = good_peer(1);
  Instant now{std::chrono::hours{1}};
  PeerCounters counters;

  PeerCountersStep look(std::uint64_t sent, std::uint64_t failed, bool heard = true) {
    now = now + seconds{5};
    seen.connected = *seen.connected + seconds{5};
    seen.sent = *seen.sent + sent;
    seen.failed = *seen.failed + failed;
    return counters.take(seen, heard, now);
  }
};

TEST(PeerCounters, TellThePartsSinceTheLookBefore) {
  Link link;
  EXPECT_EQ(link.look(0, 0), PeerCountersStep::First);
  EXPECT_EQ(link.counters.failed_ratio(), std::nullopt);
  link.seen.retries = *link.seen.retries + 50;
  EXPECT_EQ(link.look(200, 20), PeerCountersStep::Counted);
  EXPECT_DOUBLE_EQ(link.counters.failed_ratio().value(), 0.1);
  EXPECT_DOUBLE_EQ(link.counters.retry_ratio().value(), 0.25);
  link.look(0, 0);
  EXPECT_EQ(link.counters.failed_ratio(), std::nullopt) << "nothing was sent";
}

TEST(PeerCounters, FailTwiceInARowOverEnoughPackets) {
  Link link;
  link.look(0, 0);
  link.look(20, 11);
  EXPECT_FALSE(link.counters.is_failing()) << "once";
  link.look(20, 11);
  EXPECT_TRUE(link.counters.is_failing());
}

TEST(PeerCounters, AGoodWindowBetweenBeginsAgain) {
  Link link;
  link.look(0, 0);
  for (int i = 0; i < 5; ++i) {
    link.look(100, 90);
    link.look(100, 50);  // half is not above a half
    EXPECT_FALSE(link.counters.is_failing());
  }
}

TEST(PeerCounters, GatherFewPacketsUntilTheyAreEnough) {
  Link link;
  link.look(0, 0);
  for (int i = 0; i < 5; ++i) {
    link.look(8, 8);
    EXPECT_FALSE(link.counters.is_failing()) << i;  // 24 after three looks are one window
  }
  link.look(8, 8);
  EXPECT_TRUE(link.counters.is_failing());
  EXPECT_EQ(link.counters.judged()->sent, 24U);
}

TEST(PeerCounters, RecoverBelowAQuarterOnly) {
  Link link;
  link.look(0, 0);
  link.look(100, 90);
  link.look(100, 90);
  link.look(100, 40);
  EXPECT_TRUE(link.counters.is_failing());
  link.look(100, 24);
  EXPECT_FALSE(link.counters.is_failing());
}

TEST(PeerCounters, AreNotBelievedForEverWithoutTraffic) {
  Link link;
  link.look(0, 0);
  link.look(100, 90);
  link.look(100, 90);
  link.now = link.now + std::chrono::minutes{11};
  link.seen.connected = *link.seen.connected + std::chrono::minutes{11};
  link.look(0, 0);
  EXPECT_FALSE(link.counters.is_failing());
}

TEST(PeerCounters, WhatFailsWhileNothingIsHeardProvesNothing) {
  Link link;
  link.look(0, 0);
  link.look(100, 100);
  link.look(100, 100, false);
  link.look(100, 100, false);
  EXPECT_FALSE(link.counters.is_failing());
}

TEST(PeerCounters, ALinkThatWasMadeAnewIsNoReset) {
  Link link;
  link.look(0, 0);
  link.look(100, 90);
  link.seen.connected = seconds{2};
  link.seen.sent = 3;
  link.seen.failed = 0;
  EXPECT_EQ(link.look(0, 0), PeerCountersStep::CameAnew);
  EXPECT_EQ(link.counters.failed_ratio(), std::nullopt);
  link.look(100, 90);
  EXPECT_FALSE(link.counters.is_failing()) << "the bad window before was of another link";
}

TEST(PeerCounters, ALinkThatWasMadeAnewIsSeenByItsAgeAlone) {
  Link link;
  link.seen.connected = seconds{1};
  link.look(0, 0);
  link.now = link.now + std::chrono::minutes{1};
  EXPECT_EQ(link.look(100, 0), PeerCountersStep::CameAnew) << "it is 11 s old, and was 6 s old 65 s ago";
}

TEST(PeerCounters, ADriverThatWasResetIsToldApart) {
  Link link;
  link.look(0, 0);
  link.seen.sent = 0;
  link.seen.failed = 0;
  EXPECT_EQ(link.look(5, 1), PeerCountersStep::Reset);
  EXPECT_EQ(link.counters.failed_ratio(), std::nullopt);
  EXPECT_EQ(link.look(20, 1), PeerCountersStep::Counted);
}

TEST(PeerCounters, ThirtyTwoBitsRunOver) {
  Link link;
  link.seen.sent = 0xffff'fff0U;
  link.look(0, 0);
  link.seen.sent = 16;
  link.now = link.now + seconds{5};
  link.seen.connected = *link.seen.connected + seconds{5};
  link.seen.failed = *link.seen.failed + 8;
  EXPECT_EQ(link.counters.take(link.seen, true, link.now), PeerCountersStep::Counted);
  EXPECT_DOUBLE_EQ(link.counters.failed_ratio().value(), 0.25);
}

TEST(PeerCounters, ADriverThatTellsNoneIsNeverFailing) {
  Link link;
  link.seen.failed.reset();
  link.seen.retries.reset();
  for (int i = 0; i < 4; ++i) {
    link.now = link.now + seconds{5};
    link.seen.connected = *link.seen.connected + seconds{5};
    link.seen.sent = *link.seen.sent + 100;
    link.counters.take(link.seen, true, link.now);
    EXPECT_EQ(link.counters.failed_ratio(), std::nullopt);
    EXPECT_FALSE(link.counters.is_failing());
  }
}

}  // namespace
}  // namespace karkara
