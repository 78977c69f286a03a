#include "agent/power/sun/clear_sky.h"

#include <gtest/gtest.h>

#include "tests/agent/power/sun/small_site.h"

namespace karkara {
namespace {

// The values that pvlib's own tests expect of Haurwitz's model.
TEST(ClearSky, GivesHaurwitzsPublishedLight) {
  EXPECT_EQ(clear_sky(Degrees{-20}).value(), 0);
  EXPECT_EQ(clear_sky(Degrees{-0.001}).value(), 0);
  EXPECT_NEAR(clear_sky(Degrees{5}).value(), 48.6298687941956, 1e-9);
  EXPECT_NEAR(clear_sky(Degrees{10}).value(), 135.741748091813, 1e-9);
  EXPECT_NEAR(clear_sky(Degrees{30}).value(), 487.894132885425, 1e-9);
  EXPECT_NEAR(clear_sky(Degrees{50}).value(), 778.766689344363, 1e-9);
  EXPECT_NEAR(clear_sky(Degrees{90}).value(), 1035.09203253450, 1e-9);
}

double full_sun_hours(int year, unsigned month, unsigned day) {
  const ClearDay clear{SmallSite::kNiamey, day_number(year, month, day), std::chrono::hours{1}};
  double hours = 0;
  for (WallTime at = clear.light().sunrise; at < clear.light().sunset; at = at + std::chrono::minutes{10}) {
    hours += clear.share(at) / 6;
  }
  return hours;
}

// Niamey has 6.24 kWh/m2 a day in the mean, clouds and dust in it (10.4236/sgre.2023.148009).
TEST(ClearSky, GivesDaysMoreThanNiameysMeanOfAllWeathers) {
  EXPECT_GT(full_sun_hours(2026, 4, 1), 6.4);
  EXPECT_LT(full_sun_hours(2026, 4, 1), 8.2);
  EXPECT_GT(full_sun_hours(2026, 12, 21), 5.2);
}

TEST(ClearSky, HasNoLightInTheNight) {
  const ClearDay clear{SmallSite::kNiamey, day_number(2026, 4, 1), std::chrono::hours{1}};
  EXPECT_EQ(clear.share(clear.light().sunset + std::chrono::minutes{10}), 0);
  EXPECT_GT(clear.share(clear.light().noon), 0.9);
  EXPECT_LT(clear.sine_of_elevation(clear.light().sunrise + std::chrono::minutes{-20}), 0);
}

}  // namespace
}  // namespace karkara
