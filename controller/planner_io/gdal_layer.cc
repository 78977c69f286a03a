#include "controller/planner_io/gdal_layer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <utility>

#include "controller/planner_io/gdal_abi.h"
#include "controller/planner_io/gdal_guard.h"
#include "controller/planner_io/gdal_quiet.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kMostFeatures = 5'000'000;
constexpr int kMostColumns = 1'000;
constexpr std::size_t kLongestField = 64UL << 10U;
constexpr std::size_t kMostCorners = 5'000'000;  // of one feature
constexpr int kDeepest = 8;                      // collections in collections

// Coordinates of a layer in WGS84.
class ToDegrees {
 public:
  Status open(void* layer) {
    void* reference = OGR_L_GetSpatialRef(layer);
    if (reference == nullptr || OSRIsGeographic(reference) != 0) {
      return {};  // without a word, degrees are the custom; metres are found row by row
    }
    const GdalOwned from = gdal_owned<OSRDestroySpatialReference>(OSRClone(reference));
    const GdalOwned to = gdal_owned<OSRDestroySpatialReference>(OSRNewSpatialReference(nullptr));
    OSRSetAxisMappingStrategy(from.get(), kTraditionalOrder);
    OSRSetAxisMappingStrategy(to.get(), kTraditionalOrder);
    if (OSRImportFromEPSG(to.get(), 4326) == 0) {
      change_ = gdal_owned<OCTDestroyCoordinateTransformation>(OCTNewCoordinateTransformation(from.get(), to.get()));
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
  GdalOwned change_{nullptr, [](void*) {}};
};

std::optional<TablePoint> middle_of(void* geometry, const ToDegrees& to_degrees) {
  const GdalOwned point = gdal_owned<OGR_G_DestroyGeometry>(OGR_G_CreateGeometry(kWkbPoint));
  if (geometry == nullptr || OGR_G_IsEmpty(geometry) != 0 || OGR_G_Centroid(geometry, point.get()) != 0) {
    return std::nullopt;
  }
  return to_degrees.of({OGR_G_GetX(point.get(), 0), OGR_G_GetY(point.get(), 0)});
}

// All rings below a polygon, multipolygon or collection. False where there are too many corners or levels.
bool add_rings(void* geometry, const ToDegrees& to_degrees, int depth, std::size_t& corners, Shape& shape) {
  const int parts = OGR_G_GetGeometryCount(geometry);
  for (int i = 0; i < parts; ++i) {
    if (depth >= kDeepest || !add_rings(OGR_G_GetGeometryRef(geometry, i), to_degrees, depth + 1, corners, shape)) {
      return false;
    }
  }
  const int points = parts == 0 && depth > 0 ? OGR_G_GetPointCount(geometry) : 0;  // a line alone encloses nothing
  corners += static_cast<std::size_t>(points);
  if (corners > kMostCorners) {
    return false;
  }
  std::vector<Place> ring;
  std::size_t strange = 0;
  for (int i = 0; i < points; ++i) {
    const TablePoint point = to_degrees.of({OGR_G_GetX(geometry, i), OGR_G_GetY(geometry, i)});
    if (const auto place = place_from(point.y, point.x)) {
      ring.push_back(*place);
    } else {
      ++strange;
    }
  }
  if (ring.size() + strange >= 3) {
    shape.strange_points += strange;
    shape.rings.push_back(std::move(ring));
  }
  return true;
}

class LayerReading {
 public:
  LayerReading(void* layer, bool with_shapes, Table& table) : layer_{layer}, with_shapes_{with_shapes}, table_{table} {}

  Status open(const std::string& path) {
    if (const Status opened = to_degrees_.open(layer_); !opened.ok()) {
      return opened.error().in(path);
    }
    void* definition = OGR_L_GetLayerDefn(layer_);
    columns_ = OGR_FD_GetFieldCount(definition);
    if (columns_ > kMostColumns) {
      return Error{ErrorCode::InvalidArgument, path + ": " + std::to_string(columns_) + " columns are too many"};
    }
    for (int i = 0; i < columns_; ++i) {
      table_.columns.emplace_back(OGR_Fld_GetNameRef(OGR_FD_GetFieldDefn(definition, i)));
    }
    return {};
  }

  void run(const std::string& path, const std::function<void(LayerFeature&&)>& take) {
    CPLErrorReset();
    std::size_t count = 0;
    while (const GdalOwned feature = gdal_owned<OGR_F_Destroy>(OGR_L_GetNextFeature(layer_))) {
      if (++count > kMostFeatures) {
        problem(path + ": more than " + std::to_string(kMostFeatures) + " features; the rest is left out");
        return;
      }
      LayerFeature read;
      const std::int64_t number = OGR_F_GetFID(feature.get());
      read.row.number = number < 0 ? count : static_cast<std::size_t>(number);
      if (fill(feature.get(), read, path)) {
        take(std::move(read));
      }
    }
    if (const std::string trouble = CPLGetLastErrorMsg(); !trouble.empty()) {
      problem(path + ": after " + std::to_string(count) + " rows: " + trouble);
    }
  }

 private:
  bool fill(void* feature, LayerFeature& read, const std::string& path) {
    for (int i = 0; i < columns_; ++i) {
      const bool set = OGR_F_IsFieldSetAndNotNull(feature, i) != 0;
      const char* text = set ? OGR_F_GetFieldAsString(feature, i) : "";
      if (::strnlen(text, kLongestField + 1) > kLongestField) {
        problem(path + ": row " + std::to_string(read.row.number) + ": the field " +
                table_.columns[static_cast<std::size_t>(i)] + " is longer than 64 KiB; left out");
        return false;
      }
      read.row.fields.emplace_back(text);
    }
    void* geometry = OGR_F_GetGeometryRef(feature);
    std::size_t corners = 0;
    if (with_shapes_ && geometry != nullptr && !add_rings(geometry, to_degrees_, 0, corners, read.shape)) {
      problem(path + ": row " + std::to_string(read.row.number) + ": its shape is too large or too deep; left out");
      return false;
    }
    read.row.point = middle_of(geometry, to_degrees_);
    return true;
  }

  void problem(std::string text) { table_.problems.push_back({ErrorCode::DataLoss, std::move(text)}); }

  void* layer_;
  bool with_shapes_;
  Table& table_;
  ToDegrees to_degrees_;
  int columns_ = 0;
};

struct LayerPath {
  std::string file;
  std::string layer;  // empty: not named
};

LayerPath split_path(const std::string& path) {
  constexpr std::string_view kPackage = ".gpkg:";
  std::error_code ignored;
  const std::size_t at = path.rfind(kPackage);
  if (at == std::string::npos || std::filesystem::exists(path, ignored)) {
    return {path, ""};
  }
  return {path.substr(0, at + kPackage.size() - 1), path.substr(at + kPackage.size())};
}

std::string layer_names(void* dataset) {
  constexpr int kMostNamed = 20;
  const int count = GDALDatasetGetLayerCount(dataset);
  std::string names;
  for (int i = 0; i < std::min(count, kMostNamed); ++i) {
    names += (i == 0 ? "" : ", ") + std::string{OGR_L_GetName(GDALDatasetGetLayer(dataset, i))};
  }
  return count > kMostNamed ? names + " ..." : names;
}

Result<void*> chosen_layer(void* dataset, const LayerPath& path) {
  if (!path.layer.empty()) {
    void* layer = GDALDatasetGetLayerByName(dataset, path.layer.c_str());
    return layer != nullptr ? Result<void*>{layer}
                            : Error{ErrorCode::NotFound,
                                    path.file + ": has no layer '" + path.layer + "'; it has " + layer_names(dataset)};
  }
  const int count = GDALDatasetGetLayerCount(dataset);
  void* only = nullptr;
  int with_geometry = 0;
  for (int i = 0; i < count; ++i) {
    void* layer = GDALDatasetGetLayer(dataset, i);
    const bool counts = count == 1 || OGR_L_GetGeomType(layer) != kWkbNone;
    with_geometry += counts ? 1 : 0;
    only = counts ? layer : only;
  }
  if (with_geometry != 1) {
    return Error{ErrorCode::InvalidArgument,
                 path.file + ": has several layers (" + layer_names(dataset) + "); name one: " + path.file + ":LAYER"};
  }
  return only;
}

}  // namespace

Status read_layer(const std::string& path, bool with_shapes, Table& table,
                  const std::function<void(LayerFeature&&)>& take) {
  const GdalQuiet quiet;
  const LayerPath parts = split_path(path);
  const auto dataset = open_layers(parts.file);
  if (!dataset) {
    return dataset.error();
  }
  const auto layer = chosen_layer(dataset->get(), parts);
  if (!layer) {
    return layer.error();
  }
  LayerReading reading{*layer, with_shapes, table};
  if (const Status opened = reading.open(path); !opened.ok()) {
    return opened;
  }
  reading.run(path, take);
  return {};
}

}  // namespace karkara::planner
