// Whatever terrain files hold, they are read or told: an .hgt of another size or with heights of no Earth is refused, a
// GeoTIFF becomes a tile that fits the globe, and a surface of tiles answers every place with a height of the file's
// own range or with unknown. The same for EHdr and for packed .hgt. Of a GeoJSON or GeoPackage each feature becomes a
// row, and its corners are in degrees or counted as strange. The first byte chooses the kind.
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "controller/planner/terrain/hgt.h"
#include "controller/planner/terrain/tiled_terrain.h"
#include "controller/planner_io/gdal_raster.h"
#include "controller/planner_io/table_files.h"

namespace {

using namespace karkara;           // NOLINT: a fuzz target is one function
using namespace karkara::planner;  // NOLINT

void must(bool holds) {
  if (!holds) {
    std::abort();
  }
}

void ask(const Tile& tile) {
  if (!check(tile).ok()) {
    return;
  }
  const TiledTerrain terrain{{tile}};
  for (const double part : {-0.1, 0.0, 0.3, 0.5, 1.0, 1.1}) {
    const double latitude = tile.north.value() - part * (tile.rows - 1) * tile.row_step.value();
    const double longitude = tile.west.value() + part * (tile.columns - 1) * tile.column_step.value();
    const auto place = place_from(latitude, longitude);
    for (const Sampling sampling : {Sampling::Nearest, Sampling::Bilinear}) {
      const double height = place ? terrain.height_at(*place, sampling) : NAN;
      must(std::isnan(height) || std::abs(height) <= 32'768 * tile.unit + 1e-6);
    }
  }
}

// A tile whose shape and numbers the bytes say.
void tile_of_bytes(std::string_view bytes) {
  if (bytes.size() < 40) {
    return;
  }
  Tile tile;
  double shape[4];
  std::memcpy(shape, bytes.data(), sizeof shape);
  tile.north = Degrees{shape[0]};
  tile.west = Degrees{shape[1]};
  tile.row_step = Degrees{shape[2]};
  tile.column_step = Degrees{shape[3]};
  tile.rows = static_cast<unsigned char>(bytes[32]);
  tile.columns = static_cast<unsigned char>(bytes[33]);
  tile.order = bytes[34] % 2 == 0 ? ByteOrder::Little : ByteOrder::Big;
  std::vector<std::int16_t> samples((bytes.size() - 40) / 2);
  std::memcpy(samples.data(), bytes.data() + 40, 2 * samples.size());
  tile.samples = samples;
  ask(tile);
}

void hgt_of_bytes(std::string_view bytes) {
  std::vector<std::int16_t> samples(bytes.size() / 2);
  std::memcpy(samples.data(), bytes.data(), 2 * samples.size());
  const auto tile = hgt_tile(bytes.substr(0, 20), samples, ByteOrder::Big);
  must(!tile || samples.size() == 1201 * 1201 || samples.size() == 3601 * 3601);
}

std::string scratch() {
  return std::filesystem::temp_directory_path().string();
}

// A file of this process, gone with the variable.
class FileOfBytes {
 public:
  FileOfBytes(const char* ending, std::string_view bytes)
      : path_{scratch() + "/karkara-fuzz-" + std::to_string(::getpid()) + ending} {
    std::ofstream{path_, std::ios::binary}.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  FileOfBytes(const FileOfBytes&) = delete;
  FileOfBytes& operator=(const FileOfBytes&) = delete;
  ~FileOfBytes() { std::filesystem::remove(path_); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void is_whole_or_told(const Result<Tile>& tile) {
  if (tile) {
    must(tile->samples.size() == std::size_t{tile->rows} * tile->columns);
    ask(*tile);
  } else {
    must(!tile.error().text.empty());
  }
}

void geotiff_of_bytes(std::string_view bytes) {
  const FileOfBytes file{".tif", bytes};
  is_whole_or_told(read_raster(file.path(), scratch()));
}

// The header, a byte of 0, the heights.
void ehdr_of_bytes(std::string_view bytes) {
  const std::size_t end = std::min(bytes.find('\0'), bytes.size());
  const FileOfBytes header{".hdr", bytes.substr(0, end)};
  const FileOfBytes heights{".bil", bytes.substr(std::min(end + 1, bytes.size()))};
  is_whole_or_told(read_raster(heights.path(), scratch()));
}

void packed_of_bytes(const char* ending, std::string_view bytes) {
  const FileOfBytes file{ending, bytes};
  is_whole_or_told(read_packed_hgt(file.path(), scratch()));
}

void layer_of_bytes(const char* ending, std::string_view bytes) {
  const FileOfBytes file{ending, bytes};
  const auto shapes = read_shapes(file.path());
  if (!shapes) {
    must(!shapes.error().text.empty());
    return;
  }
  must(shapes->shapes.size() == shapes->table.rows.size());
  for (const Shape& shape : shapes->shapes) {
    for (const auto& ring : shape.rings) {
      for (const Place& corner : ring) {
        must(place_from(corner.latitude.value(), corner.longitude.value()).ok());
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) {
    return 0;
  }
  const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  switch (data[0] % 8) {
    case 0: tile_of_bytes(bytes); break;
    case 1: hgt_of_bytes(bytes); break;
    case 2: geotiff_of_bytes(bytes); break;
    case 3: layer_of_bytes(".geojson", bytes); break;
    case 4: layer_of_bytes(".gpkg", bytes); break;
    case 5: ehdr_of_bytes(bytes); break;
    case 6: packed_of_bytes(".N13E002.hgt.zip", bytes); break;
    default: packed_of_bytes(".N13E002.hgt.gz", bytes); break;  // foreign: a byte of the fuzzer
  }
  return 0;
}
