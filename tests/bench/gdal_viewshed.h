// GDAL's viewshed over the same ground in memory: the peer of ours.
#pragma once

#include <vector>

#include "controller/planner/terrain/viewshed.h"

namespace karkara::planner {

[[nodiscard]] std::vector<Sight> gdal_viewshed(const GroundGrid& ground, const ViewshedOptions& options);

}  // namespace karkara::planner
