// Chargers' days as their site told them.
#include "controller/fleet/told_days.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>

namespace karkara {
namespace {

using std::chrono::hours;

constexpr std::int64_t kToday = 20'500;

WallTime at(std::int64_t day, int hour) {  // local, UTC+1 as by the sun at 15 degrees
  return WallTime{hours{24 * day + hour - 1}};
}

SiteSample sample(SeriesId series, WallTime measured, Value value, std::string charger = "charger") {
  return {{static_cast<std::uint16_t>(series), std::move(charger)}, measured, value};
}

class Told : public testing::Test {
 protected:
  bool take(SeriesId series, std::int64_t day, int hour, Value value, const std::string& charger = "charger") {
    return days_.take(sample(series, at(day, hour), value, charger), at(kToday, 20), std::nullopt);
  }
  const ToldDays::Days& charger() { return days_.chargers().at("charger"); }
  ToldDays days_;
};

TEST_F(Told, AMissedDayIsWhatTheChargerRemembered) {
  EXPECT_TRUE(take(SeriesId::DayYield, kToday - 3, 12, 1.19));
  EXPECT_TRUE(take(SeriesId::DayBatteryVoltageLeast, kToday - 3, 12, 11.48));
  EXPECT_TRUE(take(SeriesId::DayBulk, kToday - 3, 12, 35'400.0));
  EXPECT_TRUE(take(SeriesId::DayYield, kToday - 5, 12, 0.4));
  EXPECT_FALSE(take(SeriesId::DayYield, kToday - 5, 12, 0.4)) << "a block that came twice";
  ASSERT_EQ(charger().size(), 2U);
  const ToldDay& newest = charger()[0];
  EXPECT_EQ(newest.day, kToday - 3);
  EXPECT_TRUE(newest.missed);
  EXPECT_EQ(newest.number(DayNumber::Yield), 119U);
  EXPECT_EQ(newest.number(DayNumber::BatteryLeast), 1148U);
  EXPECT_EQ(newest.number(DayNumber::Bulk), 590U);
  EXPECT_FALSE(newest.number(DayNumber::Load)) << "not told";
  EXPECT_EQ(yield_of(charger(), 0), 119U);
}

TEST_F(Told, OtherDaysAreWhatTheCounterGainedFromEveningToEvening) {
  take(SeriesId::YieldTotal, kToday - 2, 19, 100.0);
  take(SeriesId::YieldTotal, kToday - 1, 9, 100.2);
  take(SeriesId::YieldTotal, kToday - 1, 18, 101.3);
  take(SeriesId::YieldTotal, kToday - 1, 14, 100.9);  // late, from the spool
  take(SeriesId::YieldTotal, kToday, 10, 101.5);
  ASSERT_EQ(charger().size(), 3U);
  EXPECT_FALSE(yield_of(charger(), 0)) << "today is not over";
  EXPECT_EQ(yield_of(charger(), 1), 130U);
  EXPECT_FALSE(yield_of(charger(), 2)) << "nothing is known of the evening before";
}

TEST_F(Told, ACounterThatSomebodyResetTellsNothing) {
  take(SeriesId::YieldTotal, kToday - 2, 19, 100.0);
  take(SeriesId::YieldTotal, kToday - 1, 19, 0.6);
  EXPECT_FALSE(yield_of(charger(), 0));
}

TEST_F(Told, AGapOfDaysIsNoDay) {
  take(SeriesId::YieldTotal, kToday - 5, 19, 100.0);
  take(SeriesId::YieldTotal, kToday - 1, 19, 104.0);
  EXPECT_FALSE(yield_of(charger(), 0));
}

TEST_F(Told, RefusesWhatCannotBe) {
  EXPECT_FALSE(take(SeriesId::BatteryVoltage, kToday - 1, 12, 12.5)) << "another series";
  EXPECT_FALSE(take(SeriesId::DayYield, kToday + 1, 12, 1.0));
  EXPECT_FALSE(take(SeriesId::DayYield, kToday - 32, 12, 1.0));
  for (const double value :
       {-1.0, 1e9, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    EXPECT_FALSE(take(SeriesId::DayYield, kToday - 1, 12, value)) << value;
    EXPECT_FALSE(take(SeriesId::YieldTotal, kToday - 1, 12, value)) << value;
  }
  EXPECT_FALSE(take(SeriesId::DayYield, kToday - 1, 12, Absent::NotAvailable));
  EXPECT_EQ(days_, ToldDays{});
}

TEST_F(Told, IsBoundedWhateverASiteTells) {
  std::mt19937 random{1};
  for (int i = 0; i < 20'000; ++i) {
    const std::int64_t today = kToday + i / 100;
    const auto day = today - static_cast<std::int64_t>(random() % 60);
    days_.take(sample(i % 2 == 0 ? SeriesId::DayYield : SeriesId::YieldTotal, at(day, static_cast<int>(random() % 24)),
                      static_cast<double>(random() % 1000), std::to_string(random() % 20)),
               at(today, 20), std::nullopt);
  }
  EXPECT_EQ(days_.chargers().size(), ToldDays::kMostChargers);
  for (const auto& [id, days] : days_.chargers()) {
    EXPECT_LE(days.size(), ToldDays::kDays);
    EXPECT_TRUE(std::ranges::is_sorted(days, std::ranges::greater{}, &ToldDay::day));
  }
}

}  // namespace
}  // namespace karkara
