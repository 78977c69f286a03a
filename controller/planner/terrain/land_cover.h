// What stands on the ground: rasters of class numbers (trees, houses, bare) and how high each class stands. Where no
// raster says a class, or a class has no height, it is unknown. Refuses to say what a class is. Made by planner_io from
// files, asked by TiledTerrain for profiles.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>

#include "common/result.h"
#include "common/units.h"
#include "controller/planner/terrain/tile.h"

namespace karkara::planner {

inline constexpr int kMostCoverClass = 255;

struct CoverClass {
  int number = 0;  // 0 to 255
  Metres height;
};

// By class number; NaN where the class has none.
class CoverHeights {
 public:
  // Refuses two heights of one class, numbers that are none and heights below 0.
  static Result<CoverHeights> make(std::span<const CoverClass> classes);
  [[nodiscard]] double of(double number) const;

 private:
  CoverHeights() { heights_.fill(std::numeric_limits<double>::quiet_NaN()); }
  std::array<double, kMostCoverClass + 1> heights_;
};

// The first class of the tile that has no height, with its place in the file.
[[nodiscard]] Status check_classes(const Tile& tile, const CoverHeights& heights);

}  // namespace karkara::planner
