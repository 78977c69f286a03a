// Tables and areas from files: CSV by our own parser, GeoJSON, GeoPackage and shapefiles by GDAL, turned to WGS84 where
// they say that they are in something else. Refuses files that cannot be read, with their name. What a table means is
// the imports' business.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "controller/planner/people/areas.h"
#include "controller/planner/people/shapes.h"
#include "controller/planner/people/table.h"

namespace karkara::planner {

// Of a GeoPackage with several layers the path names one: "places.gpkg:villages". A feature's place is its point, or
// the middle of its polygon.
[[nodiscard]] Result<Table> read_table(const std::string& path);

// The same with the polygons. A CSV has none.
[[nodiscard]] Result<ShapeTable> read_shapes(const std::string& path);

// Polygons with the p-code and name of the finest level that the file has (adm3_pcode before adm2_pcode ...). Refuses
// files with corners that are not in degrees.
[[nodiscard]] Result<std::vector<Area>> read_areas(const std::string& path);

}  // namespace karkara::planner
