// A rectangle of height samples: where it lies and where its 16-bit numbers are, usually a mapped file. Refuses to read
// them from anywhere. Made by controller/planner_io and by tests; TiledTerrain joins many.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "common/result.h"
#include "common/units.h"

namespace karkara::planner {

enum class ByteOrder { Little, Big };

// Row 0 is the northernmost, column 0 the westernmost; a sample is a point, not a cell.
struct Tile {
  std::string name;  // as messages call it: the file
  Degrees north;     // of row 0
  Degrees west;      // of column 0
  Degrees row_step;  // both over 0
  Degrees column_step;
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  std::span<const std::int16_t> samples;
  ByteOrder order = ByteOrder::Little;
  double unit = 1;                    // metres of one step of a sample
  std::int16_t unknown = -32768;      // the number that stands for a void
  std::shared_ptr<const void> bytes;  // keeps the samples where they are
};

// The shape fits the samples and the globe.
[[nodiscard]] Status check(const Tile& tile);

}  // namespace karkara::planner
