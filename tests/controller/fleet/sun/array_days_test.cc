#include "controller/fleet/sun/array_days.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace karkara {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr std::int64_t kToday = 20'500;

TEST(ArrayDays, KeepWhatWasToldInAnyOrder) {
  ArrayDays one;
  ArrayDays other;
  for (int i = 1; i <= 60; ++i) {
    EXPECT_TRUE(one.take(kToday - i, Watts{100.0 + i}, kToday));
    EXPECT_TRUE(other.take(kToday - 61 + i, Watts{161.0 - i}, kToday));
  }
  EXPECT_EQ(one, other);
  EXPECT_EQ(one.level(kToday - 7)->value(), 107);
  EXPECT_FALSE(one.level(kToday));
  EXPECT_FALSE(one.level(kToday - 61));
  EXPECT_FALSE(one.take(kToday - 7, Watts{107}, kToday)) << "nothing new";
}

TEST(ArrayDays, RefuseWhatNoMastGivesAndDaysThatCannotBe) {
  ArrayDays kept;
  for (const double watts :
       {0.0, -5.0, 0.9, 1e6, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_FALSE(kept.take(kToday - 1, Watts{watts}, kToday)) << watts;
  }
  EXPECT_FALSE(kept.take(kToday, Watts{100}, kToday)) << "today is not over";
  EXPECT_FALSE(kept.take(kToday + 300, Watts{100}, kToday));
  EXPECT_FALSE(kept.take(kToday - 200, Watts{100}, kToday));
  EXPECT_FALSE(kept.take(-3, Watts{100}, 5));
  EXPECT_EQ(kept, ArrayDays{});
}

TEST(ArrayDays, AreNeverMoreThanTheirNumber) {
  ArrayDays kept;
  std::mt19937 random{1};
  std::int64_t today = 1000;
  for (int i = 0; i < 5000; ++i) {
    today += random() % 40 == 0 ? random() % 300 : 0;
    kept.take(today - 1 - static_cast<std::int64_t>(random() % 140), Watts{1.0 + static_cast<double>(random() % 1000)},
              today);
    ASSERT_LE(kept.tenth_watts().size(), ArrayDays::kDays);
    ASSERT_LT(kept.newest(), today);
  }
}

TEST(ArrayDays, ForgetDaysThatAControllersWrongClockMadeUp) {
  ArrayDays kept;
  kept.take(kToday - 1, Watts{100}, kToday);
  kept.take(kToday + 29, Watts{120}, kToday + 30);  // the clock was ahead
  kept.take(kToday, Watts{101}, kToday + 1);
  EXPECT_EQ(kept.newest(), kToday);
  EXPECT_EQ(kept.level(kToday - 1)->value(), 100);
  EXPECT_FALSE(kept.level(kToday + 29));
}

TEST(ArrayDays, ComeBackFromWhatWasStoredEvenWhenItIsDamaged) {
  ArrayDays kept;
  kept.take(kToday - 3, Watts{100}, kToday);
  kept.take(kToday - 1, Watts{90.5}, kToday);
  ArrayDays again;
  again.restore(kept.newest(), kept.tenth_watts());
  EXPECT_EQ(again, kept);
  again.restore(kToday, std::vector<std::uint32_t>(10'000, 4'000'000'000U));
  EXPECT_EQ(again.tenth_watts().size(), ArrayDays::kDays);
  EXPECT_FALSE(again.level(kToday)) << "more than any mast";
  again.restore(-7, {1, 2, 3});
  EXPECT_EQ(again, ArrayDays{});
}

TEST(SolarDay, IsThatOfTheSunAndUnsureNearMidnight) {
  const WallTime noon{days{kToday} + hours{12}};
  EXPECT_EQ(day_before(noon, Degrees{2}), kToday - 1);
  EXPECT_EQ(day_before(noon, std::nullopt), kToday - 1);
  const WallTime midnight{days{kToday}};
  EXPECT_FALSE(day_before(midnight, Degrees{2}));
  EXPECT_FALSE(day_before(midnight + minutes{90}, Degrees{2}));
  EXPECT_EQ(day_before(midnight + minutes{120}, Degrees{2}), kToday - 1);
  EXPECT_EQ(solar_day(midnight + minutes{-30}, Degrees{15}), kToday);
  EXPECT_EQ(solar_day(WallTime{} + minutes{-30}, Degrees{0}), -1);
}

}  // namespace
}  // namespace karkara
