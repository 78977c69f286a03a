// Layers of a plan as a GeoPackage: what QGIS opens. Refuses to add to a file that is there: it replaces it.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "controller/planner/outputs/layers.h"

namespace karkara::planner {

[[nodiscard]] Status write_geopackage(const std::string& path, const std::vector<Layer>& layers);

}  // namespace karkara::planner
