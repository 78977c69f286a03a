// The map of a plan with its legend: who is served, by which sites, over which ways out. Refuses a base map: borders
// come from a file that the user gives, none is shipped. Drawn on a MapCanvas; the same plan gives the same bytes.
#pragma once

#include "common/result.h"
#include "controller/planner/outputs/map_canvas.h"
#include "controller/planner/outputs/text.h"
#include "controller/planner/people/borders.h"
#include "controller/planner/plan/plan.h"

namespace karkara::planner {

struct MapOptions {
  int width = 1600;  // pixels, the legend included
  Language language = Language::English;
};

// Refuses a plan without places, and widths of no picture (600 to 8000).
[[nodiscard]] Result<MapCanvas> draw_map(const Plan& plan, const Borders& borders, const MapOptions& options);

}  // namespace karkara::planner
