#include "controller/planner_io/table_files.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>

#include "controller/planner_io/gdal_abi.h"
#include "controller/planner_io/gdal_quiet.h"

namespace karkara::planner {
namespace {

constexpr std::uintmax_t kMostCsv = std::uintmax_t{1} << 30U;

using Owned = std::unique_ptr<void, void (*)(void*)>;

template <auto kRelease>
Owned owned(void* handle) {
  return {handle, [](void* open) {
            if (open != nullptr) {
              kRelease(open);
            }
          }};
}

Result<std::string> read_text(const std::string& path) {
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

// Coordinates of a layer in WGS84.
class ToDegrees {
 public:
  Status open(void* layer) {
    void* reference = OGR_L_GetSpatialRef(layer);
    if (reference == nullptr || OSRIsGeographic(reference) != 0) {
      return {};  // without a word, degrees are the custom; metres are found row by row
    }
    const Owned from = owned<OSRDestroySpatialReference>(OSRClone(reference));
    const Owned to = owned<OSRDestroySpatialReference>(OSRNewSpatialReference(nullptr));
    OSRSetAxisMappingStrategy(from.get(), kTraditionalOrder);
    OSRSetAxisMappingStrategy(to.get(), kTraditionalOrder);
    if (OSRImportFromEPSG(to.get(), 4326) == 0) {
      change_ = owned<OCTDestroyCoordinateTransformation>(OCTNewCoordinateTransformation(from.get(), to.get()));
    }
    return change_ ? Status{} : Error{ErrorCode::InvalidArgument, "its projection cannot be turned into degrees"};
  }
  [[nodiscard]] TablePoint of(TablePoint point) const {
    if (change_ && OCTTransform(change_.get(), 1, &point.x, &point.y, nullptr) == 0) {
      return {HUGE_VAL, HUGE_VAL};
    }
    return point;
  }

 private:
  Owned change_{nullptr, [](void*) {}};
};

std::optional<TablePoint> middle_of(void* geometry, const ToDegrees& to_degrees) {
  const Owned point = owned<OGR_G_DestroyGeometry>(OGR_G_CreateGeometry(kWkbPoint));
  if (geometry == nullptr || OGR_G_IsEmpty(geometry) != 0 || OGR_G_Centroid(geometry, point.get()) != 0) {
    return std::nullopt;
  }
  return to_degrees.of({OGR_G_GetX(point.get(), 0), OGR_G_GetY(point.get(), 0)});
}

// Its first layer, feature by feature.
Status read_layer(const std::string& path, Table& table,
                  const std::function<void(TableRow&&, void* geometry, const ToDegrees&)>& take) {
  const GdalQuiet quiet;
  const Owned dataset = owned<GDALClose>(GDALOpenEx(path.c_str(), kGdalVector, nullptr, nullptr, nullptr));
  if (!dataset || GDALDatasetGetLayerCount(dataset.get()) < 1) {
    const bool there = std::filesystem::exists(path);
    return Error{
        there ? ErrorCode::InvalidArgument : ErrorCode::NotFound,
        path + ": " + (there ? "no table that can be read: " + std::string{CPLGetLastErrorMsg()} : "is not there")};
  }
  void* layer = GDALDatasetGetLayer(dataset.get(), 0);
  ToDegrees to_degrees;
  if (const Status opened = to_degrees.open(layer); !opened.ok()) {
    return opened.error().in(path);
  }
  void* definition = OGR_L_GetLayerDefn(layer);
  for (int i = 0; i < OGR_FD_GetFieldCount(definition); ++i) {
    table.columns.emplace_back(OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(definition, i)));
  }
  CPLErrorReset();
  while (const Owned feature = owned<OGR_F_Destroy>(OGR_L_GetNextFeature(layer))) {
    TableRow row;
    row.number = static_cast<std::size_t>(OGR_F_GetFID(feature.get()));
    for (int i = 0; i < static_cast<int>(table.columns.size()); ++i) {
      const bool set = OGR_F_IsFieldSetAndNotNull(feature.get(), i) != 0;
      row.fields.emplace_back(set ? OGR_F_GetFieldAsString(feature.get(), i) : "");
    }
    take(std::move(row), OGR_F_GetGeometryRef(feature.get()), to_degrees);
  }
  if (const std::string trouble = CPLGetLastErrorMsg(); !trouble.empty()) {
    table.problems.push_back(
        {ErrorCode::DataLoss, path + ": after " + std::to_string(table.rows.size()) + " rows: " + trouble});
  }
  return {};
}

// All rings below a polygon, multipolygon or collection.
void add_rings(void* geometry, const ToDegrees& to_degrees, std::vector<std::vector<Place>>& rings) {
  for (int i = 0; i < OGR_G_GetGeometryCount(geometry); ++i) {
    add_rings(OGR_G_GetGeometryRef(geometry, i), to_degrees, rings);
  }
  std::vector<Place> ring;
  for (int i = 0; OGR_G_GetGeometryCount(geometry) == 0 && i < OGR_G_GetPointCount(geometry); ++i) {
    const TablePoint point = to_degrees.of({OGR_G_GetX(geometry, i), OGR_G_GetY(geometry, i)});
    if (const auto place = place_from(point.y, point.x)) {
      ring.push_back(*place);
    }
  }
  if (ring.size() >= 3) {
    rings.push_back(std::move(ring));
  }
}

// The field of the finest level with this ending: adm3_pcode, else adm2_pcode ...
std::string finest(const Table& table, const TableRow& row, std::initializer_list<const char*> endings) {
  for (const char level : {'4', '3', '2', '1', '0'}) {
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      std::string name = table.columns[i];
      std::transform(name.begin(), name.end(), name.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
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
  if (path.ends_with(".csv") || path.ends_with(".CSV") || path.ends_with(".tsv")) {
    const auto text = read_text(path);
    if (!text) {
      return text.error();
    }
    auto table = parse_csv(*text);
    return table ? std::move(table) : table.error().in(path);
  }
  Table table;
  const Status read = read_layer(path, table, [&](TableRow&& row, void* geometry, const ToDegrees& to_degrees) {
    row.point = middle_of(geometry, to_degrees);
    table.rows.push_back(std::move(row));
  });
  if (!read.ok()) {
    return read.error();
  }
  return table;
}

Result<std::vector<Area>> read_areas(const std::string& path) {
  Table table;
  std::vector<Area> areas;
  const Status read = read_layer(path, table, [&](TableRow&& row, void* geometry, const ToDegrees& to_degrees) {
    Area area{finest(table, row, {"_pcode", "pcode"}), finest(table, row, {"_fr", "_en", "_name", "name"}), {}};
    if (geometry != nullptr) {
      add_rings(geometry, to_degrees, area.rings);
    }
    areas.push_back(std::move(area));
  });
  if (!read.ok()) {
    return read.error();
  }
  const bool any = std::any_of(areas.begin(), areas.end(), [](const Area& area) { return !area.rings.empty(); });
  if (!any) {
    return Error{ErrorCode::InvalidArgument, path + ": no polygons in it"};
  }
  return areas;
}

}  // namespace karkara::planner
