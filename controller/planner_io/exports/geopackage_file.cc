#include "controller/planner_io/exports/geopackage_file.h"

#include "common/overloaded.h"
#include "controller/planner/outputs/text.h"
#include "controller/planner_io/exports/output_file.h"
#include "controller/planner_io/gdal_abi.h"
#include "controller/planner_io/gdal_guard.h"
#include "controller/planner_io/gdal_quiet.h"

namespace karkara::planner {
namespace {

Error gdal_refusal(const std::string& path, const std::string& what) {
  return {ErrorCode::Unavailable, path + ": " + what + ": " + CPLGetLastErrorMsg()};
}

int field_type(CellKind kind) {
  switch (kind) {
    case CellKind::Text: return kOgrString;
    case CellKind::Whole:
    case CellKind::YesNo: return kOgrInteger64;
    case CellKind::Real: return kOgrReal;
  }
  return kOgrString;
}

void* geometry_of(const Feature& feature) {
  void* geometry = OGR_G_CreateGeometry(feature.where.size() == 1 ? kWkbPoint : kWkbLine);
  for (std::size_t i = 0; i < feature.where.size(); ++i) {
    OGR_G_SetPoint_2D(geometry, static_cast<int>(i), feature.where[i].longitude.value(),
                      feature.where[i].latitude.value());
  }
  return geometry;
}

Status add_feature(void* layer, const Layer& table, const Feature& feature, const std::string& path) {
  const GdalOwned row = gdal_owned<OGR_F_Destroy>(OGR_F_Create(OGR_L_GetLayerDefn(layer)));
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const int field = static_cast<int>(i);
    std::visit(
        Overloaded{[](std::monostate) {},
                   [&](const std::string& text) { OGR_F_SetFieldString(row.get(), field, clean_utf8(text).c_str()); },
                   [&](std::int64_t number) { OGR_F_SetFieldInteger64(row.get(), field, number); },
                   [&](double number) { OGR_F_SetFieldDouble(row.get(), field, number); },
                   [&](bool yes) { OGR_F_SetFieldInteger64(row.get(), field, yes ? 1 : 0); }},
        feature.cells[i]);
  }
  if (OGR_F_SetGeometryDirectly(row.get(), geometry_of(feature)) != 0 || OGR_L_CreateFeature(layer, row.get()) != 0) {
    return gdal_refusal(path, "a row of " + table.name + " cannot be written");
  }
  return {};
}

Status add_layer(void* dataset, const Layer& table, const std::string& path) {
  const GdalOwned reference = gdal_owned<OSRDestroySpatialReference>(OSRNewSpatialReference(nullptr));
  OSRSetAxisMappingStrategy(reference.get(), kTraditionalOrder);
  if (OSRImportFromEPSG(reference.get(), 4326) != 0) {
    return gdal_refusal(path, "no WGS84");
  }
  void* layer = GDALDatasetCreateLayer(dataset, table.name.c_str(), reference.get(),
                                       table.name == "hops" ? kWkbLine : kWkbPoint, nullptr);
  if (layer == nullptr) {
    return gdal_refusal(path, "the layer " + table.name + " cannot be made");
  }
  for (const Column& column : table.columns) {
    const GdalOwned field = gdal_owned<OGR_Fld_Destroy>(OGR_Fld_Create(column.name.c_str(), field_type(column.kind)));
    if (OGR_L_CreateField(layer, field.get(), 1) != 0) {
      return gdal_refusal(path, "the column " + column.name + " cannot be made");
    }
  }
  for (const Feature& feature : table.features) {
    if (const Status added = add_feature(layer, table, feature, path); !added.ok()) {
      return added;
    }
  }
  return {};
}

}  // namespace

Status write_geopackage(const std::string& path, const std::vector<Layer>& layers) {
  const GdalQuiet quiet;
  return write_beside(path, [&](const std::string& beside) -> Status {
    GdalOwned dataset =
        gdal_owned<GDALClose>(GDALCreate(GDALGetDriverByName("GPKG"), beside.c_str(), 0, 0, 0, 0, nullptr));
    if (!dataset) {
      return gdal_refusal(path, "cannot be written");
    }
    // One transaction, or each row would be synced to the disk.
    GDALDatasetStartTransaction(dataset.get(), 0);
    for (const Layer& layer : layers) {
      if (const Status added = add_layer(dataset.get(), layer, path); !added.ok()) {
        return added;
      }
    }
    if (GDALDatasetCommitTransaction(dataset.get()) != 0) {
      return gdal_refusal(path, "cannot be written");
    }
    CPLErrorReset();
    dataset.reset();
    return *CPLGetLastErrorMsg() == '\0' ? Status{} : gdal_refusal(path, "cannot be written");
  });
}

}  // namespace karkara::planner
