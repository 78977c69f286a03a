#include "agent/telemetry/past_block.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

using std::chrono::hours;

PastSample day(int number, double kilowatt_hours) {
  return {WallTime{hours{24 * number + 11}}, {{SeriesId::DayYield, "charger", kilowatt_hours}}};
}

TEST(PastBlock, HasOneTimeADayAndComesBackTheSame) {
  const BlockContent content = block_of({day(20'000, 1.25), day(20'001, 0), day(20'004, 0.75)});
  const auto bytes = encode_block(content);
  ASSERT_TRUE(bytes);
  const auto read = decode_block(*bytes);
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(*read, content);
  EXPECT_EQ(read->time_of(2), WallTime{hours{24 * 20'004 + 11}});
  EXPECT_EQ(read->columns[0].values, (std::vector<Value>{1.25, 0.0, 0.75}));
}

TEST(PastBlock, AMonthOfAChargerIsLessThanAKilobyte) {
  std::vector<PastSample> month;
  for (int age = 30; age > 0; --age) {
    PastSample past = day(20'000 - age, 0.9 + age * 7 % 11 * 0.03);
    const auto add = [&](SeriesId series, double value) { past.samples.push_back({series, "charger", value}); };
    add(SeriesId::DayPanelPowerMost, 180 + age * 13 % 29);
    add(SeriesId::DayBatteryVoltageMost, 14.4 - age % 3 * 0.07);
    add(SeriesId::DayBatteryVoltageLeast, 12.1 + age * 5 % 17 * 0.01);
    add(SeriesId::DayBulk, 60 * (380 + age * 37 % 120));
    add(SeriesId::DayAbsorption, 60 * (30 + age * 17 % 70));
    add(SeriesId::DayFloat, 60 * (age * 53 % 180));
    add(SeriesId::DayError, age == 7 ? 33 : 0);
    add(SeriesId::DayLoad, 0.5 + age % 5 * 0.01);
    month.push_back(std::move(past));
  }
  const auto bytes = encode_block(block_of(month));
  ASSERT_TRUE(bytes);
  EXPECT_LT(bytes->size(), 1'024U);
  RecordProperty("bytes", static_cast<int>(bytes->size()));
}

TEST(PastBlock, SaysOfASeriesThatAMomentDidNotHaveThatItIsNotAvailable) {
  PastSample more = day(20'001, 1);
  more.samples.push_back({SeriesId::DayError, "charger", 33.0});
  const BlockContent content = block_of({day(20'000, 1), more, day(20'002, 1)});
  ASSERT_EQ(content.columns.size(), 2U);
  EXPECT_EQ(content.columns[1].values, (std::vector<Value>{Absent::NotAvailable, 33.0, Absent::NotAvailable}));
}

TEST(PastBlock, LeavesOutWhatDoesNotFitABlock) {
  PastSample odd = day(20'001, 1);
  odd.samples[0].instance = "no such name";
  const BlockContent content = block_of({day(20'000, 1), odd, day(19'000, 1)});
  EXPECT_EQ(content.offsets.size(), 2U);
  EXPECT_EQ(content.columns[0].values, (std::vector<Value>{1.0, Absent::NotAvailable}));
  EXPECT_TRUE(encode_block(content));
}

}  // namespace
}  // namespace karkara
