#include <gmock/gmock.h>

#include <random>

#include "controller/planner/people/settlement_import.h"
#include "controller/planner_io/gdal_abi.h"
#include "controller/planner_io/gdal_quiet.h"
#include "controller/planner_io/table_files.h"
#include "tests/controller/planner_io/scratch_folder.h"

// What only this test needs of GDAL.
extern "C" int OGR_F_SetGeometry(GdalHandle feature, GdalHandle geometry);

namespace karkara::planner {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kGeo = std::string{KARKARA_SOURCE_DIR} + "/../shared/geo/";

// One feature at a point; of `kWkbNone`: without any.
void add_layer(void* dataset, const char* name, int epsg, double x, double y, int kind = kWkbPoint) {
  void* reference = OSRNewSpatialReference(nullptr);
  ASSERT_EQ(OSRImportFromEPSG(reference, epsg), 0);
  void* layer = GDALDatasetCreateLayer(dataset, name, reference, kind, nullptr);
  void* field = OGR_Fld_Create("name", 4);
  ASSERT_EQ(OGR_L_CreateField(layer, field, 0), 0);
  void* feature = OGR_F_Create(OGR_L_GetLayerDefn(layer));
  OGR_F_SetFieldString(feature, 0, "Gona");
  void* point = OGR_G_CreateGeometry(kWkbPoint);
  OGR_G_SetPoint_2D(point, 0, x, y);
  if (kind == kWkbPoint) {
    ASSERT_EQ(OGR_F_SetGeometry(feature, point), 0);
  }
  ASSERT_EQ(OGR_L_CreateFeature(layer, feature), 0);
  OGR_G_DestroyGeometry(point);
  OGR_F_Destroy(feature);
  OGR_Fld_Destroy(field);
  OSRDestroySpatialReference(reference);
}

void write_layer(const std::string& path, int epsg, double x, double y, const char* driver = "GPKG") {
  const GdalQuiet quiet;
  void* dataset = GDALCreate(GDALGetDriverByName(driver), path.c_str(), 0, 0, 0, 0, nullptr);
  add_layer(dataset, "villages", epsg, x, y);
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
  write_layer(folder / "utm.gpkg", 32631, 402'600, 1'492'700);
  write_layer(folder / "degrees.gpkg", 4326, 2.1, 13.5);
  write_layer(folder / "utm.shp", 32631, 402'600, 1'492'700, "ESRI Shapefile");
  for (const char* name : {"utm.gpkg", "degrees.gpkg", "utm.shp"}) {
    const auto table = read_table(folder / name);
    ASSERT_TRUE(table.ok()) << table.error().text;
    ASSERT_EQ(table->rows.size(), 1U);
    EXPECT_NEAR(table->rows[0].point->x, 2.1, 0.01) << name;
    EXPECT_NEAR(table->rows[0].point->y, 13.5, 0.01) << name;
    EXPECT_EQ(table->rows[0].fields[0], "Gona");
  }
}

TEST(TableFiles, TakeTheLayerThatIsNamedAndNoneOfSeveral) {
  const ScratchFolder folder;
  const std::string path = folder / "places.gpkg";
  {
    const GdalQuiet quiet;
    void* dataset = GDALCreate(GDALGetDriverByName("GPKG"), path.c_str(), 0, 0, 0, 0, nullptr);
    add_layer(dataset, "styles", 4326, 0, 0, kWkbNone);
    add_layer(dataset, "villages", 4326, 2.1, 13.5);
    GDALClose(dataset);
  }
  // What is no map is no second layer.
  ASSERT_TRUE(read_table(path).ok()) << read_table(path).error().text;
  EXPECT_EQ(read_table(path)->rows.at(0).point->x, 2.1);
  {
    const GdalQuiet quiet;
    void* dataset = GDALOpenEx(path.c_str(), kGdalVector | 1U, nullptr, nullptr, nullptr);  // 1: to write
    add_layer(dataset, "wells", 4326, 3.1, 14.5);
    GDALClose(dataset);
  }
  EXPECT_THAT(read_table(path).error().text,
              HasSubstr("places.gpkg: has several layers (villages, wells, styles); name one: "));
  EXPECT_EQ(read_table(path + ":wells")->rows.at(0).point->x, 3.1);
  EXPECT_EQ(read_shapes(path + ":villages")->table.rows.at(0).point->x, 2.1);
  EXPECT_FALSE(read_table(path + ":styles")->rows.at(0).point);
  EXPECT_THAT(read_table(path + ":towns").error().text,
              HasSubstr("has no layer 'towns'; it has villages, wells, styles"));
  EXPECT_EQ(read_table(folder / "none.gpkg:wells").error().code, ErrorCode::NotFound);
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

// Cut and flipped, a GeoPackage and a GeoJSON are told or read, and never worse.
TEST(TableFiles, SurviveTornAndFlippedLayers) {
  const ScratchFolder folder;
  write_layer(folder / "whole.gpkg", 4326, 2.1, 13.5);
  std::ifstream file{folder / "whole.gpkg", std::ios::binary};
  const std::string package{std::istreambuf_iterator<char>{file}, {}};
  const std::string json = R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"Gona",
    "population":1},"geometry":{"type":"Polygon","coordinates":[[[2,13],[3,13],[3,14],[2,14],[2,13]]]}}]})";
  std::minstd_rand random{7};
  for (const auto& [name, bytes] : {std::pair{"torn.gpkg", package}, std::pair{"torn.geojson", json}}) {
    for (int i = 0; i < 40; ++i) {
      std::string torn = bytes.substr(0, i % 2 == 0 ? bytes.size() : random() % bytes.size());
      for (int flip = 0; flip < 8 && !torn.empty(); ++flip) {
        torn[random() % torn.size()] = static_cast<char>(random());
      }
      const auto shapes = read_shapes(folder.write(name, torn));
      EXPECT_TRUE(!shapes.ok() || shapes->shapes.size() == shapes->table.rows.size());
      EXPECT_TRUE(shapes.ok() || !shapes.error().text.empty());
    }
  }
}

