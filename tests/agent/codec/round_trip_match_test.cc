#include "agent/codec/round_trip_match.h"

#include <gmock/gmock.h>

#include <array>

#include "tests/agent/codec/stamped_link.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

auto least_is(Duration least) {
  return Field(&FlowRoundTrip::least, least);
}

auto samples_are(unsigned count) {
  return Field(&FlowRoundTrip::samples, count);
}

TEST(RoundTripMatch, TellsTheLeastOfAWindow) {
  Tap tap;
  for (std::uint32_t i = 0; i < 4; ++i) {
    tap.at(i * 10ms);
    tap.out(10 + i);
  }
  const std::array<Duration, 4> late{620ms, 640ms, 605ms, 700ms};
  for (std::uint32_t i = 0; i < 4; ++i) {
    tap.at(i * 10ms + late.at(i));
    tap.in(10 + i);
  }
  EXPECT_EQ(tap.deadline(), 820ms);
  EXPECT_THAT(tap.told_at(810ms), IsEmpty());
  EXPECT_THAT(tap.told_at(820ms), ElementsAre(AllOf(least_is(605ms), samples_are(4))));
  EXPECT_EQ(tap.match.next_deadline(), Instant::max());
  EXPECT_THAT(tap.told_at(2000ms), IsEmpty());
}

TEST(RoundTripMatch, IsAsleepWithoutAnswers) {
  Tap tap;
  tap.out(1);
  tap.in(77);
  EXPECT_EQ(tap.match.next_deadline(), Instant::max());
}

TEST(RoundTripMatch, TheFirstSegmentOfATickCounts) {
  Tap tap;
  for (std::uint32_t value = 10; value < 13; ++value) {
    tap.at((value - 10) * 10ms);
    tap.out(value);
    tap.at((value - 10) * 10ms + 9ms);
    tap.out(value);
  }
  for (std::uint32_t value = 10; value < 13; ++value) {
    tap.at(60ms + (value - 10) * 10ms);
    tap.in(value);
  }
  EXPECT_THAT(tap.told_at(400ms), ElementsAre(least_is(60ms)));
}

// The echo answers the first segment of a tick: taken for that of a later one, it comes too soon by up to a tick.
TEST(RoundTripMatch, ATickWhoseFirstSegmentsWereMissedAsksNothing) {
  for (const bool told : {false, true}) {
    Tap tap;
    if (told) {
      tap.match.missed();
    }
    for (std::uint32_t value = 10; value < 14; ++value) {
      if (value > 10) {  // the first was lost, sent at 0 ms
        tap.at((value - 10) * 10ms);
        tap.out(value);
      }
      tap.at((value - 10) * 10ms + 9ms);
      tap.out(value);
    }
    for (std::uint32_t value = 10; value < 14; ++value) {
      tap.at(60ms + (value - 10) * 10ms);
      tap.in(value);
    }
    EXPECT_THAT(tap.told_at(400ms), ElementsAre(AllOf(least_is(told ? 60ms : 51ms), samples_are(told ? 3U : 4U))));
  }
}

TEST(RoundTripMatch, EachConnectionsOwnTickIsLeftOutOnceAfterAGap) {
  Tap tap;
  Connection other;
  other.near = *IpEndpoint::parse("10.1.0.2:40002");
  exchange(tap, 0ms, 10, 50ms);
  EXPECT_THAT(tap.told_at(400ms), ElementsAre(samples_are(3)));
  tap.match.missed();
  tap.out(20);
  tap.at(900ms);
  tap.out(70, other);
  tap.out(20);  // a slow clock: the same tick still
  for (std::uint32_t value = 21; value < 25; ++value) {
    tap.out(value);
    tap.out(50 + value, other);
  }
  tap.at(950ms);
  for (std::uint32_t value = 20; value < 25; ++value) {
    tap.in(value);
    tap.in(50 + value, other);
  }
  EXPECT_THAT(tap.told_at(1300ms), testing::Each(AllOf(least_is(50ms), samples_are(4))));
  // No tick lasts longer than a second: who is silent for so long begins a new one.
  Connection late;
  late.near = *IpEndpoint::parse("10.1.0.2:40003");
  exchange(tap, 1500ms, 10, 40ms, late);
  EXPECT_THAT(tap.told_at(1900ms), ElementsAre(AllOf(least_is(40ms), samples_are(3))));
}

