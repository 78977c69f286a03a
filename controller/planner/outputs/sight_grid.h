// From how many masts each cell of a grid is seen, by the exact viewshed: what stands in the way of light, whatever the
// radio. Refuses to guess over unknown ground, and to know signals (signal_grid.h does). The same on any number of
// threads.
#pragma once

#include <functional>
#include <vector>

#include "controller/planner/executor.h"
#include "controller/planner/outputs/signal_grid.h"
#include "controller/planner/terrain/terrain_view.h"

namespace karkara::planner {

struct SightMast {
  Place place;
  Metres height;
};

struct SightRule {
  Metres reach;
  Metres target{1.5};  // above the ground of each cell
  double k_factor = 4.0 / 3;
};

// Fills `server` of an empty grid: how many masts see the cell's middle; kCellUnknown where none does and unknown
// ground may be what hides it. Land cover does not count. Aborted when it was cancelled: the grid is of no use then.
[[nodiscard]] Status fill_sight(SignalGrid& grid, const std::vector<SightMast>& masts, const SightRule& rule,
                                const TerrainView& terrain, Executor& executor, const GridWatch& watch);

}  // namespace karkara::planner