TEST(TableFiles, HoldToLimits) {
  const ScratchFolder folder;
  const auto feature = [](const std::string& properties, const std::string& geometry) {
    return R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":)" + properties +
           ",\"geometry\":" + geometry + "}]}";
  };
  const std::string point = R"({"type":"Point","coordinates":[2.1,13.5]})";
  const auto wide =
      read_table(folder.write("wide.geojson", feature(R"({"name":")" + std::string(70'000, 'x') + "\"}", point)));
  ASSERT_TRUE(wide.ok()) << wide.error().text;
  EXPECT_TRUE(wide->rows.empty());
  ASSERT_EQ(wide->problems.size(), 1U);
  EXPECT_THAT(wide->problems[0].text, HasSubstr("longer than 64 KiB"));
  std::string deep = R"({"type":"Polygon","coordinates":[[[2,13],[3,13],[3,14],[2,13]]]})";
  for (int i = 0; i < 12; ++i) {
    deep = R"({"type":"GeometryCollection","geometries":[)" + deep + "]}";
  }
  const auto nested = read_shapes(folder.write("deep.geojson", feature("{}", deep)));
  ASSERT_TRUE(nested.ok()) << nested.error().text;
  EXPECT_TRUE(nested->table.rows.empty());
  EXPECT_THAT(nested->table.problems.at(0).text, HasSubstr("too large or too deep"));
  // Of a format that names other files, whatever the ending.
  folder.write("secret.csv", "name,lat,lon\nx,1,2\n");
  const std::string vrt = "<OGRVRTDataSource><OGRVRTLayer name=\"secret\"><SrcDataSource>" + (folder / "secret.csv") +
                          "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>";
  EXPECT_THAT(read_table(folder.write("vrt.geojson", vrt)).error().text, HasSubstr("no table that can be read"));
  EXPECT_THAT(read_table(folder.path()).error().text, HasSubstr("not a plain file"));
  EXPECT_THAT(read_areas(folder.write("metres.geojson", feature("{}", R"({"type":"Polygon","coordinates":
    [[[400000,1500000],[500000,1500000],[500000,1600000],[400000,1500000]]]})")))
                  .error()
                  .text,
              HasSubstr("corners are not in degrees"));
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
