// Tables and areas from files: CSV by our own parser, GeoJSON and GeoPackage by GDAL, turned to WGS84 where they say
// that they are in something else. Refuses files that cannot be read, with their name. What a table means is
// import_settlements' business.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "controller/planner/people/areas.h"
#include "controller/planner/people/table.h"

namespace karkara::planner {

// The first layer of a GeoPackage. A feature's place is its point, or the middle of its polygon.
[[nodiscard]] Result<Table> read_table(const std::string& path);

// Polygons with the p-code and name of the finest level that the file has (adm3_pcode before adm2_pcode ...).
[[nodiscard]] Result<std::vector<Area>> read_areas(const std::string& path);

}  // namespace karkara::planner
