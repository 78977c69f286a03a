// The loops over heights: right by a plain computation, and the same bits with every instruction set.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

#include "controller/planner/propagation/decile_kernels.h"
#include "controller/planner/propagation/horizon_kernels.h"
#include "controller/planner/propagation/path_kernels.h"
#include "controller/planner/propagation/profile_kernels.h"
#include "controller/planner/propagation/spread.h"
#include "tests/controller/planner/propagation/drawn_ground.h"

namespace karkara::propagation {
namespace {

template <class T>
bool same_bits(const T& a, const T& b) {
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

TEST(HorizonKernels, FindTheSteepestSightFromBothEnds) {
  for (std::size_t count = 3; count < 60; ++count) {
    const std::vector<double> z = drawn::rolling(count, static_cast<std::uint32_t>(count));
    const double eye = z.front() + 10;
    double slope = -1e9;
    double back = -1e9;
    for (std::size_t i = 1; i + 1 < count; ++i) {
      const auto j = static_cast<double>(i);
      const auto k = static_cast<double>(count - 1 - i);
      slope = std::max(slope, (z[i] - eye) * (1 / j) - j * 1e-3);
      back = std::max(back, (z[i] - eye) * (1 / k) - k * 1e-3);
    }
    EXPECT_EQ(horizon_from_first(z, eye, 1e-3).slope, slope) << count;
    EXPECT_EQ(horizon_from_last(z, eye, 1e-3).slope, back) << count;
  }
}

TEST(HorizonKernels, TakeTheFirstOfEqualHorizons) {
  const std::vector<double> z(400, 0.0);
  RadialHorizons radial;
  radial.assign(z, 0);
  EXPECT_EQ(horizon_from_first(z, 0, 0).at, 1U);
  EXPECT_EQ(horizon_from_last(z, 0, 0).at, 1U);
  EXPECT_EQ(radial.from_first(400, 0).at, 1U);
  EXPECT_EQ(radial.from_last(390, 5, 1e-3).at, 318U);  // leaves a hint there
  EXPECT_EQ(radial.from_last(400, 0, 0).at, 1U);
}

TEST(HorizonKernels, AreTheSameAlongARadial) {
  for (const std::uint32_t seed : {3U, 4U, 5U, 6U}) {
    std::vector<double> z = drawn::rolling(1'300, seed, 3.0 * seed);
    z[700] += seed == 5 ? 200 : 0;
    RadialHorizons radial;
    radial.assign(z, z.front() + 30);
    for (std::size_t count = 3; count < z.size(); ++count) {
      const std::span<const double> part{z.data(), count};
      const double bend = 5e-4 * (1 + 0.1 * std::sin(static_cast<double>(count) / 90));
      const double eye = z[count - 1] + 1.5;
      ASSERT_TRUE(same_bits(radial.from_first(count, bend), horizon_from_first(part, z.front() + 30, bend))) << count;
      ASSERT_TRUE(same_bits(radial.from_last(count, eye, bend), horizon_from_last(part, eye, bend))) << count;
    }
  }
}

// Of paths shorter and longer than the table of what steps are worth.
TEST(HorizonKernels, GiveTheSameBitsWithEveryInstructionSetAndInBlocks) {
  const std::vector<HorizonKernels> all = horizon_kernels();
  for (const std::size_t count : {3U, 9U, 33U, 65U, 334U, 1024U, 1025U, 1500U}) {
    std::vector<double> z = drawn::rolling(count, static_cast<std::uint32_t>(count), 9.7);
    z[count / 2] += count % 2 == 0 ? 300 : 0;
    std::vector<double> greatest;
    for (std::size_t at = 0; at < count; at += kHorizonBlock) {
      const auto first = z.begin() + static_cast<std::ptrdiff_t>(at);
      greatest.push_back(
          *std::max_element(first, first + static_cast<std::ptrdiff_t>(std::min(kHorizonBlock, count - at))));
    }
    greatest.resize(greatest.size() + 8);
    for (const double eye : {z.front() + 30, z.front() - 400, z.front() + 400}) {
      for (const Ruler& ruler : {ruler_from_first(count), ruler_from_last(count)}) {
        const HorizonQuestion ask{z.data(), count, eye, 1.1e-3, ruler};
        const Horizon plain = all[0].whole(ask);
        for (const HorizonKernels& set : all) {
          EXPECT_TRUE(same_bits(set.whole(ask), plain)) << set.name << " " << count;
          for (const std::size_t hint : {std::size_t{0}, count / 3, count / 2, count - 2, count}) {
            EXPECT_TRUE(ruler.direction > 0 || same_bits(set.in_blocks(ask, greatest.data(), hint), plain))
                << set.name << " " << count;
          }
        }
      }
    }
  }
}

TEST(Deciles, AreThoseOfSortedValues) {
  std::mt19937 random{7};
  for (int round = 0; round < 400; ++round) {
    std::array<double, kMostValues> values{};
    const std::size_t rank = 4 + random() % 22;
    const std::size_t count = 10 * rank - 5;
    const unsigned kinds = round % 3 == 0 ? 3 : 1'000'000;  // few different values, or all different
    for (std::size_t i = 0; i < count; ++i) {
      values[i] = static_cast<double>(random() % kinds) / 7 - 3;
    }
    values[0] = round % 5 == 0 ? 1e9 : values[0];  // one far off puts all others into one bin
    std::vector<double> sorted(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count));
    std::sort(sorted.begin(), sorted.end());
    const Deciles found = deciles(values, count, {sorted.front(), sorted.back()}, rank);
    EXPECT_EQ(found.low, sorted[rank - 1]);
    EXPECT_EQ(found.high, sorted[count - rank]);
  }
  const std::array<double, kMostValues> equal{};
  EXPECT_EQ(deciles(equal, 35, {0, 0}, 4).high, deciles(equal, 35, {0, 0}, 4).low);
}

TEST(Deciles, AreTheSameLookedForAroundAGuess) {
  std::mt19937 random{11};
  std::normal_distribution<double> ground{0, 40};
  Neighbours scratch;
  int near = 0;
  for (int round = 0; round < 400; ++round) {
    const std::size_t rank = 4 + random() % 22;
    std::vector<double> values(10 * rank - 5);
    const bool stepped = round % 3 == 0;  // ground of whole metres
    for (double& value : values) {
      value = stepped ? std::round(ground(random) / 10) : ground(random);
    }
    const Slant line{3.25, 0.125};
    std::vector<double> sorted;
    for (std::size_t i = 0; i < values.size(); ++i) {
      sorted.push_back(values[i] - (line.first + static_cast<double>(i) * line.slope));
    }
    std::sort(sorted.begin(), sorted.end());
    const Deciles right{sorted[rank - 1], sorted[values.size() - rank]};
    for (const double off : {0.0, 0.01, -0.03, 0.2, -1.5}) {
      const double by = off * (right.high - right.low);
      DecileGuess guess{{right.low + by, right.high + by}, 0.04};
      if (const auto found = deciles_near(values, line, guess, rank, scratch)) {
        EXPECT_EQ(found->low, right.low);
        EXPECT_EQ(found->high, right.high);
        EXPECT_EQ(guess.near.high, right.high);
        ++near;
      } else {
        EXPECT_GT(std::abs(off), 0.03) << "a near guess is enough";
        EXPECT_EQ(guess.around, 0.08);  // the next is looked for farther
      }
    }
  }
  EXPECT_GE(near, 1200);
  EXPECT_LT(near, 1600);  // a guess that is far off is told
  DecileGuess flat{{1, 1}, 0.04};
  EXPECT_FALSE(deciles_near(std::vector<double>(35, 1.0), {0, 0}, flat, 4, scratch));
}

TEST(DecileKernels, GiveTheSameBitsWithEveryInstructionSet) {
  const std::vector<DecileKernels> all = decile_kernels();
  const Slant line{1.5, 0.03};
  const Stretch low{-9, -5};
  const Stretch high{4, 11};
  Neighbours a;
  Neighbours b;
  for (std::size_t count = 3; count <= kMostValues; count += 11) {
    std::vector<double> values = drawn::rolling(count, static_cast<std::uint32_t>(count) + 5, 9.7, 0);
    for (const DecileKernels& set : all) {
      all[0].neighbours(values, line, low, high, a);
      set.neighbours(values, line, low, high, b);
      EXPECT_EQ(a.below, b.below) << set.name;
      EXPECT_EQ(a.above, b.above) << set.name;
      ASSERT_EQ(a.lows, b.lows) << set.name;
      ASSERT_EQ(a.highs, b.highs) << set.name;
      EXPECT_EQ(std::memcmp(a.low.data(), b.low.data(), a.lows * sizeof(double)), 0) << set.name;
      EXPECT_EQ(std::memcmp(a.high.data(), b.high.data(), a.highs * sizeof(double)), 0) << set.name;
      const std::size_t few = std::min(count, kMostRanked);
      std::vector<double> sorted{values.begin(), values.begin() + static_cast<std::ptrdiff_t>(few)};
      std::sort(sorted.begin(), sorted.end());
      for (std::size_t rank = 1; rank <= few; ++rank) {
        std::copy_n(values.begin(), few, b.low.begin());
        EXPECT_EQ(set.ranked(b.low.data(), few, rank), sorted[rank - 1]) << set.name << " " << few;
      }
    }
  }
}

TEST(ProfileKernels, GiveTheSameBitsWithEveryInstructionSet) {
  const std::vector<ProfileKernels> all = profile_kernels();
  for (std::size_t count = 3; count < 400; count += 7) {
    const std::vector<double> z = drawn::rolling(count, static_cast<std::uint32_t>(count) + 5, 9.7);
    std::vector<double> plain(256);
    std::vector<double> wide(256);
    const auto end = static_cast<double>(count - 1);
    const Resampling how{z[0], 0.3 * end / 245, (end - 0.3 * end / 245) / 244, 245};
    for (const ProfileKernels& set : all) {
      EXPECT_TRUE(same_bits(set.sums(z.data(), count, 299.7), all[0].sums(z.data(), count, 299.7))) << set.name;
      EXPECT_EQ(set.within(z.data(), count, 0, 305), all[0].within(z.data(), count, 0, 305)) << set.name;
      const FitSums sums = all[0].resample(z.data(), count, how, plain.data());
      EXPECT_TRUE(same_bits(set.resample(z.data(), count, how, wide.data()), sums)) << set.name << " " << count;
      EXPECT_TRUE(same_bits(all[0].sums(plain.data(), 245, plain[0]), sums)) << count;
      EXPECT_EQ(std::memcmp(plain.data(), wide.data(), 245 * sizeof(double)), 0) << set.name << " " << count;
      const Slant line{1.1, 0.01};
      EXPECT_TRUE(same_bits(set.residuals(wide.data(), 245, line), all[0].residuals(plain.data(), 245, line)))
          << set.name;
      EXPECT_EQ(std::memcmp(plain.data(), wide.data(), 245 * sizeof(double)), 0) << set.name;
    }
  }
}

TEST(PathKernels, GiveTheSameBitsWithEveryInstructionSet) {
  const std::vector<PathKernels> all = path_kernels();
  for (std::size_t count = 5; count < 90; ++count) {
    const std::vector<double> z = drawn::rolling(count, static_cast<std::uint32_t>(count), 30);
    std::vector<double> km(count);
    for (std::size_t i = 0; i < count; ++i) {
      km[i] = 0.09 * static_cast<double>(i);
    }
    const Samples path{km, z};
    const Ends ends{z.front() + 30, z.back() + 2};
    for (const PathKernels& set : all) {
      EXPECT_TRUE(same_bits(set.rays(path, ends, 1.2e-4), all[0].rays(path, ends, 1.2e-4))) << set.name << count;
      EXPECT_TRUE(same_bits(set.rays({km, {}}, ends, 1.2e-4), all[0].rays({km, {}}, ends, 1.2e-4)))
          << set.name << count;
      EXPECT_TRUE(same_bits(set.surface(path, ends, 1.2e-4), all[0].surface(path, ends, 1.2e-4))) << set.name << count;
    }
  }
}

}  // namespace
}  // namespace karkara::propagation
