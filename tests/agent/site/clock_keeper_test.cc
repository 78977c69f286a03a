#include "agent/site/clock_keeper.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr WallTime kTrue{seconds{1'790'000'000}};
constexpr WallTime kEpoch{seconds{30}};
constexpr Instant kBoot{seconds{30}};

AnchorTime anchor(WallTime wall, Instant heard = kBoot) {
  return {heard, wall, milliseconds{310}};
}

TEST(ClockKeeper, ARouterThatBootsIn1970IsSetOnceFromAnAnchor) {
  ClockKeeper keeper{kTrue + -hours{24}, WallTime{}, true};
  EXPECT_FALSE(keeper.trusted(kEpoch));
  const Effects effects = keeper.on(anchor(kTrue), kBoot, kEpoch);
  ASSERT_EQ(effects.size(), 1U);
  EXPECT_EQ(std::get<StepClock>(effects[0]).to, kTrue);
  EXPECT_TRUE(keeper.on(anchor(kTrue), kBoot, kEpoch).empty()) << "one step at a time";
  keeper.on(ClockStepped{kEpoch, kTrue, {}});
  EXPECT_TRUE(keeper.trusted(kTrue));
}

TEST(ClockKeeper, AfterTheStepItOnlySlews) {
  ClockKeeper keeper{WallTime{}, WallTime{}, true};
  keeper.on(anchor(kTrue), kBoot, kTrue);
  const WallTime late = kTrue + -seconds{2};
  const Effects effects = keeper.on(anchor(kTrue), kBoot, late);
  ASSERT_EQ(effects.size(), 1U);
  EXPECT_EQ(std::get<SlewClock>(effects[0]).by, seconds{2});
  EXPECT_TRUE(keeper.on(anchor(kTrue), kBoot + seconds{1}, late).empty()) << "not again with every echo";
}

TEST(ClockKeeper, LeavesAClockAloneThatIsAsRightAsAnEchoCanTell) {
  ClockKeeper keeper{WallTime{}, WallTime{}, true};
  EXPECT_TRUE(keeper.on(anchor(kTrue), kBoot, kTrue + milliseconds{340}).empty());
}

TEST(ClockKeeper, AClockThatAnotherOwnsIsNeverSet) {
  ClockKeeper keeper{kTrue, WallTime{}, false};
  EXPECT_TRUE(keeper.on(anchor(kTrue), kBoot, kEpoch).empty());
  EXPECT_FALSE(keeper.trusted(kEpoch));
}

TEST(ClockKeeper, AMissingRightIsToldOnceAndNotTriedWithEveryEcho) {
  ClockKeeper keeper{kTrue, WallTime{}, true};
  keeper.on(anchor(kTrue), kBoot, kEpoch);
  const Effects told = keeper.on(ClockStepped{kEpoch, kEpoch, Error{ErrorCode::PermissionDenied, "no right"}});
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(keeper.on(anchor(kTrue), kBoot + seconds{1}, kEpoch).empty());
}

TEST(ClockKeeper, TheTimeOfAnAnchorIsAFloorForLater) {
  ClockKeeper keeper{WallTime{}, WallTime{}, false};
  keeper.on(anchor(kTrue), kBoot, kTrue);
  EXPECT_FALSE(keeper.trusted(kTrue + -hours{1}));
  EXPECT_TRUE(keeper.trusted(kTrue));
}

TEST(ClockKeeper, AClockThatIsSlowByLessThanAStepStaysTrusted) {
  for (const auto slow : {milliseconds{60}, milliseconds{2000}, milliseconds{100'000}}) {
    ClockKeeper keeper{WallTime{}, WallTime{}, false};
    keeper.on(anchor(kTrue), kBoot, kTrue + -slow);
    EXPECT_TRUE(keeper.trusted(kTrue + -slow)) << slow.count();
  }
}

TEST(ClockKeeper, AClockThatWasOnceYearsAheadDoesNotKeepTheSiteAway) {
  ClockKeeper keeper{kTrue + -hours{24}, kTrue + hours{24 * 3650}, true};
  EXPECT_FALSE(keeper.trusted(kTrue));
  keeper.on(anchor(kTrue), kBoot, kTrue);
  EXPECT_TRUE(keeper.trusted(kTrue));
}

TEST(ClockKeeper, CarriesAnAnchorsTimeForwardToNow) {
  ClockKeeper keeper{WallTime{}, WallTime{}, true};
  const Effects effects = keeper.on(anchor(kTrue), kBoot + seconds{5}, kEpoch);
  ASSERT_EQ(effects.size(), 1U);
  EXPECT_EQ(std::get<StepClock>(effects[0]).to, kTrue + seconds{5});
}

}  // namespace
}  // namespace karkara
