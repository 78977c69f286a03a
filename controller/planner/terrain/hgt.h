// SRTM's .hgt: a square of 1201 or 3601 heights a side, big-endian, over one degree that only the file's name tells;
// -32768 is a void. Refuses other sizes and heights that are no ground of this Earth. Called by the file reader with
// mapped bytes.
#pragma once

#include <cstdint>
#include <string_view>

#include "controller/planner/terrain/place.h"
#include "controller/planner/terrain/tile.h"

namespace karkara::planner {

inline constexpr double kLowestGround = -500;  // metres; the Dead Sea's shore is at -430
inline constexpr double kHighestGround = 9000;
inline constexpr std::int16_t kVoid = -32768;

// South-west corner from a name such as "N13E002.hgt", also within a longer one.
[[nodiscard]] Result<Place> hgt_corner(std::string_view name);

// Reads every height once: a torn or swapped file is found here and not in an answer.
[[nodiscard]] Result<Tile> hgt_tile(std::string_view name, std::span<const std::int16_t> samples, ByteOrder order);

}  // namespace karkara::planner
