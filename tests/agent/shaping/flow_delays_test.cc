#include "agent/shaping/flow_delays.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart{1000s};

struct Connection {
  std::uint64_t number;
  Duration path;
  unsigned samples = 3;
  Duration clock{};  // of its far end, beyond ours
};

// One window in which each connection's packets met this much queue each way.
std::vector<FlowRoundTrip> window(const std::vector<Connection>& connections, Duration up, Duration back, Instant now,
                                  bool far_time = false) {
  std::vector<FlowRoundTrip> told;
  for (const Connection& each : connections) {
    FlowRoundTrip flow{each.number, each.number, each.path + up + back, each.samples, 40ms, {}};
    if (far_time) {
      flow.far_time = now.since_boot() - flow.age - back - each.path / 2 + each.clock;
    }
    told.push_back(flow);
  }
  return told;
}

// Seconds on an empty link, so that they are known.
std::optional<FlowDelays::Pooled> settled(FlowDelays& delays, const std::vector<Connection>& connections,
                                          bool far_time = false) {
  for (Duration before = 6s; before > 0s; before -= 200ms) {
    const Instant now = kStart + -before;
    (void)delays.see(window(connections, 0ms, 0ms, now, far_time), now);
  }
  return delays.see(window(connections, 0ms, 0ms, kStart, far_time), kStart);
}

// Above the first that it told.
Duration added(const FlowDelays::Pooled& pooled, const FlowDelays::Pooled& idle) {
  return pooled.round_trip - idle.round_trip;
}

TEST(FlowDelays, PoolsConnectionsOfWhichEachTellsLittle) {
  std::vector<Connection> many;
  for (std::uint64_t i = 1; i <= 20; ++i) {
    many.push_back({i, i * 30ms, 1});
  }
  FlowDelays delays;
  const auto idle = settled(delays, many);
  const auto late = delays.see(window(many, 0ms, 80ms, kStart + 200ms), kStart + 200ms);
  ASSERT_TRUE(idle && late);
  EXPECT_EQ(added(*late, *idle), 80ms);
  EXPECT_EQ(late->asked, kStart + 200ms + -(40ms + 30ms + 80ms)) << "of one that told this";
}

TEST(FlowDelays, GathersOverWindowsUntilItIsEnough) {
  FlowDelays delays;
  const std::vector<Connection> one{{1, 60ms, 1}};
  (void)settled(delays, one);
  for (const auto& [after, enough] :
       {std::pair{2000ms, false}, {2200ms, false}, {2400ms, true}, {4000ms, false}, {5000ms, false}}) {
    const Instant now = kStart + after;
    EXPECT_EQ(delays.see(window(one, 0ms, 0ms, now), now).has_value(), enough) << after.count() << " ms after";
  }
}

// A village that comes to a full link with its first connections: they know nothing else, and anchors are to be asked.
TEST(FlowDelays, WhatBeginsWhileNothingIsKnownIsNotHeardForSeconds) {
  FlowDelays delays;
  for (Duration at = 0ms; at <= 5s; at += 200ms) {
    EXPECT_FALSE(delays.see(window({{1, 60ms}}, 900ms, 0ms, kStart + at), kStart + at));
  }
  EXPECT_TRUE(delays.see(window({{1, 60ms}}, 900ms, 0ms, kStart + 5200ms), kStart + 5200ms));
}

// Its clock was only seen behind a queue, and where in it is not known any more.
TEST(FlowDelays, AClockThatWasGuessedAtTellsNothingUntilItWasSeenWithoutAQueue) {
  FlowDelays delays;
  ASSERT_TRUE(settled(delays, {{1, 60ms}}, true));
  const auto told = [&](std::uint64_t flow, Duration up, Duration back, Duration after) {
    auto one = window({{flow, 60ms}}, up, back, kStart + after, true);
    one[0].remote = 1;
    return delays.see(one, kStart + after);
  };
  ASSERT_TRUE(told(1, 0ms, 300ms, 200ms));
  std::optional<FlowDelays::Pooled> last;
  for (Duration at = 400ms; at < 7s; at += 200ms) {
    last = told(2, 0ms, 300ms, at);
  }
  ASSERT_TRUE(last);
  EXPECT_FALSE(last->back) << "else the other way would be blamed";
  (void)told(2, 0ms, 0ms, 7200ms);
  last = told(2, 0ms, 0ms, 7400ms);
  EXPECT_TRUE(last && last->back);
}

TEST(FlowDelays, AConnectionThatBeginsBehindAQueueDoesNotHideIt) {
  FlowDelays delays;
  const std::vector<Connection> old{{1, 60ms}};
  const auto idle = settled(delays, old);
  ASSERT_TRUE(delays.see(window(old, 200ms, 0ms, kStart + 200ms), kStart + 200ms));
  const std::vector<Connection> young{{2, 300ms}, {3, 90ms}};
  EXPECT_FALSE(delays.see(window(young, 200ms, 0ms, kStart + 400ms), kStart + 400ms)) << "they know nothing new yet";
  const auto late = delays.see(window(young, 200ms, 0ms, kStart + 600ms), kStart + 600ms);
  ASSERT_TRUE(idle && late);
  EXPECT_EQ(added(*late, *idle), 200ms);
  const auto gone = delays.see(window(young, 0ms, 0ms, kStart + 800ms), kStart + 800ms);
  EXPECT_EQ(added(*gone, *idle), 0ms);
}

