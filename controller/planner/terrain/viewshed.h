// What a mast sees: each cell of the ground around it, exactly. A cell is visible when no ground on the straight way
// there rises above the line to it; the ground between two cells of a row (or column, for the steeper ways) is
// interpolated between them. Refuses the shortcuts of sweeping viewsheds, which pass heights on from cell to cell and
// lose visible ones; it is fast because whole stretches of a way lie below what could block it.
#pragma once

#include <cstdint>
#include <vector>

#include "controller/planner/executor.h"
#include "controller/planner/terrain/line_of_sight.h"
#include "controller/planner/terrain/terrain_view.h"

namespace karkara::planner {

// A square of heights around a place, in its azimuthal equidistant projection: straight ways from the middle are great
// circles. Row 0 is the northernmost; NaN is unknown.
struct GroundGrid {
  int radius = 0;  // cells from the middle to each edge
  Metres cell;
  std::vector<double> heights;  // (2 radius + 1) squared

  [[nodiscard]] int width() const { return 2 * radius + 1; }
};

[[nodiscard]] GroundGrid ground_around(const TerrainView& terrain, const Place& middle, int radius, Metres cell,
                                       Sampling sampling, Executor& executor);

struct ViewshedOptions {
  Metres eye{30};      // above the ground of the middle cell
  Metres target{1.5};  // above the ground of each other cell
  double k_factor = 4.0 / 3;
};

// One Sight for each cell of the grid; Outside for what is farther than the radius. A cell that known ground hides is
// Hidden; one that may be hidden by unknown ground, or is unknown itself, is Unknown. The heights must fit the radius.
[[nodiscard]] std::vector<Sight> viewshed(const GroundGrid& ground, const ViewshedOptions& options, Executor& executor);

}  // namespace karkara::planner
