#include <gmock/gmock.h>

#include "controller/planner/people/settlement_import.h"
#include "controller/planner_io/gdal_abi.h"
#include "controller/planner_io/gdal_quiet.h"
#include "controller/planner_io/table_files.h"
#include "tests/controller/planner_io/scratch_folder.h"

// What only this test needs of GDAL: to write a GeoPackage.
extern "C" {
GdalHandle GDALGetDriverByName(const char* name);
GdalHandle GDALCreate(GdalHandle driver, const char* path, int x, int y, int bands, int type,
                      const char* const* options);
GdalHandle GDALDatasetCreateLayer(GdalHandle dataset, const char* name, GdalHandle reference, int type,
                                  const char* const* options);
GdalHandle OGR_Fld_Create(const char* name, int type);
void OGR_Fld_Destroy(GdalHandle field);
int OGR_L_CreateField(GdalHandle layer, GdalHandle field, int approximately);
GdalHandle OGR_F_Create(GdalHandle definition);
void OGR_F_SetFieldString(GdalHandle feature, int number, const char* text);
void OGR_G_SetPoint_2D(GdalHandle geometry, int number, double x, double y);
int OGR_F_SetGeometry(GdalHandle feature, GdalHandle geometry);
int OGR_L_CreateFeature(GdalHandle layer, GdalHandle feature);
}

namespace karkara::planner {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kGeo = std::string{KARKARA_SOURCE_DIR} + "/../shared/geo/";

void write_geopackage(const std::string& path, int epsg, double x, double y) {
  const GdalQuiet quiet;
  void* dataset = GDALCreate(GDALGetDriverByName("GPKG"), path.c_str(), 0, 0, 0, 0, nullptr);
  void* reference = OSRNewSpatialReference(nullptr);
  ASSERT_EQ(OSRImportFromEPSG(reference, epsg), 0);
  void* layer = GDALDatasetCreateLayer(dataset, "villages", reference, kWkbPoint, nullptr);
  void* field = OGR_Fld_Create("name", 4);
  ASSERT_EQ(OGR_L_CreateField(layer, field, 0), 0);
  void* feature = OGR_F_Create(OGR_L_GetLayerDefn(layer));
  OGR_F_SetFieldString(feature, 0, "Gona");
  void* point = OGR_G_CreateGeometry(kWkbPoint);
  OGR_G_SetPoint_2D(point, 0, x, y);
  ASSERT_EQ(OGR_F_SetGeometry(feature, point), 0);
  ASSERT_EQ(OGR_L_CreateFeature(layer, feature), 0);
  OGR_G_DestroyGeometry(point);
  OGR_F_Destroy(feature);
  OGR_Fld_Destroy(field);
  OSRDestroySpatialReference(reference);
  GDALClose(dataset);
}

TEST(TableFiles, ReadGeojsonPointsAndMiddlesOfPolygons) {
  const ScratchFolder folder;
  const auto table = read_table(folder.write("a.geojson", R"({"type":"FeatureCollection","features":[
    {"type":"Feature","properties":{"name":"Gona","population":100},"geometry":{"type":"Point","coordinates":[2.1,13.5]}},
    {"type":"Feature","properties":{"name":"Extent","population":null},
     "geometry":{"type":"Polygon","coordinates":[[[2,13],[3,13],[3,14],[2,14],[2,13]]]}},
    {"type":"Feature","properties":{"name":"Nowhere"},"geometry":null}]})"));
  ASSERT_TRUE(table.ok()) << table.error().text;
  EXPECT_THAT(table->columns, ElementsAre("name", "population"));
  ASSERT_EQ(table->rows.size(), 3U);
  EXPECT_EQ(table->rows[0].point->y, 13.5);
  EXPECT_EQ(table->rows[0].fields[1], "100");
  EXPECT_EQ(table->rows[1].point->x, 2.5);
  EXPECT_EQ(table->rows[1].fields[1], "");
  EXPECT_FALSE(table->rows[2].point);
}

TEST(TableFiles, TurnAGeopackageInMetresIntoDegrees) {
  const ScratchFolder folder;
  write_geopackage(folder / "utm.gpkg", 32631, 402'600, 1'492'700);
  write_geopackage(folder / "degrees.gpkg", 4326, 2.1, 13.5);
  for (const char* name : {"utm.gpkg", "degrees.gpkg"}) {
    const auto table = read_table(folder / name);
    ASSERT_TRUE(table.ok()) << table.error().text;
    ASSERT_EQ(table->rows.size(), 1U);
    EXPECT_NEAR(table->rows[0].point->x, 2.1, 0.01) << name;
    EXPECT_NEAR(table->rows[0].point->y, 13.5, 0.01) << name;
    EXPECT_EQ(table->rows[0].fields[0], "Gona");
  }
}

TEST(TableFiles, TellMissingAndTornFiles) {
  const ScratchFolder folder;
  EXPECT_THAT(read_table(folder / "none.csv").error().text, HasSubstr("none.csv: cannot be opened"));
  EXPECT_EQ(read_table(folder / "none.gpkg").error().code, ErrorCode::NotFound);
  EXPECT_THAT(read_table(folder.write("torn.geojson", "{\"type\":\"FeatureCollection\",\"features\":[{")).error().text,
              HasSubstr("torn.geojson: no table"));
  EXPECT_THAT(read_table(folder.write("empty.csv", "")).error().text, HasSubstr("empty.csv: no line"));
  EXPECT_THAT(read_areas(folder.write("points.geojson", R"({"type":"Feature","properties":{},
    "geometry":{"type":"Point","coordinates":[2.1,13.5]}})"))
                  .error()
                  .text,
              HasSubstr("no polygons"));
}

TEST(TableFiles, ReadTheCountryWithItsSettlements) {
  if (!std::filesystem::exists(kGeo)) {
    GTEST_SKIP() << "no geography in " << kGeo;
  }
  const auto country = read_areas(kGeo + "niger_adm0.geojson");
  const auto communes = read_areas(kGeo + "niger_adm3.geojson");
  const auto table = read_table(kGeo + "niger_settlements.csv");
  ASSERT_TRUE(country.ok() && communes.ok() && table.ok());
  EXPECT_EQ(communes->size(), 266U);
  const Areas areas{*communes};
  EXPECT_EQ(areas.around({Degrees{13.2454}, Degrees{2.3047}})->code, "NE006008011");  // Sadore lies in Youri
  const auto import = import_settlements(*table, Areas{*country}, areas);
  ASSERT_TRUE(import.ok());
  std::int64_t people = 0;
  for (const Settlement& settlement : import->settlements) {
    people += settlement.people.value_or(0);
  }
  EXPECT_GT(import->settlements.size(), 16'700U);
  EXPECT_NEAR(static_cast<double>(people), 17'159'980, 60'000);
  // Every row became a settlement or a problem that says so.
  std::size_t left_out = 0;
  for (const ImportProblem& problem : import->problems) {
    left_out += is_left_out(problem.doubt) ? 1 : 0;
  }
  EXPECT_EQ(import->settlements.size() + left_out, 16'827U);
}

}  // namespace
}  // namespace karkara::planner
