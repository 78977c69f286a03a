// A layer of a vector file read feature by feature under limits: how many, how wide, how long a field, how many
// corners. Refuses to hold a file that a planner cannot mean. Called by table_files.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/result.h"
#include "controller/planner/people/shapes.h"

namespace karkara::planner {

struct LayerFeature {
  TableRow row;
  Shape shape;
};

// Its layer: the one that `path` names behind a GeoPackage ("places.gpkg:villages"), the only one, or the only one with
// geometry; of several it takes none and names them. Coordinates are in WGS84 where the layer says what it is in.
// `with_shapes`: polygons as well as middles. Rows beyond a limit, and trouble halfway, are problems of the table.
[[nodiscard]] Status read_layer(const std::string& path, bool with_shapes, Table& table,
                                const std::function<void(LayerFeature&&)>& take);

}  // namespace karkara::planner