// Born while the queue ran empty: what it was taken to be is wrong, and not for a minute.
TEST(FlowDelays, AWrongGuessAboutAYoungConnectionDoesNotLast) {
  FlowDelays delays;
  const auto idle = settled(delays, {{1, 60ms}});
  ASSERT_TRUE(delays.see(window({{1, 60ms}}, 200ms, 0ms, kStart + 200ms), kStart + 200ms));
  std::optional<FlowDelays::Pooled> last;
  for (Duration at = 400ms; at < 8s; at += 200ms) {
    last = delays.see(window({{2, 600ms}}, 0ms, 0ms, kStart + at), kStart + at);
    ASSERT_EQ(last.has_value(), at > 400ms);
  }
  ASSERT_TRUE(idle && last);
  EXPECT_EQ(added(*last, *idle), 0ms);
}

TEST(FlowDelays, OneThatIsBusierThanAllOthersIsOutweighed) {
  FlowDelays delays;
  std::vector<Connection> connections{{1, 60ms, 3}, {2, 60ms, 400}, {3, 60ms, 3}};
  const auto idle = settled(delays, connections);
  auto told = window(connections, 10ms, 0ms, kStart + 200ms);
  told[1].least = 3s;
  const auto late = delays.see(told, kStart + 200ms);
  ASSERT_TRUE(idle && late);
  EXPECT_EQ(added(*late, *idle), 10ms);
}

TEST(FlowDelays, OneFarEndWithManyConnectionsIsOutweighed) {
  FlowDelays delays;
  std::vector<Connection> connections;
  for (std::uint64_t i = 1; i <= 20; ++i) {
    connections.push_back({i, 60ms});
  }
  const auto idle = settled(delays, connections);
  auto told = window(connections, 10ms, 0ms, kStart + 200ms);
  for (std::size_t i = 0; i < 17; ++i) {
    told[i].remote = 999;
    told[i].least = 3s;
  }
  const auto late = delays.see(told, kStart + 200ms);
  ASSERT_TRUE(idle && late);
  EXPECT_EQ(added(*late, *idle), 10ms);
}

TEST(FlowDelays, TellsTheWaysApartByEachFarEndsOwnClock) {
  FlowDelays delays;
  const std::vector<Connection> two{{1, 60ms, 3, 5000h}, {2, 140ms, 3, -70h}};
  const auto idle = settled(delays, two, true);
  const auto late = delays.see(window(two, 150ms, 30ms, kStart + 200ms, true), kStart + 200ms);
  ASSERT_TRUE(idle && idle->back && late && late->back);
  EXPECT_EQ(added(*late, *idle), 180ms);
  EXPECT_EQ(*late->back - *idle->back, 30ms);
  const DelaySeen up = late->in(true);
  const DelaySeen down = late->in(false);
  EXPECT_EQ(*up.one_way - *idle->in(true).one_way, 150ms);
  EXPECT_EQ(*down.one_way - *idle->in(false).one_way, 30ms);
  EXPECT_TRUE(up.passive);
}

TEST(FlowDelays, AClockThatIsFirstSeenBehindAQueueDoesNotTellTheWays) {
  FlowDelays delays;
  const std::vector<Connection> timeless{{1, 60ms}};
  ASSERT_TRUE(settled(delays, timeless));
  ASSERT_TRUE(delays.see(window(timeless, 0ms, 300ms, kStart + 200ms), kStart + 200ms));
  const std::vector<Connection> young{{2, 60ms}};
  EXPECT_FALSE(delays.see(window(young, 0ms, 300ms, kStart + 400ms, true), kStart + 400ms));
  const auto late = delays.see(window(young, 0ms, 300ms, kStart + 600ms, true), kStart + 600ms);
  ASSERT_TRUE(late);
  EXPECT_FALSE(late->back);
}

TEST(FlowDelays, AFloodOfConnectionsForgetsTheOldest) {
  FlowDelays delays;
  const auto idle = settled(delays, {{1, 60ms}});
  for (std::uint64_t i = 0; i < 5 * FlowDelays::kMostFlows; ++i) {
    const Instant now = kStart + (i + 1) * 1ms;
    ASSERT_TRUE(delays.see(window({{i + 2, 60ms}, {1, 60ms}}, 0ms, 0ms, now), now));
  }
  const Instant now = kStart + 3s;
  const auto late = delays.see(window({{1, 60ms}}, 70ms, 0ms, now), now);
  ASSERT_TRUE(idle && late);
  EXPECT_EQ(added(*late, *idle), 70ms) << "the one that goes on is known";
}

TEST(FlowDelays, BelievesNoImpossibleFarClock) {
  FlowDelays delays;
  for (const Duration far : {Duration::min(), Duration::max(), Duration{0}}) {
    ASSERT_TRUE(settled(delays, {{7, 60ms}}));
    const FlowRoundTrip flow{7, 7, 60ms, 5, 0ms, far};
    const auto pooled = delays.see(std::vector{flow}, kStart + 200ms);
    ASSERT_TRUE(pooled);
    EXPECT_EQ(pooled->back.has_value(), far == Duration{0});
    delays.forget();
  }
}

}  // namespace
}  // namespace karkara
