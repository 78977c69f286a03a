// The loops over heights: right by a plain computation, and the same bits with every instruction set.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

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

TEST(ProfileKernels, FindTheSteepestSightFromBothEnds) {
  for (std::size_t count = 3; count < 60; ++count) {
    const std::vector<double> z = drawn::rolling(count, static_cast<std::uint32_t>(count));
    const double eye = z.front() + 10;
    double slope = -1e9;
    double back = -1e9;
    for (std::size_t i = 1; i + 1 < count; ++i) {
      const auto j = static_cast<double>(i);
      const auto k = static_cast<double>(count - 1 - i);
      slope = std::max(slope, (z[i] - eye) / j - j * 1e-3);
      back = std::max(back, (z[i] - eye) / k - k * 1e-3);
    }
    EXPECT_EQ(horizon_from_first(z, eye, 1e-3).slope, slope) << count;
    EXPECT_EQ(horizon_from_last(z, eye, 1e-3).slope, back) << count;
  }
}

TEST(ProfileKernels, TakeTheFirstOfEqualHorizons) {
  const std::vector<double> z(40, 0.0);
  EXPECT_EQ(horizon_from_first(z, 0, 0).at, 1U);
  EXPECT_EQ(horizon_from_last(z, 0, 0).at, 1U);
}

TEST(Spread, IsThatOfSortedValues) {
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
    EXPECT_EQ(spread(values, count, {sorted.front(), sorted.back()}, rank), sorted[count - rank] - sorted[rank - 1]);
  }
  const std::array<double, kMostValues> equal{};
  EXPECT_EQ(spread(equal, 35, {0, 0}, 4), 0);
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
      EXPECT_TRUE(same_bits(set.horizon(z.data(), count, 310.1, 1e-4, 1, 1),
                            all[0].horizon(z.data(), count, 310.1, 1e-4, 1, 1)))
          << set.name;
      EXPECT_TRUE(same_bits(set.sums(z.data(), count, 299.7), all[0].sums(z.data(), count, 299.7))) << set.name;
      EXPECT_EQ(set.within(z.data(), count, 0, 305), all[0].within(z.data(), count, 0, 305)) << set.name;
      all[0].resample(z.data(), count, how, plain.data());
      set.resample(z.data(), count, how, wide.data());
      EXPECT_EQ(std::memcmp(plain.data(), wide.data(), 245 * sizeof(double)), 0) << set.name << " " << count;
      EXPECT_TRUE(same_bits(set.residuals(wide.data(), 245, 1.1, 0.01), all[0].residuals(plain.data(), 245, 1.1, 0.01)))
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
