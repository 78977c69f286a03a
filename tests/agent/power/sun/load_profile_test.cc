#include "agent/power/sun/load_profile.h"

#include <gtest/gtest.h>

#include <functional>

namespace karkara {
namespace {

constexpr std::int64_t kFirstDay = 20'000;

// One value an hour for that many days.
void watch(LoadProfile& profile, std::int64_t first_day, int days, unsigned stage,
           const std::function<double(std::int64_t day, int hour)>& watts) {
  for (std::int64_t day = first_day; day < first_day + days; ++day) {
    for (int hour = 0; hour < 24; ++hour) {
      profile.see(Watts{watts(day, hour)}, stage, std::chrono::hours{1}, day * 24 + hour);
    }
  }
  profile.see(Watts{0}, stage, Duration{0}, (first_day + days) * 24);  // closes the last hour
}

double at(const LoadProfile& profile, unsigned stage, std::int64_t hour) {
  const auto expected = profile.expect(stage, hour);
  return expected ? expected->at(hour).value() : -1;
}

double evening(std::int64_t /*day*/, int hour) {
  return hour >= 18 && hour < 23 ? 40 : 15;
}

TEST(LoadProfile, SaysNothingBeforeItSawAnything) {
  EXPECT_FALSE(LoadProfile{}.expect(0, 0));
}

TEST(LoadProfile, KnowsEachHourOfTheDay) {
  LoadProfile profile;
  watch(profile, kFirstDay, 8, 0, evening);
  EXPECT_NEAR(at(profile, 0, (kFirstDay + 9) * 24 + 20), 40, 1);
  EXPECT_NEAR(at(profile, 0, (kFirstDay + 9) * 24 + 4), 15, 0.5);
  EXPECT_NEAR(profile.expect(0, (kFirstDay + 9) * 24)->of_a_day().value(), (5 * 40 + 19 * 15) / 24.0, 0.5);
}

TEST(LoadProfile, IsNotMovedByOneOddDay) {
  LoadProfile profile;
  watch(profile, kFirstDay, 8, 0, [](auto day, int hour) { return day == kFirstDay + 4 ? 90 : evening(day, hour); });
  EXPECT_NEAR(at(profile, 0, (kFirstDay + 9) * 24 + 4), 15, 1);
}

TEST(LoadProfile, FollowsANewDeviceWithinAWeek) {
  LoadProfile profile;
  watch(profile, kFirstDay, 20, 0, evening);
  watch(profile, kFirstDay + 20, 5, 0, [](auto day, int hour) { return evening(day, hour) + 10; });
  EXPECT_NEAR(at(profile, 0, (kFirstDay + 26) * 24 + 4), 25, 2);
}

TEST(LoadProfile, LearnsTheMarketDay) {
  LoadProfile profile;
  const auto market = [](std::int64_t day, int hour) { return evening(day, hour) * (day % 7 == 3 ? 1.4 : 1); };
  watch(profile, kFirstDay, 56, 0, market);
  const std::int64_t market_day = kFirstDay + 56 + ((3 - (kFirstDay + 56) % 7) + 7) % 7;
  EXPECT_NEAR(at(profile, 0, market_day * 24 + 20), 56, 4);
  EXPECT_NEAR(at(profile, 0, (market_day + 1) * 24 + 20), 40, 2);
}

TEST(LoadProfile, KeepsTheStagesApart) {
  LoadProfile profile;
  watch(profile, kFirstDay, 7, 0, evening);
  watch(profile, kFirstDay + 7, 7, 2, [](auto, int) { return 8.0; });
  EXPECT_NEAR(at(profile, 0, kFirstDay * 24 + 20), 40, 3);
  EXPECT_NEAR(at(profile, 2, kFirstDay * 24 + 20), 8, 1);
}

TEST(LoadProfile, LetsAnUnseenStageBorrowFromTheNearest) {
  LoadProfile profile;
  watch(profile, kFirstDay, 7, 1, evening);
  watch(profile, kFirstDay + 7, 7, 4, [](auto, int) { return 8.0; });
  const std::int64_t hour = (kFirstDay + 14) * 24 + 20;
  EXPECT_EQ(at(profile, 0, hour), at(profile, 1, hour));
  EXPECT_EQ(at(profile, 2, hour), at(profile, 1, hour));
  EXPECT_EQ(at(profile, 3, hour), at(profile, 4, hour));
  EXPECT_EQ(at(profile, 99, hour), at(profile, 4, hour));
}

TEST(LoadProfile, ForetellsNoDeeperStageMoreThanAShallower) {
  LoadProfile profile;
  watch(profile, kFirstDay, 7, 0, [](auto, int) { return 20.0; });
  watch(profile, kFirstDay + 7, 7, 1, [](auto, int hour) { return hour < 12 ? 26.0 : 10.0; });
  watch(profile, kFirstDay + 14, 2, 3, [](auto, int) { return 15.0; });
  for (int hour = 0; hour < 24; ++hour) {
    for (unsigned stage = 1; stage < LoadProfile::kStages; ++stage) {
      const std::int64_t when = (kFirstDay + 17) * 24 + hour;
      EXPECT_LE(at(profile, stage, when), at(profile, stage - 1, when) + 1e-9) << stage << " at " << hour;
    }
  }
}

TEST(LoadProfile, ScalesTheHoursThatAStageHasNotSeen) {
  LoadProfile profile;
  watch(profile, kFirstDay, 7, 0, evening);
  // Stage 1 was only seen at night, where it takes two thirds.
  for (std::int64_t day = kFirstDay + 7; day < kFirstDay + 10; ++day) {
    for (int hour = 0; hour < 6; ++hour) {
      profile.see(Watts{10}, 1, std::chrono::hours{1}, day * 24 + hour);
    }
  }
  EXPECT_NEAR(at(profile, 1, (kFirstDay + 10) * 24 + 20), 40 * 2 / 3.0, 4);
}

TEST(LoadProfile, LearnsAMeanWhileTheTimeIsUnknown) {
  LoadProfile profile;
  for (int i = 0; i < 60 * 5; ++i) {
    profile.see(Watts{23}, 0, std::chrono::minutes{1}, std::nullopt);
  }
  EXPECT_NEAR(at(profile, 0, kFirstDay * 24), 23, 0.2);
}

TEST(LoadProfile, IgnoresAnHourThatItHardlySaw) {
  LoadProfile profile;
  profile.see(Watts{500}, 0, std::chrono::minutes{10}, kFirstDay * 24);
  profile.see(Watts{10}, 0, std::chrono::minutes{30}, kFirstDay * 24 + 1);
  profile.see(Watts{10}, 0, std::chrono::minutes{1}, kFirstDay * 24 + 2);
  EXPECT_NEAR(at(profile, 0, kFirstDay * 24), 10, 0.1);
}

TEST(LoadProfile, ExpectsTheEveningOfAHeavyDayToBeHeavyIfThatIsHowDaysAre) {
  LoadProfile profile;
  std::uint64_t state = 5;
  std::array<double, 60> factors{};
  for (double& factor : factors) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    factor = 0.75 + 0.5 * static_cast<double>(state >> 40) / static_cast<double>(1U << 24);
  }
  const auto watts = [&](std::int64_t day, int hour) {
    return evening(day, hour) * factors[static_cast<std::size_t>(day - kFirstDay)];
  };
  watch(profile, kFirstDay, 58, 0, watts);
  const double usual = at(profile, 0, (kFirstDay + 58) * 24 + 20);
  for (int hour = 0; hour < 18; ++hour) {
    profile.see(Watts{evening(0, hour) * 1.25}, 0, std::chrono::hours{1}, (kFirstDay + 58) * 24 + hour);
  }
  profile.see(Watts{0}, 0, Duration{0}, (kFirstDay + 58) * 24 + 18);
  const double heavy = profile.expect(0, (kFirstDay + 58) * 24 + 18)->at((kFirstDay + 58) * 24 + 18).value();
  EXPECT_GT(heavy, 1.08 * usual);
}

}  // namespace
}  // namespace karkara
