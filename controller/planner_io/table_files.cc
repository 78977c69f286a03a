#include "controller/planner_io/table_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "controller/planner/people/known_columns.h"
#include "controller/planner_io/gdal_layer.h"

namespace karkara::planner {
namespace {

constexpr std::uintmax_t kMostCsv = std::uintmax_t{1} << 30U;

Result<std::string> csv_bytes(const std::string& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  std::ifstream file{path, std::ios::binary};
  if (error || !file) {
    return Error{ErrorCode::NotFound, path + ": cannot be opened" + (error ? ": " + error.message() : "")};
  }
  if (size > kMostCsv) {
    return Error{ErrorCode::InvalidArgument, path + ": larger than 1 GiB"};
  }
  return std::string{std::istreambuf_iterator<char>{file}, {}};
}

bool is_csv(const std::string& path) {
  return path.ends_with(".csv") || path.ends_with(".CSV") || path.ends_with(".tsv");
}

Result<Table> read_csv(const std::string& path) {
  const auto text = csv_bytes(path);
  if (!text) {
    return text.error();
  }
  auto table = parse_csv(*text);
  return table ? std::move(table) : table.error().in(path);
}

// The field of the finest level with this ending: adm3_pcode, else adm2_pcode ...
std::string finest(const Table& table, const TableRow& row, std::initializer_list<const char*> endings) {
  for (const char level : {'4', '3', '2', '1', '0'}) {
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const std::string name = normal_column(table.columns[i]);
      for (const char* ending : endings) {
        if (name == std::string{"adm"} + level + ending && !row.fields[i].empty()) {
          return row.fields[i];
        }
      }
    }
  }
  return {};
}

}  // namespace

Result<Table> read_table(const std::string& path) {
  if (is_csv(path)) {
    return read_csv(path);
  }
  Table table;
  const Status read =
      read_layer(path, false, table, [&](LayerFeature&& feature) { table.rows.push_back(std::move(feature.row)); });
  if (!read.ok()) {
    return read.error();
  }
  return table;
}

Result<ShapeTable> read_shapes(const std::string& path) {
  ShapeTable shapes;
  if (is_csv(path)) {
    auto table = read_csv(path);
    if (!table) {
      return table.error();
    }
    shapes.table = *std::move(table);
    shapes.shapes.resize(shapes.table.rows.size());
    return shapes;
  }
  const Status read = read_layer(path, true, shapes.table, [&](LayerFeature&& feature) {
    shapes.table.rows.push_back(std::move(feature.row));
    shapes.shapes.push_back(std::move(feature.shape));
  });
  if (!read.ok()) {
    return read.error();
  }
  return shapes;
}

Result<std::vector<Area>> read_areas(const std::string& path) {
  auto shapes = read_shapes(path);
  if (!shapes) {
    return shapes.error();
  }
  std::vector<Area> areas;
  bool any = false;
  for (std::size_t i = 0; i < shapes->shapes.size(); ++i) {
    const TableRow& row = shapes->table.rows[i];
    Shape& shape = shapes->shapes[i];
    if (shape.strange_points > 0) {
      return Error{ErrorCode::InvalidArgument,
                   path + ": row " + std::to_string(row.number) + ": " + std::to_string(shape.strange_points) +
                       " corners are not in degrees; turn it with ogr2ogr -t_srs EPSG:4326"};
    }
    any = any || !shape.rings.empty();
    areas.push_back({finest(shapes->table, row, {"_pcode", "pcode"}),
                     finest(shapes->table, row, {"_fr", "_en", "_name", "name"}), std::move(shape.rings)});
  }
  if (!any) {
    return Error{ErrorCode::InvalidArgument, path + ": no polygons in it"};
  }
  return areas;
}

}  // namespace karkara::planner
