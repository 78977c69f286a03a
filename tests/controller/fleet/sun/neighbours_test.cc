#include "controller/fleet/sun/neighbours.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>

#include "controller/fleet/sun/median.h"

namespace karkara {
namespace {

using Places = std::vector<std::optional<Position>>;

Position at(double latitude, double longitude) {
  return {Degrees{latitude}, Degrees{longitude}};
}

double km(const Position& a, const Position& b) {
  const double middle = (a.latitude.value() + b.latitude.value()) / 2 * std::numbers::pi / 180;
  return 111.2 * std::hypot(a.latitude.value() - b.latitude.value(),
                            (a.longitude.value() - b.longitude.value()) * std::cos(middle));
}

TEST(Neighbours, AreTheNearestWithinReachWhateverTheDensity) {
  std::mt19937_64 random{3};
  for (const double width : {0.05, 0.5, 3.0, 12.0}) {  // degrees
    Places places;
    std::uniform_real_distribution<double> spread{0, width};
    for (int i = 0; i < 400; ++i) {
      places.emplace_back(at(12 + spread(random), 3 + spread(random)));
    }
    const Neighbours neighbours{places};
    for (std::size_t i = 0; i < places.size(); ++i) {
      std::vector<double> all;
      for (std::size_t j = 0; j < places.size(); ++j) {
        if (i != j && km(*places[i], *places[j]) <= Neighbours::kReachKm) {
          all.push_back(km(*places[i], *places[j]));
        }
      }
      std::sort(all.begin(), all.end());
      all.resize(std::min(all.size(), Neighbours::kMost));
      const auto found = neighbours.of(i);
      ASSERT_EQ(found.size(), all.size()) << width;
      for (std::size_t k = 0; k < found.size(); ++k) {
        ASSERT_NEAR(km(*places[i], *places[found[k].site]), all[k], 1e-6);
      }
    }
  }
}

TEST(Neighbours, OfNowhereAreNone) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Places places{at(13, 2), std::nullopt, at(nan, 2), at(1e300, 2), at(13, 999), at(13.1, 2), at(-90, 180)};
  const Neighbours neighbours{places};
  ASSERT_EQ(neighbours.of(0).size(), 1U);
  EXPECT_EQ(neighbours.of(0)[0].site, 5U);
  for (const std::size_t nobody : {1U, 2U, 3U, 4U, 6U}) {
    EXPECT_TRUE(neighbours.of(nobody).empty()) << nobody;
  }
}

TEST(Neighbours, OneNearbyDoesNotOutvoteTwoFarAway) {
  const Places places{at(13, 2), at(13.001, 2), at(14.3, 2), at(11.7, 2)};
  const Neighbours neighbours{places};
  const auto found = neighbours.of(0);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_LT(found[0].weight, found[1].weight + found[2].weight);
  EXPECT_GT(found[0].weight, found[1].weight);
}

TEST(WeightedMedian, StaysAmongTheHonestWhateverOneSays) {
  std::mt19937_64 random{5};
  std::uniform_real_distribution<float> weight{0.6F, 1};
  std::uniform_real_distribution<float> honest{-0.2F, 0};
  std::uniform_real_distribution<float> absurd{-1e6F, 1e6F};
  for (int round = 0; round < 20'000; ++round) {
    std::vector<Weighted> values;
    float lowest = 1;
    float highest = -1;
    for (std::size_t i = 0; i < 2 + random() % 14; ++i) {
      values.push_back({honest(random), weight(random)});
      lowest = std::min(lowest, values.back().value);
      highest = std::max(highest, values.back().value);
    }
    values.insert(values.begin() + static_cast<std::ptrdiff_t>(random() % values.size()), {absurd(random), 1});
    const float median = weighted_median(values);
    ASSERT_GE(median, lowest);
    ASSERT_LE(median, highest);
  }
}

TEST(Median, OfAnEvenNumberIsBetweenTheTwo) {
  std::vector<double> four{9, 1, 3, 2};
  EXPECT_EQ(median_of(four), 2.5);
  std::vector<double> three{9, 1, 3};
  EXPECT_EQ(median_of(three), 3);
  std::vector<Weighted> two{{5, 1}, {1, 1}};
  EXPECT_EQ(weighted_median(two), 3);
}

}  // namespace
}  // namespace karkara
