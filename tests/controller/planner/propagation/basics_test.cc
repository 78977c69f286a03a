// Free space, profiles and the elementary functions under all models.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "controller/planner/propagation/free_space.h"
#include "controller/planner/propagation/path_profile.h"
#include "controller/planner/propagation/portable_math.h"
#include "tests/controller/planner/propagation/drawn_ground.h"

namespace karkara::propagation {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

double relative(double ours, double right) {
  return std::abs(ours - right) / std::abs(right);
}

TEST(PortableMath, IsWithinSomeLastDigitsOfTheStandardLibrary) {
  std::mt19937_64 random{1};
  for (int i = 0; i < 20'000; ++i) {
    const double exponent = std::uniform_real_distribution{-700.0, 700.0}(random);
    const double number = std::exp(exponent / 2.5);
    const double angle = std::uniform_real_distribution{-1.57, 1.57}(random);
    ASSERT_LT(relative(portable::exp(exponent), std::exp(exponent)), 5e-16) << exponent;
    ASSERT_LT(relative(portable::log(number), std::log(number)), 5e-16) << number;
    ASSERT_LT(relative(portable::log10(number), std::log10(number)), 5e-16) << number;
    ASSERT_LT(relative(portable::cbrt(number), std::cbrt(number)), 1e-15) << number;
    ASSERT_NEAR(portable::sin_small(angle), std::sin(angle), 4e-16) << angle;
    ASSERT_NEAR(portable::cos_small(2 * std::abs(angle)), std::cos(2 * std::abs(angle)), 5e-16) << angle;
    ASSERT_NEAR(portable::tanh(angle), std::tanh(angle), 5e-16) << angle;
  }
}

TEST(PortableMath, TakesTheEndsOfTheNumbersAsTheStandardLibraryDoes) {
  EXPECT_EQ(portable::exp(-kInfinity), 0);
  EXPECT_EQ(portable::exp(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(portable::exp(kNan)));
  EXPECT_EQ(portable::log(0), -kInfinity);
  EXPECT_EQ(portable::log(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(portable::log(-1)));
  EXPECT_NEAR(portable::log(5e-324), std::log(5e-324), 1e-12);
  EXPECT_TRUE(std::isnan(portable::cbrt(-8)));
  EXPECT_EQ(portable::cbrt(0), 0);
  EXPECT_EQ(portable::pow(0, 2), 0);
}

TEST(FreeSpace, LosesSixDecibelsADoubling) {
  EXPECT_NEAR(free_space_loss(Metres{1000}, Megahertz{1000})->value(), 92.45, 0.01);
  const double near = free_space_loss(Metres{5000}, Megahertz{700})->value();
  EXPECT_NEAR(free_space_loss(Metres{10'000}, Megahertz{700})->value() - near, 6.0206, 1e-4);
  EXPECT_NEAR(free_space_loss(Metres{5000}, Megahertz{1400})->value() - near, 6.0206, 1e-4);
}

TEST(FreeSpace, RefusesWhatIsNoDistanceOrFrequency) {
  for (const double bad : {0.0, -1.0, kNan, kInfinity}) {
    EXPECT_FALSE(free_space_loss(Metres{bad}, Megahertz{900})) << bad;
    EXPECT_FALSE(free_space_loss(Metres{100}, Megahertz{bad})) << bad;
  }
}

TEST(PathProfile, TellsWhereTerrainIsUnknown) {
  std::vector<double> heights = drawn::flat(100);
  heights[37] = kNan;
  const Status status = check_profile({heights, Metres{90}});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::FailedPrecondition);
  EXPECT_EQ(status.error().text.substr(0, 20), "unknown terrain at 3") << status.error().text;
  EXPECT_NE(status.error().text.find("3330"), std::string::npos) << status.error().text;
}

TEST(PathProfile, RefusesWhatNoPathCanBe) {
  const std::vector<double> good = drawn::flat(20);
  EXPECT_TRUE(check_profile({good, Metres{90}}));
  EXPECT_FALSE(check_profile({{}, Metres{90}}));
  EXPECT_FALSE(check_profile({std::span{good}.first(2), Metres{90}}));
  for (const double bad : {0.0, -1.0, kNan, kInfinity}) {
    EXPECT_FALSE(check_profile({good, Metres{bad}})) << bad;
  }
  // In each place, so that no lane of the vector loop is left out.
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const double bad : {kNan, kInfinity, -kInfinity, 1e300, -32'768.0}) {
      std::vector<double> heights = good;
      heights[i] = bad;
      EXPECT_FALSE(check_profile({heights, Metres{90}})) << i << " " << bad;
    }
  }
}

}  // namespace
}  // namespace karkara::propagation
