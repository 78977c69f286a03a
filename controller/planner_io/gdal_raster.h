// Heights from what GDAL reads (GeoTIFF and COG, EHdr .bil), and bytes from packed files. Refuses rasters that are not
// in degrees with north up: turning them costs accuracy that nobody would see, and `gdalwarp` does it knowingly.
#pragma once

#include <functional>
#include <string>

#include "common/result.h"
#include "controller/planner/terrain/tile.h"

namespace karkara::planner {

// Unpacked into a nameless file in `scratch`. Real numbers are kept in steps of 0.3 m.
[[nodiscard]] Result<Tile> read_raster(const std::string& path, const std::string& scratch);

// A .hgt in a .gz or a .zip, unpacked the same way; the place is in the name of the packed file or of what is inside.
[[nodiscard]] Result<Tile> read_packed_hgt(const std::string& path, const std::string& scratch);

}  // namespace karkara::planner
