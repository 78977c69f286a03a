// Land cover from files: rasters of class numbers, and a table of how high each class stands, each height with its
// origin. Refuses rasters with a class that the table does not know, and one without the other. Called by all jobs that
// read terrain.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "controller/planner/executor.h"
#include "controller/planner/link/radio_profile.h"
#include "controller/planner/terrain/tiled_terrain.h"

namespace karkara::planner {

struct CoverFiles {
  std::vector<std::string> rasters;  // files and folders; none: bare ground
  std::string heights;
};

struct CoverTable {
  std::string id;
  CoverHeights heights;
  std::vector<Origin> origins;
};

[[nodiscard]] Result<CoverTable> parse_cover_table(std::string_view file, std::string_view text);
[[nodiscard]] Result<CoverTable> read_cover_table(const std::string& path);
[[nodiscard]] Result<CoverHeights> parse_cover_heights(std::string_view file, std::string_view text);

// Puts what the files say on the terrain; nothing where none are named.
[[nodiscard]] Status cover_terrain(const CoverFiles& files, const std::string& scratch, Executor& executor,
                                   TiledTerrain& terrain);

}  // namespace karkara::planner
