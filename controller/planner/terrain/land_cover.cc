#include "controller/planner/terrain/land_cover.h"

#include <cmath>
#include <string>

namespace karkara::planner {

Result<CoverHeights> CoverHeights::make(std::span<const CoverClass> classes) {
  CoverHeights heights;
  for (const CoverClass& one : classes) {
    const std::string name = "class " + std::to_string(one.number);
    if (one.number < 0 || one.number > kMostCoverClass) {
      return Error{ErrorCode::InvalidArgument, name + ": classes are numbers from 0 to 255"};
    }
    if (!(one.height.value() >= 0 && one.height.value() <= 150)) {
      return Error{ErrorCode::InvalidArgument, name + ": nothing stands so high; 0 to 150 m"};
    }
    double& height = heights.heights_[static_cast<std::size_t>(one.number)];
    if (!std::isnan(height)) {
      return Error{ErrorCode::InvalidArgument, name + ": has two heights"};
    }
    height = one.height.value();
  }
  return heights;
}

double CoverHeights::of(double number) const {
  return number >= 0 && number <= kMostCoverClass ? heights_[static_cast<std::size_t>(number)]
                                                  : std::numeric_limits<double>::quiet_NaN();
}

Status check_classes(const Tile& tile, const CoverHeights& heights) {
  if (tile.unit != 1) {
    return Error{ErrorCode::InvalidArgument, tile.name + ": real numbers; classes are whole"};
  }
  for (std::size_t i = 0; i < tile.samples.size(); ++i) {
    const auto raw = static_cast<std::uint16_t>(tile.samples[i]);
    const auto swapped = static_cast<std::uint16_t>((raw >> 8U) | (raw << 8U));
    const auto number = static_cast<std::int16_t>(tile.order == ByteOrder::Big ? swapped : raw);
    if (number != tile.unknown && std::isnan(heights.of(number))) {
      return Error{ErrorCode::InvalidArgument, tile.name + ": class " + std::to_string(number) +
                                                   " has no height; row " + std::to_string(i / tile.columns + 1) +
                                                   ", column " + std::to_string(i % tile.columns + 1)};
    }
  }
  return {};
}

}  // namespace karkara::planner