// What was asked before the gap is as good as ever.
TEST(RoundTripMatch, AQuestionFromBeforeAGapIsAnswered) {
  Tap tap;
  for (std::uint32_t value = 10; value < 13; ++value) {
    tap.out(value);
  }
  tap.at(5ms);
  tap.match.missed();
  tap.out(12);
  tap.at(60ms);
  for (std::uint32_t value = 10; value < 13; ++value) {
    tap.in(value);
  }
  EXPECT_THAT(tap.told_at(400ms), ElementsAre(AllOf(least_is(60ms), samples_are(3))));
}

TEST(RoundTripMatch, ACrowdAfterAGapIsNotRememberedAndAsksNothing) {
  Tap tap;
  tap.match.missed();
  for (int port = 1; port <= 1000; ++port) {
    const Connection each{*IpEndpoint::parse("10.1.0.2:" + std::to_string(port)), Connection{}.far};
    tap.out(10, each);
    tap.out(11, each);
  }
  tap.at(50ms);
  unsigned samples = 0;
  for (int port = 1; port <= 1000; ++port) {
    const Connection each{*IpEndpoint::parse("10.1.0.2:" + std::to_string(port)), Connection{}.far};
    tap.in(10, each);
    tap.in(11, each);
  }
  for (const FlowRoundTrip& flow : tap.told_at(400ms)) {
    samples += flow.samples;
  }
  EXPECT_EQ(samples, RoundTripMatch::kMostFlows);
}

TEST(RoundTripMatch, AnAnswerCountsOnceAndItsTickNeverAsksAgain) {
  Tap tap;
  for (int again = 0; again < 5; ++again) {
    tap.at(again * 30ms);
    tap.out(10);  // from behind a slow queue of the village
    tap.at(again * 30ms + 20ms);
    tap.in(10);
    tap.in(10);
  }
  EXPECT_THAT(tap.told_at(1000ms), IsEmpty());
}

TEST(RoundTripMatch, OnlyTheOtherEndOfTheConnectionAnswers) {
  Tap tap;
  const Connection mine;
  const Connection neighbour{*IpEndpoint::parse("10.1.0.2:40002"), mine.far};
  const Connection elsewhere{mine.near, *IpEndpoint::parse("203.0.113.10:443")};
  const Connection turned{mine.far, mine.near};
  for (std::uint32_t value = 10; value < 14; ++value) {
    tap.out(value, mine);
  }
  tap.at(20ms);
  for (std::uint32_t value = 10; value < 14; ++value) {
    tap.in(value, neighbour);
    tap.in(value, elsewhere);
    tap.in(value, turned);
    tap.in(value + 100, mine);  // forged: never sent
  }
  tap.at(60ms);
  for (std::uint32_t value = 10; value < 14; ++value) {
    tap.in(value, mine);
  }
  EXPECT_THAT(tap.told_at(1000ms), ElementsAre(AllOf(least_is(60ms), samples_are(4))));
}

TEST(RoundTripMatch, AnswersInAnotherOrderAreAsGood) {
  Tap tap;
  for (std::uint32_t value = 10; value < 13; ++value) {
    tap.at((value - 10) * 10ms);
    tap.out(value);
  }
  tap.at(90ms);
  tap.in(12);
  tap.in(10);
  tap.in(11);
  EXPECT_THAT(tap.told_at(400ms), ElementsAre(AllOf(least_is(70ms), samples_are(3))));
}

