#include "controller/planner_io/cover_file.h"

#include "controller/planner_io/marked_values.h"
#include "controller/planner_io/terrain_files.h"
#include "controller/planner_io/text_file.h"

namespace karkara::planner {

Result<CoverHeights> parse_cover_heights(std::string_view file, std::string_view text) {
  const YamlTree tree = read_yaml(file, text);
  MarkedReading reading{std::string{file}, tree.problems, {}};
  std::vector<CoverClass> classes;
  if (reading.problems.empty()) {
    MarkedSection root{reading, tree.root, ""};
    root.text("id");
    root.text("title");
    for (MarkedSection& one : root.list("classes")) {
      one.text("title");
      classes.push_back({static_cast<int>(one.plain("number", {"", 0, kMostCoverClass})),
                         Metres{one.marked("height", {"m", 0, 150})}});
      one.end();
    }
    root.end();
  }
  if (const Status read = outcome(reading); !read.ok()) {
    return read.error();
  }
  auto heights = CoverHeights::make(classes);
  return heights ? std::move(heights) : Result<CoverHeights>{heights.error().in(file)};
}

Status cover_terrain(const CoverFiles& files, const std::string& scratch, Executor& executor, TiledTerrain& terrain) {
  if (files.rasters.empty() && files.heights.empty()) {
    return {};
  }
  if (files.rasters.empty() || files.heights.empty()) {
    return Error{ErrorCode::InvalidArgument, "land cover needs both: rasters of classes and the classes' heights"};
  }
  const auto text = read_text(files.heights);
  const auto heights = text ? parse_cover_heights(files.heights, *text) : Result<CoverHeights>{text.error()};
  if (!heights) {
    return heights.error();
  }
  TerrainFiles read = read_terrain(files.rasters, scratch, executor);
  if (!read.problems.empty()) {
    return read.problems.front();
  }
  for (const Tile& tile : read.tiles) {
    if (const Status whole = check_classes(tile, *heights); !whole.ok()) {
      return whole;
    }
  }
  terrain.cover_with(std::move(read.tiles), *heights);
  return {};
}

}  // namespace karkara::planner
