// A population raster (WorldPop, GRID3, HRSL: people in each cell) read row by row. Refuses rasters that are not in
// degrees: turning one needs `-r sum`, or people appear twice.
#pragma once

#include <string>

#include "common/result.h"
#include "controller/planner/people/population_cells.h"

namespace karkara::planner {

[[nodiscard]] Status read_population(const std::string& path, PopulationCells& cells);

}  // namespace karkara::planner
