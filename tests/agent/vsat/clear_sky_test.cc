#include "agent/vsat/clear_sky.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

class ClearSkyHours : public testing::Test {
 protected:
  void hours(int count, double level) {
    for (int i = 0; i < count; ++i, ++hour_) {
      for (int minute = 0; minute < 60; ++minute) {
        sky_.on_level(Db{level}, Instant{std::chrono::hours{hour_} + std::chrono::minutes{minute}});
      }
    }
  }
  ClearSky sky_;
  int hour_ = 5;
};

TEST_F(ClearSkyHours, KnowsNothingBeforeHalfADayIsLearned) {
  hours(12, 12);
  EXPECT_FALSE(sky_.reference());
  EXPECT_FALSE(sky_.drift());
  hours(8, 12);
  ASSERT_TRUE(sky_.reference());
  EXPECT_NEAR(sky_.reference()->value(), 12, 0.01);
  EXPECT_NEAR(sky_.drift()->value(), 0, 0.01);
}

TEST_F(ClearSkyHours, AnHourOfRainIsNoDrift) {
  hours(48, 12);
  hours(1, 5);
  hours(2, 12);
  EXPECT_LT(sky_.drift()->value(), 0.1);
}

TEST_F(ClearSkyHours, DustOfAQuarterDecibelADayShowsWithinAWeekOrTwo) {
  double level = 12;
  int days = 0;
  while (days < 14 && !(sky_.drift() && *sky_.drift() >= Db{1.5})) {
    hours(24, level);
    level -= 0.25;
    ++days;
  }
  EXPECT_GE(days, 5);
  EXPECT_LE(days, 9);
}

TEST_F(ClearSkyHours, AfterFourteenDaysTheOldSkyIsForgotten) {
  hours(48, 12);
  hours(14 * 24 + 6, 9);
  EXPECT_NEAR(sky_.reference()->value(), 9, 0.01);
}

TEST_F(ClearSkyHours, WhatIsRoundedToTheBoundIsRememberedToo) {
  sky_.recall("clear-sky 59.999");
  ClearSky again;
  again.recall(sky_.remember());
  EXPECT_EQ(again.remember(), "clear-sky 60.00");
}

TEST_F(ClearSkyHours, ARestartRemembersTheClearSky) {
  hours(48, 12);
  const std::string line = sky_.remember();
  EXPECT_EQ(line, "clear-sky 12.00");
  sky_ = ClearSky{};
  sky_.recall(line);
  EXPECT_NEAR(sky_.reference()->value(), 12, 0.01);
  hours(24, 10);
  EXPECT_NEAR(sky_.drift()->value(), 2, 0.01);
}

TEST_F(ClearSkyHours, OtherTextIsIgnored) {
  for (const char* line :
       {"", "clear-sky ", "clear-sky x", "clear-sky 12 dB", "clear-sky 1e9", "12", "clear-sky nan"}) {
    sky_.recall(line);
    EXPECT_FALSE(sky_.reference()) << line;
  }
}

}  // namespace
}  // namespace karkara
