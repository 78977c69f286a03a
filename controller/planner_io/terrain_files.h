// Terrain from files: .hgt (mapped as it lies), .hgt.gz and .hgt.zip, and what GDAL reads. A file that is missing, torn
// or of another kind is told with its place and left out; the ground there is then unknown. Refuses to guess.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "controller/planner/executor.h"
#include "controller/planner/terrain/tile.h"
#include "controller/planner/watch.h"

namespace karkara::planner {

struct TerrainFiles {
  std::vector<Tile> tiles;          // in the order of the paths
  std::vector<Error> problems;      // each names its file, and the row and column where there is one
  std::vector<std::string> unread;  // those files
};

// A directory stands for the terrain files in it, by name. Packed files are unpacked into nameless files in `scratch`.
// Cancelled, files are missing without a word.
[[nodiscard]] TerrainFiles read_terrain(const std::vector<std::string>& paths, const std::string& scratch,
                                        Executor& executor, const Watch& watch = {});

}  // namespace karkara::planner
