// Of the array: one day's slots, and what a forecaster learns from a site's days.
#include <gtest/gtest.h>

#include "agent/power/sun/array_day.h"
#include "agent/power/sun/clearness.h"
#include "tests/agent/power/sun/small_site.h"

namespace karkara {
namespace {

// A day of samples a minute, 150 W at full sun times part(minute).
ArrayDay day_of(const std::function<double(unsigned)>& part, const std::function<bool(unsigned)>& limited) {
  ArrayDay day;
  for (unsigned minute = 6 * 60; minute < 18 * 60; ++minute) {
    const double sine = std::sin(3.14159 * (minute - 360.0) / 720);
    day.see({minute, Watts{150 * sine * part(minute)}, limited(minute), sine, sine});
  }
  return day;
}

bool never(unsigned /*minute*/) {
  return false;
}

TEST(ArrayDay, FindsTheClearLevel) {
  const ArrayDay day = day_of([](unsigned) { return 1.0; }, never);
  EXPECT_NEAR(day.clear_level(std::nullopt).value_or(Watts{}).value(), 150, 1);
  EXPECT_NEAR(day.clearness(Watts{150}, 0.8)->index, 1, 0.01);
}

TEST(ArrayDay, FindsTheClearHourOfACloudyDay) {
  const auto part = [](unsigned minute) {
    return minute >= 720 && minute < 780 ? 1.0 : 0.3 + 0.6 * ((minute * 7919) % 13) / 13.0;
  };
  EXPECT_NEAR(day_of(part, never).clear_level(std::nullopt).value_or(Watts{}).value(), 150, 3);
}

TEST(ArrayDay, TakesNoLevelFromMovingClouds) {
  const auto part = [](unsigned minute) { return 0.3 + 0.7 * ((minute * 7919) % 13) / 13.0; };
  EXPECT_FALSE(day_of(part, never).clear_level(std::nullopt));
}

TEST(ArrayDay, TakesNoLevelFromADarkSkyWhenItKnowsBetter) {
  EXPECT_FALSE(day_of([](unsigned) { return 0.4; }, never).clear_level(Watts{150}));
}

TEST(ArrayDay, LearnsNothingOfTheArrayWhileTheChargerLimits) {
  const auto all = [](unsigned) { return true; };
  const ArrayDay day = day_of([](unsigned) { return 0.2; }, all);
  EXPECT_FALSE(day.clear_level(std::nullopt));
  EXPECT_NEAR(day.clearness(Watts{150}, 0.8)->index, 0.8, 0.01);
}

TEST(ClearnessBook, ExpectsWhatTheNewestDaysWere) {
  ClearnessBook book;
  const double before = book.of_a_day().deviation;
  for (int day = 0; day < 20; ++day) {
    book.see_day(20'000 + day, 0.95);
  }
  EXPECT_NEAR(book.of_a_day().mean, 0.95, 0.02);
  EXPECT_LT(book.of_a_day().deviation, before / 2);
  for (int day = 20; day < 32; ++day) {
    book.see_day(20'000 + day, 0.5);
  }
  EXPECT_LT(book.of_a_day().mean, 0.65);
}

TEST(ClearnessBook, ExpectsTheAfternoonToBeLikeTheMorning) {
  ClearnessBook book;
  for (int day = 0; day < 20; ++day) {
    book.see_day(20'000 + day, 0.9);
  }
  EXPECT_LT(book.of_the_rest(Clearness{0.4, 4}).mean, 0.6);
  EXPECT_GT(book.of_the_rest(Clearness{0.4, 0.2}).mean, 0.8);
}

TEST(Array, LearnsItsPeakFromClearDays) {
  WatchedSite watched{{}};
  watched.run(10);
  const ArrayState array = watched.forecaster.array();
  ASSERT_TRUE(array.clean_peak);
  EXPECT_NEAR(array.clean_peak->value(), 200, 20);  // its tilt and haze are not the model's
  EXPECT_GT(array.ratio.value_or(0), 0.95);
}

TEST(Array, DoesNotTakeALimitedChargerForDust) {
  SmallSiteSetup small_load;
  small_load.load = [](int, int, unsigned) { return 12.0; };  // the battery is full before noon
  WatchedSite watched{small_load};
  watched.run(30);
  EXPECT_FALSE(watched.forecaster.array().wants_cleaning);
  EXPECT_GT(watched.forecaster.array().ratio.value_or(0), 0.92);
}

TEST(Array, FindsDustAndForgivesItAfterTheRain) {
  SmallSiteSetup dusty;
  dusty.dust_per_day = 0.007;
  dusty.load = [](int, int, unsigned) { return 45.0; };
  WatchedSite watched{dusty};
  watched.run(33);
  EXPECT_NEAR(watched.forecaster.array().loss_per_day.value_or(0), 0.007, 0.0025);
  EXPECT_TRUE(watched.forecaster.array().wants_cleaning);
  watched.site.wash();
  watched.run(5);
  EXPECT_FALSE(watched.forecaster.array().wants_cleaning);
  EXPECT_GT(watched.forecaster.array().ratio.value_or(0), 0.95);
}

TEST(Array, DoesNotTakeAHarmattanForDust) {
  SmallSiteSetup setup;
  setup.load = [](int, int, unsigned) { return 45.0; };
  WatchedSite watched{setup};
  watched.run(20);
  watched.site.set_haze(0.8);
  watched.run(4);
  EXPECT_FALSE(watched.forecaster.array().wants_cleaning);
  watched.site.set_haze(1);
  for (int day = 0; day < 12; ++day) {
    watched.run(1);
    EXPECT_FALSE(watched.forecaster.array().wants_cleaning);
  }
}

}  // namespace
}  // namespace karkara
