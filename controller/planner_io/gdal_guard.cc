#include "controller/planner_io/gdal_guard.h"

#include <array>
#include <cmath>
#include <filesystem>
#include <vector>

#include "controller/planner_io/gdal_abi.h"

namespace karkara::planner {
namespace {

constexpr std::uintmax_t kMostRasterBytes = std::uintmax_t{64} << 30U;
constexpr std::uintmax_t kMostLayerBytes = std::uintmax_t{4} << 30U;
constexpr std::int64_t kMostCells = std::int64_t{1} << 31U;
constexpr std::int64_t kMostBlockBytes = std::int64_t{256} << 20U;  // as doubles

Result<GdalOwned> open_guarded(const std::string& path, unsigned kind, const char* const* drivers,
                               std::uintmax_t most_bytes, const char* what) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    return Error{ErrorCode::NotFound, path + ": is not there"};
  }
  if (!std::filesystem::is_regular_file(path, error)) {
    return Error{ErrorCode::InvalidArgument, path + ": is not a plain file"};
  }
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error || size > most_bytes) {
    return Error{ErrorCode::InvalidArgument, path + ": larger than " + std::to_string(most_bytes >> 30U) + " GiB"};
  }
  GdalOwned dataset = gdal_owned<GDALClose>(GDALOpenEx(path.c_str(), kind, drivers, nullptr, nullptr));
  if (!dataset) {
    return Error{ErrorCode::InvalidArgument, path + ": no " + what + " that can be read: " + CPLGetLastErrorMsg()};
  }
  return dataset;
}

}  // namespace

Result<GdalOwned> open_raster(const std::string& path) {
  constexpr std::array<const char*, 3> kDrivers{"GTiff", "EHdr", nullptr};
  auto dataset = open_guarded(path, kGdalRaster, kDrivers.data(), kMostRasterBytes, "raster");
  if (!dataset) {
    return dataset;
  }
  if (GDALGetRasterCount(dataset->get()) < 1) {
    return Error{ErrorCode::InvalidArgument, path + ": no raster that can be read: it has no bands"};
  }
  int width = 0;
  int height = 0;
  GDALGetBlockSize(GDALGetRasterBand(dataset->get(), 1), &width, &height);
  if (width < 1 || height < 1 || std::int64_t{width} * height > kMostBlockBytes / 8) {
    return Error{ErrorCode::InvalidArgument, path + ": its blocks of " + std::to_string(width) + " by " +
                                                 std::to_string(height) + " are too large to be meant"};
  }
  return dataset;
}

Result<GdalOwned> open_layers(const std::string& path) {
  constexpr std::array<const char*, 4> kDrivers{"GeoJSON", "GPKG", "ESRI Shapefile", nullptr};
  auto dataset = open_guarded(path, kGdalVector, kDrivers.data(), kMostLayerBytes, "table");
  if (dataset && GDALDatasetGetLayerCount(dataset->get()) < 1) {
    return Error{ErrorCode::InvalidArgument, path + ": no table that can be read: it has no layers"};
  }
  return dataset;
}

Result<RasterGrid> grid_of(void* dataset, const std::string& path, const std::string& turn) {
  std::array<double, 6> to_ground{};
  if (GDALGetGeoTransform(dataset, to_ground.data()) != 0) {
    return Error{ErrorCode::InvalidArgument, path + ": does not say where it lies"};
  }
  void* reference = GDALGetSpatialRef(dataset);
  if (reference != nullptr && OSRIsGeographic(reference) == 0) {
    return Error{ErrorCode::InvalidArgument, path + ": is not in degrees; turn it with " + turn};
  }
  if (to_ground[2] != 0 || to_ground[4] != 0 || !(to_ground[1] > 0) || !(to_ground[5] < 0)) {
    return Error{ErrorCode::InvalidArgument, path + ": its rows do not run from north to south, west to east"};
  }
  const std::int64_t columns = GDALGetRasterXSize(dataset);
  const std::int64_t rows = GDALGetRasterYSize(dataset);
  if (rows * columns > kMostCells) {
    return Error{ErrorCode::InvalidArgument, path + ": more than two thousand million cells"};
  }
  const double south = to_ground[3] + static_cast<double>(rows) * to_ground[5];
  const double east = to_ground[0] + static_cast<double>(columns) * to_ground[1];
  constexpr double kSlack = 1;  // degree: global grids reach half a cell over the edge
  if (!(to_ground[3] <= 90 + kSlack) || !(south >= -90 - kSlack) || !(to_ground[0] >= -180 - kSlack) ||
      !(east <= 360 + kSlack)) {
    return Error{ErrorCode::InvalidArgument, path + ": lies beyond the globe, so not in degrees; turn it with " + turn};
  }
  RasterGrid grid;
  grid.columns = static_cast<std::uint32_t>(columns);
  grid.rows = static_cast<std::uint32_t>(rows);
  grid.row_step = Degrees{-to_ground[5]};
  grid.column_step = Degrees{to_ground[1]};
  grid.west = Degrees{to_ground[0] + to_ground[1] / 2};  // GDAL tells the corner of the first cell
  grid.north = Degrees{to_ground[3] + to_ground[5] / 2};
  return grid;
}

Status read_rows(void* dataset, const std::string& path,
                 const std::function<Status(std::uint32_t row, double* values)>& take) {
  void* band = GDALGetRasterBand(dataset, 1);
  const int width = GDALGetRasterXSize(dataset);
  const int height = GDALGetRasterYSize(dataset);
  int has_void = 0;
  const double no_data = GDALGetRasterNoDataValue(band, &has_void);
  std::vector<double> values(static_cast<std::size_t>(width));
  for (int y = 0; y < height; ++y) {
    CPLErrorReset();
    if (GDALRasterIO(band, 0, 0, y, width, 1, values.data(), width, 1, kGdalFloat64, 0, 0) != 0) {
      return Error{ErrorCode::DataLoss,
                   path + ": row " + std::to_string(y + 1) + ": cannot be read: " + CPLGetLastErrorMsg()};
    }
    for (double& value : values) {
      // A float32 void such as -3.4e38 comes back as a double that differs in its last digits.
      const bool like_void = std::isfinite(no_data) && std::abs(value - no_data) <= 1e-6 * std::abs(no_data);
      value = has_void != 0 && (value == no_data || like_void) ? NAN : value;
    }
    if (const Status taken = take(static_cast<std::uint32_t>(y), values.data()); !taken.ok()) {
      return taken;
    }
  }
  return {};
}

}  // namespace karkara::planner
