// A table whose rows carry polygons: administrative borders, areas that an operator covers. Refuses to understand them.
// Made by controller/planner_io from GeoJSON and GeoPackage.
#pragma once

#include <cstddef>
#include <vector>

#include "controller/planner/people/table.h"
#include "controller/planner/terrain/place.h"

namespace karkara::planner {

struct Shape {
  std::vector<std::vector<Place>> rings;
  std::size_t strange_points = 0;  // corners that are not on the globe, so not in degrees
};

struct ShapeTable {
  Table table;
  std::vector<Shape> shapes;  // one a row of the table
};

}  // namespace karkara::planner
