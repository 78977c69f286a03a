#include "agent/codec/far_clock.h"

#include <gmock/gmock.h>

#include "tests/agent/codec/stamped_link.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;
using testing::Eq;
using testing::Optional;
using testing::SizeIs;

// One that ticks so often in a second, seen twenty times a second; 'late': what the last segment waited more.
FarClock seen_for(Duration time, std::int64_t ticks_a_second, Duration late = {}, std::uint32_t first = 77) {
  FarClock clock;
  const auto value = [&](Duration sent) {
    return first + static_cast<std::uint32_t>(sent / 1us * ticks_a_second / 1'000'000);
  };
  for (Duration sent{}; sent < time; sent += 50ms) {
    clock.show(value(sent), Instant{100s + sent});
  }
  clock.show(value(time), Instant{100s + time + late});
  return clock;
}

TEST(FarClock, IsKnownAfterTwoSecondsWhenItTicksInMilliseconds) {
  EXPECT_FALSE(FarClock{}.is_known());
  EXPECT_FALSE(seen_for(1900ms, 1000).is_known());
  EXPECT_TRUE(seen_for(2s, 1000).is_known());
  EXPECT_TRUE(seen_for(1h, 1000).is_known());
}

TEST(FarClock, TicksOfOtherLengthAreNotBelieved) {
  for (const std::int64_t ticks : {0, 1, 100, 250, 300, 10'000, 1'000'000}) {
    for (const Duration time : {Duration{2s}, Duration{5s}, Duration{2min}}) {
      EXPECT_FALSE(seen_for(time, ticks).is_known()) << ticks << " in " << time.count();
    }
  }
}

TEST(FarClock, AQueueThatGrowsOrDrainsIsNoWrongClock) {
  EXPECT_TRUE(seen_for(3s, 1000, 900ms).is_known());
  EXPECT_TRUE(seen_for(3s, 1000, -900ms).is_known());
}

TEST(FarClock, TwoClocksMayDrift) {
  EXPECT_TRUE(seen_for(10min, 1002).is_known());
  EXPECT_FALSE(seen_for(10min, 1024).is_known());
}

TEST(FarClock, GoesOnBehindTheLargestValue) {
  FarClock clock;
  EXPECT_EQ(clock.show(0xffff'fff0, Instant{1s}), std::chrono::milliseconds{0xffff'fff0});
  EXPECT_EQ(clock.show(0x10, Instant{1s + 32ms}), std::chrono::milliseconds{0xffff'fff0} + 32ms);
  EXPECT_EQ(clock.show(0xffff'fffe, Instant{1s + 33ms}), std::chrono::milliseconds{0xffff'fffe}) << "overtaken";
  EXPECT_TRUE(seen_for(5s, 1000, {}, 0xffff'ff00).is_known());
}

TEST(FarClock, AnotherClockInItsPlaceIsNoticed) {
  FarClock clock = seen_for(5s, 1000);
  clock.show(3'000'000'000, Instant{106s});
  EXPECT_FALSE(clock.is_known()) << "the same addresses and ports, later";
}

// What a queue on the way back adds shows in the difference to the far end's clock, and nothing that is on the way
// there.
TEST(RoundTripMatch, TellsWhenTheFarEndSentTheLeast) {
  Tap tap;
  std::vector<FlowRoundTrip> told;
  for (std::uint32_t i = 0; i < 60; ++i) {
    tap.at(i * 50ms);
    tap.out(1000 + i);
    tap.at(i * 50ms + 30ms);
    tap.match.on({Connection{}.far, Connection{}.near, 500'000 + i * 50, 1000 + i, false, true, true}, false,
                 tap.wall());
    const auto now = tap.told_at(i * 50ms + 40ms);
    told.insert(told.end(), now.begin(), now.end());
  }
  ASSERT_GT(told.size(), 5U);
  EXPECT_FALSE(told.front().far_time) << "too little seen of it";
  // 30 ms under way there and back: at 30 ms it showed 500,000.
  const Duration came = 59 * 50ms + 40ms;
  EXPECT_LE(told.back().age, 250ms);
  ASSERT_TRUE(told.back().far_time);
  const Duration at_most = std::chrono::milliseconds{500'000} + came;
  EXPECT_LE(*told.back().far_time, at_most);
  EXPECT_GT(*told.back().far_time, at_most - 600ms);
}

TEST(RoundTripMatch, TheAgeAndTheFarTimeAreThoseOfTheLeast) {
  Tap tap;
  const auto answer = [&](Duration time, std::uint32_t far_value, std::uint32_t echo) {
    tap.at(time);
    tap.match.on({Connection{}.far, Connection{}.near, far_value, echo, false, true, true}, false, tap.wall());
  };
  tap.out(1);
  answer(10ms, 5010, 1);
  static_cast<void>(tap.told_at(1s));
  tap.at(3s);
  for (std::uint32_t value = 2; value < 6; ++value) {
    tap.out(value);
  }
  answer(3070ms, 8070, 2);
  tap.at(3030ms);
  tap.out(9);
  answer(3080ms, 8077, 9);
  answer(3100ms, 8100, 3);
  const auto told = tap.told_at(3300ms);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told.front().least, 50ms);
  EXPECT_EQ(told.front().age, 220ms);
  EXPECT_THAT(told.front().far_time, Optional(Eq(Duration{8077ms})));
}

// One answer each 50 ms for so long, sent when the far clock showed that time and 500 s.
void chat(Tap& tap, Duration begin, Duration time, const Connection& by = {}) {
  const auto first = static_cast<std::uint32_t>(begin / 1ms);
  for (std::uint32_t i = 0; i < time / 50ms; ++i) {
    tap.at(begin + i * 50ms);
    tap.out(first + i, by);
    tap.match.on({by.far, by.near, 500'000 + first + i * 50, first + i, false, true, true}, false, tap.wall() + 1us);
  }
}

TEST(RoundTripMatch, AFarClockOutlivesAStepOfOurs) {
  Tap tap;
  chat(tap, 10ms, 3s);
  tap.step_wall(-10h);
  static_cast<void>(tap.told_at(3100ms));
  chat(tap, 4500ms, 500ms);
  const auto told = tap.told_at(5s);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_THAT(told.front().far_time, Optional(Eq(Duration{504'550ms}))) << "of the second, whose tick began in sight";
}

TEST(FarClock, OneThatRunsAwayIsNoOverflow) {
  FarClock clock;
  std::uint32_t value = 0;
  for (int i = 0; i < 20'000; ++i) {
    value += 0x7fffffffU;
    clock.show(value, Instant{std::chrono::milliseconds{i}});
  }
  EXPECT_FALSE(clock.is_known());
}

TEST(RoundTripMatch, KeepsTheClocksOfABoundedNumberOfConnections) {
  for (const std::uint32_t others : {50U, 400U}) {
    Tap tap;
    chat(tap, 10ms, 3s);
    static_cast<void>(tap.told_at(4s));
    for (std::uint32_t i = 0; i < others; ++i) {
      Connection other;
      other.near.port = static_cast<std::uint16_t>(i);
      chat(tap, 5s + i * 200ms, 150ms, other);
      static_cast<void>(tap.told_at(5s + i * 200ms + 199ms));
    }
    chat(tap, 100s, 500ms);
    const auto told = tap.told_at(101s);
    ASSERT_THAT(told, SizeIs(1));
    EXPECT_EQ(told.front().far_time.has_value(), others < 256);
  }
}

}  // namespace
}  // namespace karkara
