// Whether inputs are the same as another time: a hash of terrain and of texts, eight bytes at a time, because a country
// of one-second tiles is gigabytes. Refuses to be safe against forgery. Called by jobs that name what a result rests
// on.
#pragma once

#include <cstdint>
#include <string_view>

#include "controller/planner/terrain/tile.h"

namespace karkara::planner {

[[nodiscard]] std::uint64_t mixed(std::uint64_t hash, std::uint64_t word);
[[nodiscard]] std::uint64_t content_hash(std::string_view bytes);
[[nodiscard]] std::uint64_t content_hash(const Tile& tile);  // place, shape and every sample

}  // namespace karkara::planner
