#include "controller/planner/propagation/itm_sweep.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "tests/controller/planner/propagation/drawn_ground.h"

namespace karkara::propagation::itm {
namespace {

Model model_at(double megahertz) {
  Radio radio;
  radio.tx_height = Metres{30};
  radio.rx_height = Metres{1.5};
  radio.frequency = Megahertz{megahertz};
  return *Model::make(radio, {});
}

TEST(ItmSweep, EqualsPointToPointAtEachStep) {
  for (const double megahertz : {150.0, 900.0, 5800.0}) {
    const Model model = model_at(megahertz);
    Sweep sweep{model};
    std::vector<float> losses;
    for (const std::uint32_t seed : {1U, 2U, 3U, 4U}) {
      const std::vector<double> radial = drawn::rolling(334, seed, 4.0 * seed);
      ASSERT_TRUE(sweep.losses_along({radial, Metres{90}}, 2, losses));
      ASSERT_EQ(losses.size(), radial.size());
      for (std::size_t i = 2; i < radial.size(); ++i) {
        const PathProfile part{std::span{radial}.first(i + 1), Metres{90}};
        ASSERT_NEAR(losses[i], model.over(part)->loss.value(), 0.01) << seed << " step " << i;
      }
    }
  }
}

// Ground on which what the step before found helps little: flat, in whole metres, with a cliff, with a lone peak.
TEST(ItmSweep, EqualsPointToPointOnGroundThatChangesAtOnce) {
  std::vector<std::vector<double>> radials(5, std::vector<double>(400, 210.0));
  const std::vector<double> rolling = drawn::rolling(400, 6, 30);
  for (std::size_t i = 0; i < 400; ++i) {
    radials[1][i] = std::round(rolling[i]);
    radials[2][i] += i >= 150 ? 300 : 0;
    radials[3][i] += i == 290 ? 900 : 0;
    radials[4][i] = rolling[i] + (i > 260 ? 40.0 * static_cast<double>(i % 7) : 0);
  }
  const Model model = model_at(900);
  Sweep sweep{model};
  std::vector<float> losses;
  for (std::size_t which = 0; which < radials.size(); ++which) {
    ASSERT_TRUE(sweep.losses_along({radials[which], Metres{90}}, 2, losses));
    for (std::size_t i = 2; i < losses.size(); ++i) {
      const PathProfile part{std::span{radials[which]}.first(i + 1), Metres{90}};
      ASSERT_NEAR(losses[i], model.over(part)->loss.value(), 0.01) << which << " step " << i;
    }
  }
}

TEST(ItmSweep, IsUnknownBehindUnknownTerrain) {
  std::vector<double> radial = drawn::rolling(100, 9);
  radial[60] = std::numeric_limits<double>::quiet_NaN();
  Sweep sweep{model_at(900)};
  std::vector<float> losses;
  ASSERT_TRUE(sweep.losses_along({radial, Metres{90}}, 2, losses));
  for (std::size_t i = 0; i < losses.size(); ++i) {
    EXPECT_EQ(std::isnan(losses[i]), i < 2 || i >= 60) << i;
  }
  radial[0] = radial[60];
  ASSERT_TRUE(sweep.losses_along({radial, Metres{90}}, 2, losses));
  EXPECT_TRUE(std::isnan(losses[50]));
}

TEST(ItmSweep, AnswersSomeStepsAsItAnswersAll) {
  Sweep sweep{model_at(900)};
  std::vector<float> all;
  std::vector<float> some;
  for (const std::uint32_t seed : {1U, 2U, 3U}) {
    const std::vector<double> radial = drawn::rolling(700, seed, 25);
    ASSERT_TRUE(sweep.losses_along({radial, Metres{90}}, 2, all));
    // One step of many, some far apart, one twice.
    const std::vector<std::uint32_t> steps{2, 3, 17, 17, 150, 151, 152, 400, 640, 699};
    ASSERT_TRUE(sweep.losses_at({{radial, Metres{90}}, steps, {}}, some));
    ASSERT_EQ(some.size(), steps.size());
    for (std::size_t i = 0; i < steps.size(); ++i) {
      EXPECT_EQ(some[i], all[steps[i]]) << seed << " step " << steps[i];
    }
  }
}

// Trees stand on the way, receivers on bare ground.
TEST(ItmSweep, StandsReceiversOnTheirOwnGround) {
  const Model model = model_at(900);
  Sweep sweep{model};
  const std::vector<double> bare = drawn::rolling(334, 5, 20);
  std::vector<double> covered = bare;
  std::vector<std::uint32_t> steps;
  for (std::uint32_t i = 1; i < covered.size(); ++i) {
    covered[i] += i % 5 < 3 ? 6.0 : 0.0;
    if (i >= 2) {
      steps.push_back(i);
    }
  }
  std::vector<float> losses;
  ASSERT_TRUE(sweep.losses_at({{covered, Metres{90}}, steps, bare}, losses));
  std::vector<float> alone;
  double apart = 0;
  for (const std::uint32_t step : steps) {
    std::vector<double> part(covered.begin(), covered.begin() + step + 1);
    const double on_trees = model.over(PathProfile{part, Metres{90}})->loss.value();
    part.back() = bare[step];
    const double on_ground = model.over(PathProfile{part, Metres{90}})->loss.value();
    ASSERT_NEAR(losses[step - 2], on_ground, 0.01) << step;
    apart = std::max(apart, std::abs(on_trees - on_ground));
    // Whatever else is asked.
    const std::vector<std::uint32_t> one{step};
    ASSERT_TRUE(sweep.losses_at({{covered, Metres{90}}, one, bare}, alone));
    ASSERT_EQ(alone[0], losses[step - 2]) << step;
  }
  EXPECT_GT(apart, 1);
  // Nobody knows what stands at step 100: it can be heard there, but not behind it.
  covered[100] = std::numeric_limits<double>::quiet_NaN();
  std::vector<float> known;
  ASSERT_TRUE(sweep.losses_at({{covered, Metres{90}}, steps, bare}, known));
  EXPECT_EQ(known[100 - 2], losses[100 - 2]);
  EXPECT_TRUE(std::isnan(known[101 - 2]));
}

TEST(ItmSweep, StartsWhereItIsTold) {
  const std::vector<double> radial = drawn::rolling(50, 2);
  Sweep sweep{model_at(900)};
  std::vector<float> losses;
  ASSERT_TRUE(sweep.losses_along({radial, Metres{90}}, 30, losses));
  EXPECT_TRUE(std::isnan(losses[29]));
  EXPECT_FALSE(std::isnan(losses[30]));
}

TEST(ItmSweep, GivesTheSameBytesAgain) {
  const std::vector<double> radial = drawn::rolling(334, 21, 12);
  Sweep first{model_at(900)};
  Sweep second{model_at(900)};
  std::vector<float> a;
  std::vector<float> b;
  ASSERT_TRUE(first.losses_along({drawn::rolling(70, 3), Metres{30}}, 2, b));  // what was before leaves nothing
  ASSERT_TRUE(first.losses_along({radial, Metres{90}}, 2, a));
  ASSERT_TRUE(second.losses_along({radial, Metres{90}}, 2, b));
  EXPECT_EQ(std::memcmp(a.data(), b.data(), a.size() * sizeof(float)), 0);
}

}  // namespace
}  // namespace karkara::propagation::itm
