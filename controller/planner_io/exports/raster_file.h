// Grids of a plan as GeoTIFF: signal in dBm, best server by number. Deflated, in WGS84, with a void. Refuses grids
// whose cells do not fit their shape.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/result.h"
#include "controller/planner/outputs/signal_grid.h"

namespace karkara::planner {

// dBm as 32-bit reals; NaN where nothing is known or heard. `corrected` ends what the band says of itself: what was
// done to the model's word.
[[nodiscard]] Status write_signal_raster(const std::string& path, const SignalGrid& grid,
                                         const std::string& corrected = {});
// Numbers of sites as 32-bit integers from 0, in the plan's order; -1 where nobody serves, -2 where the ground is
// unknown.
[[nodiscard]] Status write_server_raster(const std::string& path, const SignalGrid& grid,
                                         const std::string& corrected = {});
// How many masts are seen as 32-bit integers; -2 where unknown ground may be what hides them.
[[nodiscard]] Status write_sight_raster(const std::string& path, const SignalGrid& grid);

}  // namespace karkara::planner
