#include "agent/power/sun/solar_position.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/agent/power/sun/small_site.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

WallTime utc(int year, unsigned month, unsigned day, std::chrono::seconds of_day) {
  return WallTime{std::chrono::days{day_number(year, month, day)} + of_day};
}

double minutes_of(Duration d) {
  return std::chrono::duration<double, std::ratio<60>>(d).count();
}

double local_minutes(WallTime at, std::int64_t day, Duration utc_offset) {
  return minutes_of(at.since_epoch() - std::chrono::days{day} + utc_offset);
}

// Reda and Andreas, NREL/TP-560-34302, the worked example of appendix A.5: 17 October 2003, 12:30:30 at UTC-7.
TEST(SolarPosition, AgreesWithNrelsWorkedExample) {
  const Place golden{Degrees{39.742476}, Degrees{-105.1786}};
  const WallTime at = utc(2003, 10, 17, hours{19} + minutes{30} + seconds{30});
  EXPECT_NEAR(declination(at).value(), -9.31434, 0.02);
  EXPECT_NEAR(minutes_of(equation_of_time(at)), 14.641503, 0.1);
  EXPECT_NEAR(elevation(golden, at).value(), 90 - 50.11162, 0.03);
  const Daylight light = daylight(golden, day_number(2003, 10, 17), -hours{7});
  EXPECT_NEAR(local_minutes(light.sunrise, day_number(2003, 10, 17), -hours{7}), 6 * 60 + 12.7, 1.5);
  EXPECT_NEAR(local_minutes(light.sunset, day_number(2003, 10, 17), -hours{7}), 17 * 60 + 20.3, 1.5);
}

// Luther College's weather station at Decorah, Iowa, publishes its sun's times for September, at UTC-5.
TEST(SolarPosition, AgreesWithAPublishedMonthOfSunrises) {
  struct Row {
    unsigned day;
    double rise;
    double set;
  };
  for (const Row row : {Row{1, 392, 1181}, Row{10, 402, 1165}, Row{20, 413, 1147}, Row{30, 424, 1129}}) {
    const std::int64_t day = day_number(2014, 9, row.day);
    const Daylight light = daylight({Degrees{43.31}, Degrees{-91.80}}, day, -hours{5});
    EXPECT_NEAR(local_minutes(light.sunrise, day, -hours{5}), row.rise, 2.0) << row.day;
    EXPECT_NEAR(local_minutes(light.sunset, day, -hours{5}), row.set, 2.0) << row.day;
  }
}

// "Astronomy Answers", table of sunrises of 1 January by latitude, in local mean time.
TEST(SolarPosition, AgreesWithATableOfSunrisesByLatitude) {
  struct Row {
    double latitude;
    double rise;
  };
  const std::int64_t day = day_number(2002, 1, 1);
  for (const Row row : {Row{0, 360}, Row{12, 380}, Row{14, 384}, Row{40, 442}, Row{-40, 275}}) {
    const Daylight light = daylight({Degrees{row.latitude}, Degrees{0}}, day, Duration{0});
    EXPECT_NEAR(local_minutes(light.sunrise, day, Duration{0}), row.rise, 1.5) << row.latitude;
  }
}

TEST(SolarPosition, GivesTheDaysOfNigerTheirLength) {
  const auto length = [](int year, unsigned month, unsigned day) {
    const Daylight light = daylight({Degrees{13.2}, Degrees{2.1}}, day_number(year, month, day), hours{1});
    return minutes_of(light.sunset - light.sunrise) / 60;
  };
  EXPECT_NEAR(length(2026, 12, 21), 11.3, 0.1);
  EXPECT_NEAR(length(2026, 6, 21), 12.9, 0.1);
  EXPECT_NEAR(length(2026, 3, 20), 12.1, 0.05);
}

TEST(SolarPosition, PutsTheSunOnTheHorizonAtItsOwnSunrise) {
  for (int day = 0; day < 365; day += 30) {
    const Daylight light = daylight(SmallSite::kNiamey, day_number(2027, 1, 1) + day, hours{1});
    EXPECT_NEAR(elevation(SmallSite::kNiamey, light.sunrise).value(), -0.833, 0.2);
    EXPECT_NEAR(elevation(SmallSite::kNiamey, light.sunset).value(), -0.833, 0.2);
  }
}

TEST(SolarPosition, KnowsDaysWithoutNightAndWithoutSun) {
  const Place north{Degrees{78}, Degrees{15}};
  const Daylight summer = daylight(north, day_number(2026, 6, 21), hours{1});
  EXPECT_EQ(summer.sunset - summer.sunrise, hours{24});
  const Daylight winter = daylight(north, day_number(2026, 12, 21), hours{1});
  EXPECT_EQ(winter.sunset, winter.sunrise);
}

TEST(SolarPosition, CountsLocalDaysAndHours) {
  const WallTime late = utc(2026, 5, 1, hours{23} + minutes{30});
  EXPECT_EQ(local_day(late, hours{1}), day_number(2026, 5, 2));
  EXPECT_EQ(local_hour(late, hours{1}), day_number(2026, 5, 2) * 24);
}

}  // namespace
}  // namespace karkara
