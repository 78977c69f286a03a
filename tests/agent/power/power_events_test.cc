#include "agent/power/power_events.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

KnownTime at(std::int64_t seconds) {
  return {Instant{std::chrono::seconds{5}}, WallTime{std::chrono::seconds{seconds}}};
}

TEST(PowerEvents, TellsTheNewestFirstAndTheSameTwiceInARowOnce) {
  PowerEvents events;
  events.add(at(1'000), "stage", "night: 40 %");
  events.add(at(1'010), "stage", "night: 40 %");
  events.add(at(2'000), "cleaned", "95%");
  const auto told = events.newest_first();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].what, "cleaned");
  EXPECT_EQ(told[1].at, WallTime{std::chrono::seconds{1'000}});
}

TEST(PowerEvents, SurviveARestartWithWhatHadNoTime) {
  PowerEvents events;
  events.add({Instant{}, std::nullopt}, "stage", "before\tthe\nclock");
  events.add(at(2'000), "cleaned", "95%");
  EXPECT_TRUE(events.take_changed());
  EXPECT_FALSE(events.take_changed());
  PowerEvents again;
  again.restore(events.memory());
  EXPECT_EQ(again.newest_first(), events.newest_first());
  EXPECT_FALSE(again.newest_first()[1].at);
  EXPECT_EQ(again.newest_first()[1].detail, "beforetheclock");
}

TEST(PowerEvents, LeavesOutLinesThatAreNoEvents) {
  PowerEvents events;
  events.restore("x\ty\tz\n\n5\tonly two\n-4\ta\tb\n99999999999999999999\ta\tb\n77\tstage\tdeep");
  ASSERT_EQ(events.newest_first().size(), 1U);
  EXPECT_EQ(events.newest_first()[0].detail, "deep");
}

TEST(PowerEvents, KeepsTheLastHundred) {
  PowerEvents events;
  for (int i = 0; i < 150; ++i) {
    events.add(at(i + 1), "stage", std::to_string(i));
  }
  EXPECT_EQ(events.newest_first().size(), PowerEvents::kMost);
  EXPECT_EQ(events.newest_first().back().detail, "50");
}

// The state on disk refuses a part that is larger.
TEST(PowerEvents, TheLongestHundredFitTheDisk) {
  PowerEvents events;
  for (int i = 0; i < 100; ++i) {
    events.add(at(1'790'000'000 + i), std::string(100, 'w'), std::to_string(i) + std::string(400, 'd'));
  }
  EXPECT_LE(events.memory().size(), PowerEvents::kMostBytes);
  PowerEvents again;
  again.restore(events.memory());
  EXPECT_EQ(again.newest_first().front(), events.newest_first().front());
}

}  // namespace
}  // namespace karkara
