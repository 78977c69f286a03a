// Files opened with GDAL under a guard: only regular files, of a size and shape that a planner can mean, and only by
// the drivers that are meant. Refuses everything else: left alone, GDAL takes a file's content for any of two hundred
// formats, some of which name other files and addresses to fetch. Called by the readers of rasters and layers.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "common/result.h"
#include "common/units.h"

namespace karkara::planner {

using GdalOwned = std::unique_ptr<void, void (*)(void*)>;

template <auto kRelease>
GdalOwned gdal_owned(void* handle) {
  return {handle, [](void* open) {
            if (open != nullptr) {
              static_cast<void>(kRelease(open));
            }
          }};
}

// GeoTIFF (COG too) and EHdr. Blocks that would not fit memory are refused.
[[nodiscard]] Result<GdalOwned> open_raster(const std::string& path);
// GeoJSON, GeoPackage and shapefiles, with at least one layer.
[[nodiscard]] Result<GdalOwned> open_layers(const std::string& path);

// A raster in degrees, north up; middles of cells.
struct RasterGrid {
  std::uint32_t columns = 0, rows = 0;
  Degrees north, west;            // of the first cell
  Degrees row_step, column_step;  // both over 0
};
// `turn`: what to tell gdalwarp for one that is not in degrees.
[[nodiscard]] Result<RasterGrid> grid_of(void* dataset, const std::string& path, const std::string& turn);

// Rows of a raster's first band from north to south, NaN for no data. Ends at the first row that cannot be read, or
// that `take` refuses.
[[nodiscard]] Status read_rows(void* dataset, const std::string& path,
                               const std::function<Status(std::uint32_t row, double* values)>& take);

}  // namespace karkara::planner
