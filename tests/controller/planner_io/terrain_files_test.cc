#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>
#include <random>

#include "controller/planner/terrain/hgt.h"
#include "controller/planner/terrain/profile.h"
#include "controller/planner/terrain/tiled_terrain.h"
#include "controller/planner/terrain/viewshed.h"
#include "controller/planner_io/terrain_files.h"
#include "controller/planner_io/thread_executor.h"
#include "tests/controller/planner_io/scratch_folder.h"
#include "tests/controller/planner_io/small_geotiff.h"

namespace karkara::planner {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

const std::string kGeo = std::string{KARKARA_SOURCE_DIR} + "/../shared/geo/";

Place at(double latitude, double longitude) {
  return {Degrees{latitude}, Degrees{longitude}};
}

// Row r, column c is (r + 2 c) mod 500 metres high; the third sample is a void.
std::string hgt_bytes() {
  std::string bytes;
  for (int i = 0; i < 1201 * 1201; ++i) {
    const int height = i == 2 ? -32768 : (i / 1201 + 2 * (i % 1201)) % 500;
    bytes += static_cast<char>(static_cast<unsigned>(height) >> 8U);
    bytes += static_cast<char>(height);
  }
  return bytes;
}

class TerrainFilesTest : public testing::Test {
 protected:
  TerrainFiles read(const std::vector<std::string>& paths) { return read_terrain(paths, folder_.path(), executor_); }

  void expect_problem(const std::string& path, const std::string& text) {
    const TerrainFiles files = read({path});
    EXPECT_THAT(files.tiles, IsEmpty());
    ASSERT_EQ(files.problems.size(), 1U);
    EXPECT_THAT(files.problems[0].text, HasSubstr(path));
    EXPECT_THAT(files.problems[0].text, HasSubstr(text));
  }

  static void expect_drawn(const Tile& tile) {
    const TiledTerrain terrain{{tile}};
    EXPECT_EQ(terrain.height_at(at(14, 2), Sampling::Nearest), 0);
    EXPECT_EQ(terrain.height_at(at(14, 2 + 1.0 / 1200), Sampling::Nearest), 2);
    EXPECT_TRUE(std::isnan(terrain.height_at(at(14, 2 + 2.0 / 1200), Sampling::Nearest)));
    EXPECT_EQ(terrain.height_at(at(13, 3), Sampling::Nearest), (1200 + 2400) % 500);
    EXPECT_NEAR(terrain.height_at(at(14 - 100.5 / 1200, 2 + 10.5 / 1200), Sampling::Bilinear), 122, 0.5);
  }

