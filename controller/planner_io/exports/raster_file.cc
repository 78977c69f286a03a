#include "controller/planner_io/exports/raster_file.h"

#include <array>
#include <cmath>
#include <functional>

#include "controller/planner_io/exports/output_file.h"
#include "controller/planner_io/gdal_abi.h"
#include "controller/planner_io/gdal_guard.h"
#include "controller/planner_io/gdal_quiet.h"

namespace karkara::planner {
namespace {

constexpr double kNoServer = -1;

Status write_grid(const std::string& path, const SignalGrid& grid, int type, double no_data, const std::string& what,
                  const std::function<double(std::size_t cell)>& value) {
  const GdalQuiet quiet;
  if (grid.level.size() != std::size_t{grid.rows} * grid.columns || grid.server.size() != grid.level.size()) {
    return Error{ErrorCode::InvalidArgument, path + ": the grid does not fit its shape"};
  }
  return write_beside(path, [&](const std::string& beside) -> Status {
    const auto refused = [&] {
      return Error{ErrorCode::Unavailable, path + ": cannot be written: " + CPLGetLastErrorMsg()};
    };
    constexpr std::array<const char*, 3> kOptions{"COMPRESS=DEFLATE", "TILED=YES", nullptr};
    const int width = static_cast<int>(grid.columns);
    GdalOwned dataset = gdal_owned<GDALClose>(GDALCreate(GDALGetDriverByName("GTiff"), beside.c_str(), width,
                                                         static_cast<int>(grid.rows), 1, type, kOptions.data()));
    const GdalOwned reference = gdal_owned<OSRDestroySpatialReference>(OSRNewSpatialReference(nullptr));
    OSRSetAxisMappingStrategy(reference.get(), kTraditionalOrder);
    const std::array<double, 6> to_ground{grid.west.value() - grid.step.value() / 2,
                                          grid.step.value(),
                                          0,
                                          grid.north.value() + grid.step.value() / 2,
                                          0,
                                          -grid.step.value()};
    if (!dataset || OSRImportFromEPSG(reference.get(), 4326) != 0 ||
        GDALSetSpatialRef(dataset.get(), reference.get()) != 0 ||
        GDALSetGeoTransform(dataset.get(), to_ground.data()) != 0) {
      return refused();
    }
    void* band = GDALGetRasterBand(dataset.get(), 1);
    GDALSetRasterNoDataValue(band, no_data);
    GDALSetDescription(band, what.c_str());
    std::vector<double> row(grid.columns);
    for (std::uint32_t y = 0; y < grid.rows; ++y) {
      for (std::uint32_t x = 0; x < grid.columns; ++x) {
        row[x] = value(std::size_t{y} * grid.columns + x);
      }
      if (GDALRasterIO(band, 1, 0, static_cast<int>(y), width, 1, row.data(), width, 1, kGdalFloat64, 0, 0) != 0) {
        return refused();
      }
    }
    CPLErrorReset();
    dataset.reset();
    return *CPLGetLastErrorMsg() == '\0' ? Status{} : refused();
  });
}

}  // namespace

Status write_signal_raster(const std::string& path, const SignalGrid& grid, const std::string& corrected) {
  return write_grid(path, grid, kGdalFloat32, NAN, "signal, dBm" + corrected,
                    [&](std::size_t cell) { return static_cast<double>(grid.level[cell]); });
}

Status write_server_raster(const std::string& path, const SignalGrid& grid, const std::string& corrected) {
  return write_grid(path, grid, kGdalInt32, kNoServer, "best server, number of the site in the plan" + corrected,
                    [&](std::size_t cell) { return static_cast<double>(grid.server[cell]); });
}

Status write_sight_raster(const std::string& path, const SignalGrid& grid) {
  return write_grid(path, grid, kGdalInt32, kCellUnknown, "masts in sight",
                    [&](std::size_t cell) { return static_cast<double>(grid.server[cell]); });
}

}  // namespace karkara::planner
