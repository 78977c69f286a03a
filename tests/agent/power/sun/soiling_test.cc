#include "agent/power/sun/soiling.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

namespace karkara {
namespace {

// Clear levels of `days` days with a noise of 1.5 %; part(day) is what is left of 150 W.
Soiling watched(int days, const std::function<double(int)>& part, unsigned seed = 7) {
  std::mt19937 random{seed};
  std::normal_distribution<double> noise{0, 0.015};
  Soiling soiling;
  for (int day = 0; day < days; ++day) {
    if (day % 4 != 3) {  // not every day is clear
      soiling.see_clear_day(20'000 + day, Watts{150 * part(day) * (1 + noise(random))});
    }
  }
  return soiling;
}

double dusty(int days) {
  return std::pow(1 - 0.007, days);
}

TEST(Soiling, KnowsACleanArrayAsClean) {
  const ArrayState state = watched(60, [](int) { return 1.0; }).state();
  EXPECT_NEAR(state.clean_peak.value_or(Watts{}).value(), 150, 4);
  EXPECT_NEAR(state.ratio.value_or(0), 1, 0.03);
  EXPECT_FALSE(state.loss_per_day);
  EXPECT_FALSE(state.wants_cleaning);
}

TEST(Soiling, FindsTheLossOfADustyMonthAndAsksForCleaning) {
  const ArrayState state = watched(33, [](int day) { return dusty(day); }).state();
  EXPECT_NEAR(state.ratio.value_or(0), dusty(32), 0.03);
  EXPECT_NEAR(state.loss_per_day.value_or(0), 0.007, 0.002);
  EXPECT_TRUE(state.wants_cleaning);
}

TEST(Soiling, DoesNotAskYetAfterTenDustyDays) {
  EXPECT_FALSE(watched(10, [](int day) { return dusty(day); }).state().wants_cleaning);
}

TEST(Soiling, FindsDustThatBeginsAfterWeeksOfRain) {
  const auto part = [](int day) { return day < 30 ? 1 : dusty(day - 30); };
  EXPECT_TRUE(watched(60, part).state().wants_cleaning);
}

TEST(Soiling, TakesRainAsANewBeginning) {
  const ArrayState washed = watched(40, [](int day) { return day < 33 ? dusty(day) : 1; }).state();
  EXPECT_NEAR(washed.ratio.value_or(0), 1, 0.03);
  EXPECT_FALSE(washed.wants_cleaning);
  EXPECT_FALSE(washed.loss_per_day);
}

TEST(Soiling, DoesNotTakeFourDaysOfHazeForDust) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    for (int days = 20; days < 34; ++days) {
      const auto part = [](int day) { return day >= 20 && day < 24 ? 0.78 : 1; };
      EXPECT_FALSE(watched(days, part, seed).state().wants_cleaning) << days;
    }
  }
}

TEST(Soiling, SaysTheRatioOfHazeAsItIs) {
  const ArrayState state = watched(26, [](int day) { return day >= 20 ? 0.78 : 1; }).state();
  EXPECT_NEAR(state.ratio.value_or(0), 0.78, 0.03);
}

TEST(Soiling, DoesNotTakeTheEndOfHazeForCleaning) {
  const auto part = [](int day) { return day >= 18 && day < 22 ? 0.78 : dusty(day); };
  const ArrayState state = watched(36, part).state();
  EXPECT_NEAR(state.loss_per_day.value_or(0), 0.007, 0.003);
  EXPECT_TRUE(state.wants_cleaning);
}

TEST(Soiling, KeepsAskingWhileTheDirtStaysAsItIs) {
  const auto part = [](int day) { return std::max(0.7, dusty(day)); };
  EXPECT_TRUE(watched(90, part).state().wants_cleaning);
}

TEST(Soiling, GoesOnWhereAMemoryEnded) {
  const Soiling before = watched(33, [](int day) { return dusty(day); });
  Soiling after;
  after.restore(before.memory());
  EXPECT_EQ(after.state(), before.state());
}

TEST(Soiling, KeepsItsDaysWhenTheClockIsPutBack) {
  Soiling soiling = watched(20, [](int) { return 1.0; });
  soiling.see_clear_day(10'000, Watts{150});
  soiling.see_clear_day(10'001, Watts{150});
  EXPECT_NEAR(soiling.state().ratio.value_or(0), 1, 0.03);
  EXPECT_NEAR(soiling.level().value_or(Watts{}).value(), 150, 3);
}

}  // namespace
}  // namespace karkara
