#include "controller/planner_io/population_file.h"

#include "controller/planner_io/gdal_guard.h"
#include "controller/planner_io/gdal_quiet.h"

namespace karkara::planner {

Status read_population(const std::string& path, PopulationCells& cells) {
  const GdalQuiet quiet;
  const auto dataset = open_raster(path);
  if (!dataset) {
    return dataset.error();
  }
  const auto grid = grid_of(dataset->get(), path, "gdalwarp -t_srs EPSG:4326 -r sum");
  if (!grid) {
    return grid.error();
  }
  return read_rows(dataset->get(), path, [&](std::uint32_t y, const double* people) -> Status {
    RasterRow row;
    row.number = y + 1;
    row.latitude = grid->north - grid->row_step * y;
    row.west = grid->west;
    row.step = grid->column_step;
    row.people = {people, grid->columns};
    cells.add(row);
    return {};
  });
}

}  // namespace karkara::planner
