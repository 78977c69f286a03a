#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "common/splitmix.h"
#include "controller/planner/terrain/formula_terrain.h"
#include "controller/planner/terrain/line_of_sight.h"
#include "controller/planner/terrain/viewshed.h"
#include "tests/controller/planner/brute_viewshed.h"

namespace karkara::planner {
namespace {

GroundGrid ground(int radius, double cell) {
  GroundGrid grid{radius, Metres{cell}, {}};
  grid.heights.assign(static_cast<std::size_t>(grid.width() * grid.width()), 100.0);
  return grid;
}

std::size_t differences(const GroundGrid& grid, const ViewshedOptions& options) {
  SerialExecutor executor;
  const auto fast = viewshed(grid, options, executor);
  const auto slow = brute_viewshed(grid, options);
  std::size_t count = 0;
  for (std::size_t i = 0; i < fast.size(); ++i) {
    count += fast[i] != slow[i] ? 1 : 0;
  }
  return count;
}

TEST(LineOfSight, IsBlockedByAHillAndByTheEarth) {
  const Profile hill{{100, 100, 125, 100, 100}, Metres{1'000}, {}};
  const SightLine blocked = line_of_sight(hill, Metres{20}, Metres{20}, 4.0 / 3);
  EXPECT_EQ(blocked.sight, Sight::Hidden);
  EXPECT_EQ(blocked.at, 2U);
  EXPECT_NEAR(blocked.clearance->value(), -5 - 2'000.0 * 2'000 / (2 * 4.0 / 3 * 6'371'008.8), 1e-9);
  EXPECT_EQ(line_of_sight(hill, Metres{26}, Metres{26}, 4.0 / 3).sight, Sight::Visible);
  const Profile plain{std::vector<double>(51, 100.0), Metres{1'000}, {}};
  EXPECT_EQ(line_of_sight(plain, Metres{30}, Metres{30}, 4.0 / 3).sight, Sight::Hidden);  // 36.8 m of bulge
  EXPECT_EQ(line_of_sight(plain, Metres{37}, Metres{37}, 4.0 / 3).sight, Sight::Visible);
}

TEST(LineOfSight, SaysUnknownOnlyWhereKnownGroundDoesNotBlock) {
  Profile profile{{100, NAN, 100, 100}, Metres{1'000}, {}};
  EXPECT_EQ(line_of_sight(profile, Metres{20}, Metres{20}, 4.0 / 3).sight, Sight::Unknown);
  profile.heights[2] = 500;
  EXPECT_EQ(line_of_sight(profile, Metres{20}, Metres{20}, 4.0 / 3).sight, Sight::Hidden);
  profile.heights = {NAN, 100, 100};
  EXPECT_EQ(line_of_sight(profile, Metres{20}, Metres{20}, 4.0 / 3).sight, Sight::Unknown);
}

TEST(Viewshed, HidesWhatLiesBehindARidge) {
  GroundGrid grid = ground(20, 100);
  for (int row = 0; row < grid.width(); ++row) {
    grid.heights[static_cast<std::size_t>(row * grid.width() + 25)] = 150;  // five cells east of the eye
  }
  SerialExecutor executor;
  const auto cells = viewshed(grid, {}, executor);
  const auto at = [&](int north, int east) {
    return cells[static_cast<std::size_t>((20 - north) * grid.width() + 20 + east)];
  };
  EXPECT_EQ(at(0, 5), Sight::Visible);
  EXPECT_EQ(at(0, 6), Sight::Hidden);
  EXPECT_EQ(at(0, -15), Sight::Visible);
  EXPECT_EQ(at(15, 15), Sight::Outside);
}

TEST(Viewshed, AgreesWithEveryWayWalkedCellByCell) {
  SerialExecutor executor;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const FormulaTerrain terrain{{seed, 300, 8.0 * static_cast<double>(seed)}};
    const int radius = 20 + static_cast<int>(seed) * 7;
    const GroundGrid grid =
        ground_around(terrain, {Degrees{13.5}, Degrees{2.1}}, radius, Metres{90}, Sampling::Nearest, executor);
    ViewshedOptions options;
    options.eye = Metres{3.0 * static_cast<double>(seed)};
    options.k_factor = seed % 2 == 0 ? 4.0 / 3 : 0.6;
    EXPECT_EQ(differences(grid, options), 0U) << "seed " << seed;
  }
}

TEST(Viewshed, AgreesOnRoughGroundWithVoids) {
  std::uint64_t random = 3;
  for (int trial = 0; trial < 20; ++trial) {
    GroundGrid grid = ground(40, 30);
    for (double& height : grid.heights) {
      const std::uint64_t number = splitmix64(random);
      height = number % 97 == 0 ? NAN : static_cast<double>(number >> 8U & 0x3FFU) / (4.0 + trial);
    }
    EXPECT_EQ(differences(grid, {}), 0U) << trial;
  }
}

TEST(Viewshed, KnowsNothingFromUnknownGround) {
  GroundGrid grid = ground(5, 100);
  grid.heights[grid.heights.size() / 2] = NAN;
  SerialExecutor executor;
  for (const Sight sight : viewshed(grid, {}, executor)) {
    EXPECT_TRUE(sight == Sight::Unknown || sight == Sight::Outside);
  }
}

}  // namespace
}  // namespace karkara::planner