TEST(RoundTripMatch, AnAnswerNotedBeforeItsQuestionIsNone) {
  Tap tap;
  for (std::uint32_t value = 10; value < 13; ++value) {
    tap.out(value);
    tap.in(value, {}, true, 1ms);  // two processors wrote into the ring
  }
  EXPECT_THAT(tap.told_at(1000ms), IsEmpty());
}

TEST(RoundTripMatch, TimestampsWrapAround) {
  Tap tap;
  exchange(tap, 0ms, 0xffff'fffe, 50ms);  // the third is 0, which asks nothing
  tap.at(80ms);
  tap.out(1);
  tap.at(130ms);
  tap.in(1);
  EXPECT_THAT(tap.told_at(400ms), ElementsAre(AllOf(least_is(50ms), samples_are(3))));
}

TEST(RoundTripMatch, AValueThatComesAgainAfterLongAsksAnew) {
  Tap tap;
  exchange(tap, 0ms, 10, 50ms);
  EXPECT_THAT(tap.told_at(400ms), SizeIs(1));
  exchange(tap, 20s, 10, 40ms);
  EXPECT_THAT(tap.told_at(21s), ElementsAre(least_is(40ms)));
}

TEST(RoundTripMatch, WhoAnswersAfterLongIsNotHeard) {
  Tap tap;
  exchange(tap, 0ms, 10, RoundTripMatch::kLongest + 1ms);
  EXPECT_THAT(tap.told_at(11s), IsEmpty());
  exchange(tap, 20s, 20, RoundTripMatch::kLongest - 1ms);
  EXPECT_THAT(tap.told_at(31s), ElementsAre(least_is(RoundTripMatch::kLongest - 1ms)));
}

// Asks, the server thinks, answers: no three of them in time, however long it goes on.
TEST(RoundTripMatch, ASleepyConnectionIsNotTold) {
  Tap tap;
  for (std::uint32_t i = 0; i < 50; ++i) {
    tap.at(i * 500ms);
    tap.out(100 + i);
    EXPECT_THAT(tap.told_at(i * 500ms + 400ms), IsEmpty());
    tap.in(100 + i);
  }
}

TEST(RoundTripMatch, FewAnswersAreForgottenSoon) {
  Tap tap;
  tap.out(1);
  tap.at(50ms);
  tap.in(1);
  for (Instant wake = tap.match.next_deadline(); wake != Instant::max(); wake = tap.match.next_deadline()) {
    ASSERT_LE(tap.deadline(), 50ms + RoundTripMatch::kSlowest);
    EXPECT_THAT(tap.told_at(tap.deadline()), IsEmpty());
  }
  // Nor are they, when nobody looked, taken for those of one time.
  for (std::uint32_t i = 0; i < 3; ++i) {
    tap.at(1s + i * 500ms);
    tap.out(10 + i);
    tap.in(10 + i, {}, true, -1us);
  }
  EXPECT_THAT(tap.told_at(2100ms), IsEmpty());
}

// A server that has nothing to say for a while echoes late: the others of the window tell the path.
TEST(RoundTripMatch, OneThoughtfulAnswerDoesNotHideThePath) {
  Tap tap;
  tap.out(1);
  exchange(tap, 700ms, 10, 50ms);
  tap.in(1);
  EXPECT_THAT(tap.told_at(1200ms), ElementsAre(AllOf(least_is(50ms), samples_are(4))));
}

// A request's acknowledgement came with what was asked for, worked out meanwhile.
TEST(RoundTripMatch, DataForDataIsNoRoundTrip) {
  Tap tap;
  for (std::uint32_t value = 10; value < 20; ++value) {
    tap.at((value - 10) * 10ms);
    tap.out(value, {}, true);
  }
  tap.at(150ms);
  for (std::uint32_t value = 10; value < 15; ++value) {
    tap.in(value, {}, true);
  }
  EXPECT_EQ(tap.match.next_deadline(), Instant::max());
  for (std::uint32_t value = 15; value < 20; ++value) {
    tap.in(value, {}, false);  // an upload's acknowledgements
  }
  EXPECT_THAT(tap.told_at(400ms), ElementsAre(AllOf(least_is(60ms), samples_are(5))));
}

TEST(RoundTripMatch, ASlowConnectionHasThreeWindows) {
  Tap tap;
  for (std::uint32_t i = 0; i < 5; ++i) {
    tap.at(i * 150ms);
    tap.out(10 + i);
  }
  std::vector<FlowRoundTrip> told;
  for (std::uint32_t i = 0; i < 5; ++i) {
    for (const FlowRoundTrip& one : tap.told_at(300ms + i * 150ms)) {
      told.push_back(one);
    }
    tap.in(10 + i, {}, true);
  }
  EXPECT_THAT(told, ElementsAre(AllOf(least_is(300ms), samples_are(4))));
}

// A village behind half a megabit: each of many connections has a packet now and then.
TEST(RoundTripMatch, ManyConnectionsOfWhichEachTellsLittleAreTold) {
  Tap tap;
  std::vector<Connection> some;
  for (int port = 40001; port <= 40004; ++port) {
    some.push_back({*IpEndpoint::parse("10.1.0.2:" + std::to_string(port)), Connection{}.far});
    tap.out(10, some.back());
  }
  tap.at(50ms);
  for (const Connection& each : some) {
    tap.in(10, each);
  }
  const auto told = tap.told_at(300ms);
  EXPECT_EQ(told.size(), 4U);
  EXPECT_THAT(told, testing::Each(AllOf(least_is(50ms), samples_are(1))));
}

// Questions and answers around a step of the clock would tell the step.
TEST(RoundTripMatch, AStepOfTheClockIsNoRoundTrip) {
  for (const Duration step : {Duration{20ms}, Duration{-20ms}, Duration{5s}, Duration{-5s}, Duration{500'000h}}) {
    Tap tap;
    for (std::uint32_t value = 10; value < 40; ++value) {
      tap.at((value - 10) * 10ms);
      tap.out(value);
    }
    tap.step_wall(step);
    tap.at(300ms);
    for (std::uint32_t value = 10; value < 40; ++value) {
      tap.in(value);
    }
    EXPECT_THAT(tap.told_at(900ms), IsEmpty()) << step.count();
    // Stamped before the step, and handed over after it.
    for (std::uint32_t value = 40; value < 50; ++value) {
      tap.out(value, {}, false, 50ms + step);
      tap.in(value, {}, true, 0ms);
    }
    EXPECT_THAT(tap.told_at(1200ms), IsEmpty()) << step.count();
    tap.at(1390ms);
    tap.out(59);  // perhaps a tick that began while nothing was believed
    exchange(tap, 1400ms, 60, 50ms);
    tap.in(59);
    EXPECT_THAT(tap.told_at(2s), ElementsAre(AllOf(least_is(50ms), samples_are(3)))) << step.count();
  }
}

TEST(RoundTripMatch, AStepInTheWindowDropsWhatWasGathered) {
  Tap tap;
  exchange(tap, 0ms, 10, 50ms);
  tap.step_wall(10min);
  EXPECT_THAT(tap.told_at(400ms), IsEmpty());
}

TEST(RoundTripMatch, WhatIsStampedInTheFutureIsNotBelieved) {
  Tap tap;
  for (std::uint32_t value = 10; value < 14; ++value) {
    tap.out(value, {}, false, -20ms);
  }
  tap.at(50ms);
  for (std::uint32_t value = 10; value < 14; ++value) {
    tap.in(value);
  }
  EXPECT_THAT(tap.told_at(500ms), IsEmpty());
}

TEST(RoundTripMatch, AClockThatIsSlewedIsBelieved) {
  Tap tap;
  for (std::uint32_t i = 0; i < 20; ++i) {
    tap.step_wall(50us);  // each look: far more than the kernel slews
    tap.at(i * 10ms);
    tap.out(10 + i);
    tap.in(10 + i, {}, true, -1us);
  }
  EXPECT_THAT(tap.told_at(500ms), SizeIs(1));
}

}  // namespace
}  // namespace karkara
