#include "controller/planner_io/terrain_files.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <optional>
#include <system_error>

#include "controller/planner/terrain/hgt.h"
#include "controller/planner_io/gdal_raster.h"
#include "controller/planner_io/mapped_samples.h"

namespace karkara::planner {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

bool is_terrain(const std::string& path) {
  constexpr std::array kEndings{".hgt", ".hgt.gz", ".hgt.zip", ".tif", ".tiff", ".bil"};
  const std::string name = lower(path);
  return std::any_of(kEndings.begin(), kEndings.end(), [&](const char* ending) { return name.ends_with(ending); });
}

Result<Tile> read_plain_hgt(const std::string& path) {
  auto mapped = map_samples(path);
  if (!mapped) {
    return mapped.error();
  }
  auto tile = hgt_tile(std::filesystem::path{path}.filename().string(), mapped->samples, ByteOrder::Big);
  if (!tile) {
    return tile.error().in(path);
  }
  tile->name = path;
  tile->bytes = std::move(mapped->bytes);
  return tile;
}

Result<Tile> read(const std::string& path, const std::string& scratch) {
  const std::string name = lower(path);
  if (name.ends_with(".hgt")) {
    return read_plain_hgt(path);
  }
  if (name.ends_with(".gz") || name.ends_with(".zip")) {
    return read_packed_hgt(path, scratch);
  }
  return read_raster(path, scratch);
}

}  // namespace

TerrainFiles read_terrain(const std::vector<std::string>& paths, const std::string& scratch, Executor& executor,
                          const Watch& watch) {
  TerrainFiles all;
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    const std::size_t first = files.size();
    for (const auto& entry : std::filesystem::directory_iterator{path, error}) {
      if (is_terrain(entry.path().string())) {
        files.push_back(entry.path().string());
      }
    }
    std::sort(files.begin() + static_cast<std::ptrdiff_t>(first), files.end());
    if (error || files.size() == first) {
      all.problems.push_back(
          {ErrorCode::NotFound, path + ": no terrain files in it" + (error ? ": " + error.message() : "")});
    }
  }
  std::vector<std::optional<Result<Tile>>> read_files(files.size());
  std::atomic<std::size_t> done = 0;
  executor.run(files.size(), [&](std::size_t i) {
    if (!watch.cancelled()) {
      read_files[i] = read(files[i], scratch);
      watch.progress("terrain", ++done, files.size());
    }
  });
  for (std::size_t i = 0; i < files.size(); ++i) {
    std::optional<Result<Tile>>& file = read_files[i];
    if (file && file->ok()) {
      all.tiles.push_back(std::move(file->value()));
    } else if (file) {
      all.problems.push_back(file->error());
      all.unread.push_back(files[i]);
    }
  }
  return all;
}

}  // namespace karkara::planner
