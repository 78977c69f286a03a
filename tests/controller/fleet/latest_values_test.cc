#include "controller/fleet/latest_values.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kWall{1'790'000'000s};
const SeriesKey kVolts{200, "charger"};

Moment moment(std::chrono::seconds offset) {
  return {Instant{1000s + offset}, kWall + offset};
}

TEST(LatestValues, AgeCountsFromTheMeasurementNotFromTheArrival) {
  LatestValues values;
  values.take({kVolts, kWall, 25.0}, moment(900s));
  EXPECT_EQ(values.find(kVolts)->age(moment(960s).at), 960s);
}

TEST(LatestValues, AnOlderSampleNeverReplacesANewerOne) {
  LatestValues values;
  EXPECT_TRUE(values.take({kVolts, kWall + 10s, 25.0}, moment(20s)));
  EXPECT_FALSE(values.take({kVolts, kWall + 9s, 21.0}, moment(30s)));
  EXPECT_TRUE(values.take({kVolts, kWall + 10s, 25.0}, moment(30s))) << "the same sample again is harmless";
}

TEST(LatestValues, ASiteWhoseClockIsAheadDoesNotFreezeTheValue) {
  LatestValues values;
  values.take({kVolts, kWall + 2'000'000'000s, 1.0}, moment(0s));
  EXPECT_EQ(values.find(kVolts)->measured, kWall);
  EXPECT_EQ(values.find(kVolts)->age(moment(0s).at), 0s);
  EXPECT_TRUE(values.take({kVolts, kWall + 60s, 25.0}, moment(61s)));
}

TEST(LatestValues, AbsentIsAValueOfItsOwnAndNeverTheFreshestNumber) {
  LatestValues values;
  values.take({kVolts, kWall, 25.0}, moment(0s));
  values.take({{200, "monitor"}, kWall + 5s, Absent::Stale}, moment(5s));
  values.take({{201, "monitor"}, kWall + 5s, 3.0}, moment(5s));
  EXPECT_EQ(std::get<double>(values.freshest_number(200)->value), 25.0);
  EXPECT_EQ(values.freshest_number(202), nullptr);
}

TEST(LatestValues, ASiteCannotGrowWithoutBound) {
  LatestValues values;
  for (int i = 0; i < 5000; ++i) {
    values.take({{300, std::to_string(i)}, kWall, 1.0}, moment(0s));
  }
  EXPECT_EQ(values.all().size(), LatestValues::kMostSeries);
  EXPECT_TRUE(values.take({{300, "7"}, kWall + 1s, 2.0}, moment(1s)));
}

}  // namespace
}  // namespace karkara
