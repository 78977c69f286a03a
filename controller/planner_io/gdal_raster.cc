#include "controller/planner_io/gdal_raster.h"

#include <cmath>
#include <filesystem>
#include <memory>
#include <vector>

#include "controller/planner/terrain/hgt.h"
#include "controller/planner_io/gdal_abi.h"
#include "controller/planner_io/gdal_guard.h"
#include "controller/planner_io/gdal_quiet.h"
#include "controller/planner_io/mapped_samples.h"

namespace karkara::planner {
namespace {

constexpr double kRealUnit = 0.3;                         // metres: 9 km still fits 16 bits
constexpr std::size_t kLargestHgt = 2 * 3601UL * 3601UL;  // bytes

Result<Tile> shape_of(void* dataset, const std::string& path) {
  const auto grid = grid_of(dataset, path, "gdalwarp -t_srs EPSG:4326");
  if (!grid) {
    return grid.error();
  }
  Tile tile;
  tile.name = path;
  tile.rows = grid->rows;
  tile.columns = grid->columns;
  tile.row_step = grid->row_step;
  tile.column_step = grid->column_step;
  tile.west = grid->west;
  tile.north = grid->north;
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

Status copy_heights(void* dataset, Tile& tile, SampleWriter& writer) {
  const int type = GDALGetRasterDataType(GDALGetRasterBand(dataset, 1));
  tile.unit = type == kGdalFloat32 || type == kGdalFloat64 ? kRealUnit : 1;
  std::vector<std::int16_t> row(tile.columns);
  return read_rows(dataset, tile.name, [&](std::uint32_t y, const double* heights) -> Status {
    for (std::size_t x = 0; x < row.size(); ++x) {
      const bool is_void = std::isnan(heights[x]) || heights[x] == kVoid;
      const auto number = is_void ? Result<std::int16_t>{kVoid} : stored(heights[x], tile.unit);
      if (!number) {
        return number.error().in(tile.name + ": row " + std::to_string(y + 1) + ", column " + std::to_string(x + 1));
      }
      row[x] = *number;
    }
    const Status added = writer.add(row);
    return added.ok() ? added : added.error().in(tile.name);
  });
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
  const auto dataset = open_raster(path);
  if (!dataset) {
    return dataset.error();
  }
  auto tile = shape_of(dataset->get(), path);
  auto writer = SampleWriter::open(scratch);
  if (!tile || !writer) {
    return tile ? writer.error() : tile.error();
  }
  if (const Status copied = copy_heights(dataset->get(), *tile, *writer); !copied.ok()) {
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
  if (!std::filesystem::is_regular_file(path)) {
    return Error{ErrorCode::InvalidArgument, path + ": is not a plain file"};
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
