#include "controller/planner_io/cover_file.h"

#include "controller/planner_io/marked_values.h"
#include "controller/planner_io/terrain_files.h"
#include "controller/planner_io/text_file.h"

namespace karkara::planner {

Result<CoverTable> parse_cover_table(std::string_view file, std::string_view text) {
  const YamlTree tree = read_yaml(file, text);
  MarkedReading reading{std::string{file}, tree.problems, {}};
  std::vector<CoverClass> classes;
  std::string id;
  if (reading.problems.empty()) {
    MarkedSection root{reading, tree.root, ""};
    id = root.text("id");
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
  return heights ? Result<CoverTable>{CoverTable{std::move(id), std::move(heights).value(), std::move(reading.origins)}}
                 : heights.error().in(file);
}

Result<CoverTable> read_cover_table(const std::string& path) {
  const auto text = read_text(path);
  return text ? parse_cover_table(path, *text) : text.error();
}

Result<CoverHeights> parse_cover_heights(std::string_view file, std::string_view text) {
  auto table = parse_cover_table(file, text);
  return table ? Result<CoverHeights>{std::move(table->heights)} : table.error();
}

Status cover_terrain(const CoverFiles& files, const std::string& scratch, Executor& executor, TiledTerrain& terrain) {
  if (files.rasters.empty() && files.heights.empty()) {
    return {};
  }
  if (files.rasters.empty() || files.heights.empty()) {
    return Error{ErrorCode::InvalidArgument, "land cover needs both: rasters of classes and the classes' heights"};
  }
  const auto table = read_cover_table(files.heights);
  if (!table) {
    return table.error();
  }
  TerrainFiles read = read_terrain(files.rasters, scratch, executor);
  if (!read.problems.empty()) {
    return read.problems.front();
  }
  for (const Tile& tile : read.tiles) {
    if (const Status whole = check_classes(tile, table->heights); !whole.ok()) {
      return whole;
    }
  }
  terrain.cover_with(std::move(read.tiles), table->heights);
  return {};
}

}  // namespace karkara::planner