  ScratchFolder folder_;
  ThreadExecutor executor_{2};
};

TEST_F(TerrainFilesTest, ReadsHgtPlainAndPacked) {
  const std::string plain = folder_.write("N13E002.hgt", hgt_bytes());
  ASSERT_EQ(std::system(("gzip -k " + plain).c_str()), 0);
  ASSERT_EQ(std::system(("cd " + folder_.path() + " && python3 -m zipfile -c N13E002.hgt.zip N13E002.hgt").c_str()), 0);
  const TerrainFiles files = read({folder_.path()});
  ASSERT_THAT(files.problems, IsEmpty());
  ASSERT_EQ(files.tiles.size(), 3U);
  for (const Tile& tile : files.tiles) {
    SCOPED_TRACE(tile.name);
    expect_drawn(tile);
  }
}

TEST_F(TerrainFilesTest, ReadsEhdrGridsByTheirHeader) {
  folder_.write(
      "dem.hdr",
      "NROWS 2\nNCOLS 3\nNBANDS 1\nNBITS 16\nPIXELTYPE SIGNEDINT\nBYTEORDER I\nLAYOUT BIL\nULXMAP 2\nULYMAP 14\n"
      "XDIM 0.5\nYDIM 0.5\nNODATA -9999\n");
  const std::int16_t heights[]{100, 200, 300, 400, -9999, 600};
  const TerrainFiles files = read({folder_.write("dem.bil", {reinterpret_cast<const char*>(heights), sizeof heights})});
  ASSERT_THAT(files.problems, IsEmpty());
  const TiledTerrain terrain{files.tiles};
  EXPECT_EQ(terrain.height_at(at(14, 2), Sampling::Nearest), 100);
  EXPECT_EQ(terrain.height_at(at(13.5, 3), Sampling::Nearest), 600);
  EXPECT_TRUE(std::isnan(terrain.height_at(at(13.5, 2.5), Sampling::Nearest)));
  EXPECT_NEAR(terrain.height_at(at(14, 2.25), Sampling::Bilinear), 150, 1e-6);
}

TEST_F(TerrainFilesTest, ReadsGeotiffOfWholeAndRealNumbers) {
  const auto whole = SmallGeotiff::bytes<std::int16_t>({{100, 200}, {300, -32768}}, 14, 2, 0.5);
  const auto real = SmallGeotiff::bytes<float>({{100.4F, 200.0F}, {300.0F, -32768.0F}}, 14, 2, 0.5);
  for (const auto& [name, bytes] : {std::pair{"whole.tif", whole}, std::pair{"real.tif", real}}) {
    SCOPED_TRACE(name);
    const TerrainFiles files = read({folder_.write(name, bytes)});
    ASSERT_THAT(files.problems, IsEmpty());
    const TiledTerrain terrain{files.tiles};
    // A cell's height stands in its middle.
    EXPECT_NEAR(terrain.height_at(at(13.75, 2.25), Sampling::Bilinear), 100.2, 0.31);
    EXPECT_NEAR(terrain.height_at(at(13.75, 2.75), Sampling::Bilinear), 200, 0.16);
    EXPECT_NEAR(terrain.height_at(at(13.5, 2.25), Sampling::Bilinear), 200.2, 0.3);
    EXPECT_TRUE(std::isnan(terrain.height_at(at(13.5, 2.5), Sampling::Bilinear)));
  }
}

TEST_F(TerrainFilesTest, TellsWhatIsWrongWithAFileAndGoesOn) {
  const std::string good = folder_.write("good.tif", SmallGeotiff::bytes<std::int16_t>({{1, 2}, {3, 4}}, 14, 2, 0.5));
  const TerrainFiles files = read({folder_ / "N13E002.hgt", good, folder_ / "missing.tif", folder_ / "missing.hgt.gz"});
  EXPECT_EQ(files.tiles.size(), 1U);
  ASSERT_EQ(files.problems.size(), 3U);
  for (const Error& problem : files.problems) {
    EXPECT_EQ(problem.code, ErrorCode::NotFound) << problem.text;
  }
}

TEST_F(TerrainFilesTest, RefusesTornAndForeignFiles) {
  expect_problem(folder_.write("N13E002.hgt", hgt_bytes().substr(0, 4'000)), "4000 bytes");
  expect_problem(folder_.write("N13E003.hgt", "odd"), "not a file of 16-bit heights");
  expect_problem(folder_.write("N13E004.hgt", ""), "not a file of 16-bit heights");
  expect_problem(folder_.write("N13E005.hgt.gz", "not packed"), "N13E005");
  expect_problem(folder_.write("N13E006.hgt.zip", "not packed"), "not a .zip");
  expect_problem(folder_.write("text.tif", "no raster"), "no raster that can be read");
  std::string swapped = hgt_bytes();
  swapped[2 * 1201] = 0x7F;
  expect_problem(folder_.write("N13E007.hgt", swapped), "row 2, column 1");
}

TEST_F(TerrainFilesTest, RefusesRastersThatWouldMislead) {
  expect_problem(
      folder_.write("utm.tif", SmallGeotiff::bytes<std::int16_t>({{1, 2}, {3, 4}}, 1'500'000, 400'000, 90, 1)),
      "not in degrees");
  expect_problem(folder_.write("high.tif", SmallGeotiff::bytes<std::int16_t>({{1, 2}, {3, 20'000}}, 14, 2, 0.5)),
                 "row 2, column 2: 20000");
}

// Cut at every tenth byte, a GeoTIFF is told or read, and never worse.
TEST_F(TerrainFilesTest, SurvivesCutGeotiffs) {
  const std::string bytes = SmallGeotiff::bytes<std::int16_t>({{100, 200}, {300, 400}}, 14, 2, 0.5);
  for (std::size_t length = 0; length < bytes.size(); length += 10) {
    const TerrainFiles files = read({folder_.write("cut.tif", bytes.substr(0, length))});
    EXPECT_EQ(files.tiles.size() + files.problems.size(), 1U);
  }
}

TEST_F(TerrainFilesTest, SurvivesFlippedGeotiffs) {
  const std::string bytes = SmallGeotiff::bytes<std::int16_t>({{100, 200}, {300, 400}}, 14, 2, 0.5);
  std::minstd_rand random{5};
  for (int i = 0; i < 200; ++i) {
    std::string flipped = bytes;
    for (int flip = 0; flip < 4; ++flip) {
      flipped[random() % flipped.size()] = static_cast<char>(random());
    }
    const TerrainFiles files = read({folder_.write("flipped.tif", flipped)});
    EXPECT_EQ(files.tiles.size() + files.problems.size(), 1U);
  }
}

// Some formats that GDAL knows name other files and addresses: only the ones that are meant are read.
TEST_F(TerrainFilesTest, ReadsNoOtherFormatUnderTheirNames) {
  const std::string other = folder_.write("other.tif", SmallGeotiff::bytes<std::int16_t>({{1, 2}, {3, 4}}, 14, 2, 0.5));
  expect_problem(
      folder_.write("vrt.tif",
                    "<VRTDataset rasterXSize=\"2\" rasterYSize=\"2\"><GeoTransform>2,0.5,0,14,0,-0.5</GeoTransform>"
                    "<VRTRasterBand dataType=\"Int16\" band=\"1\"><SimpleSource><SourceFilename>" +
                        other +
                        "</SourceFilename><SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>"),
      "no raster that can be read");
}

// A few bytes that claim a block of gigabytes.
TEST_F(TerrainFilesTest, RefusesBlocksThatWouldFillTheMemory) {
  std::string bytes = SmallGeotiff::bytes<std::int16_t>({{100, 200}, {300, 400}}, 14, 2, 0.5);
  for (const unsigned tag : {256U, 257U, 278U}) {  // width, height, rows of a strip
    const std::string entry{static_cast<char>(tag), static_cast<char>(tag >> 8U), 3, 0, 1, 0, 0, 0};
    const std::size_t at = bytes.find(entry);
    ASSERT_NE(at, std::string::npos);
    bytes[at + 8] = '\xFF';
    bytes[at + 9] = '\xFF';
  }
  expect_problem(folder_.write("bomb.tif", bytes), "bomb.tif: ");
}

TEST_F(TerrainFilesTest, AFolderWithoutTerrainIsAProblem) {
  EXPECT_THAT(read({folder_.path()}).problems.at(0).text, HasSubstr("no terrain files"));
}

TEST_F(TerrainFilesTest, ReadsTheRealTilesAndTheCountryGrid) {
  if (!std::filesystem::exists(kGeo)) {
    GTEST_SKIP() << "no geography in " << kGeo;
  }
  const TerrainFiles files = read({kGeo + "hgt_sample", kGeo + "niger_dem_72s.bil"});
  ASSERT_THAT(files.problems, IsEmpty());
  ASSERT_EQ(files.tiles.size(), 3U);
  const TiledTerrain terrain{files.tiles};
  // Published elevations: Niamey's airport 223 m, Agadez' 505 m; the grid is good for 8 m.
  EXPECT_NEAR(terrain.height_at(at(13.4815, 2.1836), Sampling::Bilinear), 223, 15);
  EXPECT_NEAR(terrain.height_at(at(16.9660, 8.0001), Sampling::Bilinear), 505, 20);
  EXPECT_EQ(terrain.resolution_at(at(13.5, 2.1)), Degrees{0.02});
  EXPECT_NEAR(terrain.resolution_at(at(37.5, -116.5)).value(), 1.0 / 1200, 1e-12);
  const auto grid = ground_around(terrain, at(37.5, -116.5), 100, Metres{90}, Sampling::Bilinear, executor_);
  const auto cells = viewshed(grid, {}, executor_);
  EXPECT_GT(std::count(cells.begin(), cells.end(), Sight::Visible), 1'000);
  EXPECT_EQ(std::count(cells.begin(), cells.end(), Sight::Unknown), 0);
}

}  // namespace
}  // namespace karkara::planner
