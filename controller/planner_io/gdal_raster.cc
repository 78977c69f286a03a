#include "controller/planner_io/gdal_raster.h"

#include <array>
#include <cmath>
#include <filesystem>
#include <memory>
#include <vector>

#include "controller/planner/terrain/hgt.h"
#include "controller/planner_io/gdal_abi.h"
#include "controller/planner_io/gdal_quiet.h"
#include "controller/planner_io/mapped_samples.h"

namespace karkara::planner {
namespace {

constexpr double kRealUnit = 0.3;                         // metres: 9 km still fits 16 bits
constexpr std::size_t kLargestHgt = 2 * 3601UL * 3601UL;  // bytes
constexpr std::int64_t kMostSamples = std::int64_t{1} << 31U;

using Dataset = std::unique_ptr<void, void (*)(void*)>;

Result<Tile> shape_of(void* dataset, const std::string& path) {
  std::array<double, 6> to_ground{};
  if (GDALGetGeoTransform(dataset, to_ground.data()) != 0) {
    return Error{ErrorCode::InvalidArgument, path + ": does not say where it lies"};
  }
  void* reference = GDALGetSpatialRef(dataset);
  if (reference != nullptr && OSRIsGeographic(reference) == 0) {
    return Error{ErrorCode::InvalidArgument, path + ": is not in degrees; turn it with gdalwarp -t_srs EPSG:4326"};
  }
  if (to_ground[2] != 0 || to_ground[4] != 0 || !(to_ground[1] > 0) || !(to_ground[5] < 0)) {
    return Error{ErrorCode::InvalidArgument, path + ": its rows do not run from north to south, west to east"};
  }
  const std::int64_t columns = GDALGetRasterXSize(dataset);
  const std::int64_t rows = GDALGetRasterYSize(dataset);
  if (rows * columns > kMostSamples) {
    return Error{ErrorCode::InvalidArgument, path + ": more than two thousand million heights"};
  }
  Tile tile;
  tile.name = path;
  tile.rows = static_cast<std::uint32_t>(rows);
  tile.columns = static_cast<std::uint32_t>(columns);
  tile.row_step = Degrees{-to_ground[5]};
  tile.column_step = Degrees{to_ground[1]};
  tile.west = Degrees{to_ground[0] + to_ground[1] / 2};  // GDAL tells the corner of the first cell
  tile.north = Degrees{to_ground[3] + to_ground[5] / 2};
  tile.unknown = kVoid;
  return tile;
}

// The number that is stored for a height; the error names the place.
Result<std::int16_t> stored(double height, double unit) {
  if (!std::isfinite(height) || height < kLowestGround || height > kHighestGround) {
    return Error{ErrorCode::DataLoss, std::to_string(height) + " m is no height of the Earth"};
  }
  return static_cast<std::int16_t>(std::lround(height / unit));
}

Status copy_heights(void* band, Tile& tile, SampleWriter& writer) {
  int has_void = 0;
  const double no_data = GDALGetRasterNoDataValue(band, &has_void);
  const int type = GDALGetRasterDataType(band);
  tile.unit = type == kGdalFloat32 || type == kGdalFloat64 ? kRealUnit : 1;
  const int width = static_cast<int>(tile.columns);
  std::vector<double> heights(tile.columns);
  std::vector<std::int16_t> row(tile.columns);
  for (int y = 0; y < static_cast<int>(tile.rows); ++y) {
    const std::string place = tile.name + ": row " + std::to_string(y + 1);
    CPLErrorReset();
    if (GDALRasterIO(band, 0, 0, y, width, 1, heights.data(), width, 1, kGdalFloat64, 0, 0) != 0) {
      return Error{ErrorCode::DataLoss, place + ": cannot be read: " + CPLGetLastErrorMsg()};
    }
    for (std::size_t x = 0; x < row.size(); ++x) {
      // A float32 void such as -3.4e38 comes back as a double that differs in its last digits.
      const bool is_void = std::isnan(heights[x]) || heights[x] == kVoid ||
                           (has_void != 0 && std::abs(heights[x] - no_data) <= 1e-6 * std::abs(no_data));
      const auto number = is_void ? Result<std::int16_t>{kVoid} : stored(heights[x], tile.unit);
      if (!number) {
        return number.error().in(place + ", column " + std::to_string(x + 1));
      }
      row[x] = *number;
    }
    if (const Status added = writer.add(row); !added.ok()) {
      return added.error().in(tile.name);
    }
  }
  return {};
}

// What is inside a .zip: the one .hgt.
Result<std::string> packed_path(const std::string& path) {
  if (path.ends_with(".gz")) {
    return "/vsigzip/" + path;
  }
  const std::string inside = "/vsizip/" + path;
  char** names = VSIReadDir(inside.c_str());
  std::string found;
  for (char** name = names; name != nullptr && *name != nullptr; ++name) {
    if (std::string_view{*name}.ends_with(".hgt") || std::string_view{*name}.ends_with(".HGT")) {
      found = inside + "/" + *name;
    }
  }
  CSLDestroy(names);
  if (found.empty()) {
    return Error{ErrorCode::InvalidArgument, path + ": no .hgt inside, or not a .zip"};
  }
  return found;
}

}  // namespace

Result<Tile> read_raster(const std::string& path, const std::string& scratch) {
  const GdalQuiet quiet;
  const Dataset dataset{GDALOpenEx(path.c_str(), kGdalRaster, nullptr, nullptr, nullptr), [](void* open) {
                          if (open != nullptr) {
                            GDALClose(open);
                          }
                        }};
  if (!dataset || GDALGetRasterCount(dataset.get()) < 1) {
    const bool there = std::filesystem::exists(path);
    return Error{
        there ? ErrorCode::InvalidArgument : ErrorCode::NotFound,
        path + ": " + (there ? "no raster that can be read: " + std::string{CPLGetLastErrorMsg()} : "is not there")};
  }
  auto tile = shape_of(dataset.get(), path);
  auto writer = SampleWriter::open(scratch);
  if (!tile || !writer) {
    return tile ? writer.error() : tile.error();
  }
  if (const Status copied = copy_heights(GDALGetRasterBand(dataset.get(), 1), *tile, *writer); !copied.ok()) {
    return copied.error();
  }
  auto mapped = writer->map();
  if (!mapped) {
    return mapped.error().in(path);
  }
  tile->samples = mapped->samples;
  tile->bytes = std::move(mapped->bytes);
  if (const Status fine = check(*tile); !fine.ok()) {
    return fine.error();
  }
  return tile;
}

Result<Tile> read_packed_hgt(const std::string& path, const std::string& scratch) {
  const GdalQuiet quiet;
  if (!std::filesystem::exists(path)) {
    return Error{ErrorCode::NotFound, path + ": is not there"};
  }
  const auto inside = packed_path(path);
  if (!inside) {
    return inside.error();
  }
  const std::unique_ptr<void, int (*)(void*)> file{VSIFOpenL(inside->c_str(), "rb"),
                                                   [](void* open) { return open == nullptr ? 0 : VSIFCloseL(open); }};
  if (!file) {
    return Error{ErrorCode::DataLoss, path + ": cannot be unpacked: " + CPLGetLastErrorMsg()};
  }
  std::vector<std::int16_t> samples((kLargestHgt + 2) / 2);
  const std::size_t size = VSIFReadL(samples.data(), 1, 2 * samples.size(), file.get());
  if (size % 2 != 0) {
    return Error{ErrorCode::DataLoss, path + ": an odd number of bytes; torn or not of 16-bit heights"};
  }
  samples.resize(size / 2);
  auto writer = SampleWriter::open(scratch);
  if (!writer) {
    return writer.error();
  }
  const std::string name = hgt_corner(std::filesystem::path{path}.filename().string()) ? path : *inside;
  const auto read = hgt_tile(std::filesystem::path{name}.filename().string(), samples, ByteOrder::Big);
  if (!read) {
    return read.error().in(path);
  }
  if (const Status added = writer->add(samples); !added.ok()) {
    return added.error().in(path);
  }
  auto mapped = writer->map();
  if (!mapped) {
    return mapped.error().in(path);
  }
  Tile tile = *read;
  tile.name = path;
  tile.samples = mapped->samples;
  tile.bytes = std::move(mapped->bytes);
  return tile;
}

}  // namespace karkara::planner
