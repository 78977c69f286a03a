#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <filesystem>

#include "controller/planner_io/exports/output_file.h"
#include "controller/planner_io/gdal_guard.h"
#include "controller/planner_io/gdal_quiet.h"
#include "controller/planner_io/plan/plan_command.h"
#include "controller/planner_io/plan/plan_jobs.h"
#include "controller/planner_io/plan_file.h"
#include "controller/planner_io/table_files.h"
#include "tests/controller/planner_io/sample_plan.h"
#include "tests/controller/planner_io/scratch_folder.h"
#include "tests/controller/planner_io/small_geotiff.h"
#include "tests/controller/planner_io/written.h"

namespace karkara::planner {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr const char* kCommunes = R"({"type":"FeatureCollection","features":[
  {"type":"Feature","properties":{"ADM1_FR":"Tillaberi","ADM1_PCODE":"NE006","ADM3_FR":"Tagazar","ADM3_PCODE":"NE006003001"},
   "geometry":{"type":"Polygon","coordinates":[[[2,13],[3,13],[3,14],[2,14],[2,13]]]}},
  {"type":"Feature","properties":{"ADM1_FR":"Tahoua","ADM1_PCODE":"NE005","ADM3_FR":"Abalak","ADM3_PCODE":"NE005001001"},
   "geometry":{"type":"Polygon","coordinates":[[[3,14],[4,14],[4,15],[3,15],[3,14]]]}}]})";

class GeoJobsTest : public testing::Test {
 protected:
  // The whole way from the words on the command line.
  int run(std::vector<std::string> words, int cancelled_after = -1) {
    std::vector<const char*> argv{"karkara-plan"};
    for (const std::string& word : words) {
      argv.push_back(word.c_str());
    }
    const PlanCommand command = parse_plan_options(static_cast<int>(argv.size()), argv.data());
    const auto* job = std::get_if<ChosenJob>(&command.what);
    if (job == nullptr) {
      const auto* text = std::get_if<PrintAndEnd>(&command.what);
      ADD_FAILURE() << (text == nullptr ? "another command" : text->text);
      return -1;
    }
    std::atomic<int> asked = 0;
    return job->run({[&] { return cancelled_after >= 0 && ++asked > cancelled_after; }, out_.file(), notes_.file()});
  }

  std::string plan_file() const {
    const std::string path = folder_ / "plan.txt";
    EXPECT_TRUE(write_plan(sample_plan(), path).ok());
    return path;
  }
  std::string communes() const { return folder_.write("communes.geojson", kCommunes); }
  static std::string text_of(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    return std::string{std::istreambuf_iterator<char>{file}, {}};
  }
  // Of a raster of 10 by 10 cells from 13.6 north.
  static std::vector<double> values_of(const std::string& path) {
    std::vector<double> values;
    const GdalQuiet quiet;
    const auto dataset = open_raster(path);
    const auto grid = dataset ? grid_of(dataset->get(), path, "") : dataset.error();
    EXPECT_TRUE(grid.ok());
    if (grid) {
      EXPECT_EQ(grid->rows, 10U);
      EXPECT_EQ(grid->columns, 10U);
      EXPECT_NEAR(grid->north.value(), 13.59, 1e-9);
      EXPECT_TRUE(read_rows(dataset->get(), path, [&](std::uint32_t, const double* row) -> Status {
                    values.insert(values.end(), row, row + grid->columns);
                    return {};
                  }).ok());
    }
    return values;
  }
  // Flat ground of 300 m around the sample plan's west.
  std::string flat_ground() const {
    const std::vector<std::vector<std::int16_t>> rows(60, std::vector<std::int16_t>(80, 300));
    return folder_.write("flat.tif", SmallGeotiff::bytes(rows, 13.8, 1.9, 0.01));
  }
  static std::string radio() { return std::string{KARKARA_SOURCE_DIR} + "/configs/radios/lte700.yaml"; }

  ScratchFolder folder_;
  Written out_;
  Written notes_;
};

TEST_F(GeoJobsTest, ChecksBordersAndMasts) {
  EXPECT_EQ(run({"check", "borders", communes()}), kDone);
  EXPECT_THAT(out_.text(), HasSubstr("2 areas: 2 regions, 0 departments, 2 communes; 0 doubts, 0 rows left out"));
  const std::string masts =
      folder_.write("masts.csv", "id,lat,lon,height\n1,13.5,2.5,40\n2,13.6,2.5,tall\n3,99,99,1\n");
  EXPECT_EQ(run({"check", "masts", masts, "--country", communes(), "-o", folder_ / "kept.csv"}), kDoubtful);
  EXPECT_THAT(out_.text(), HasSubstr("2 masts; height of 1 unknown; 2 doubts, 1 rows left out"));
  EXPECT_THAT(notes_.text(), HasSubstr("masts.csv: row 3: height 'tall'"));
  EXPECT_THAT(text_of(folder_ / "kept.csv"), HasSubstr("1,,13.500000,2.500000,40.0,,,,\n2,,13.600000"));
  EXPECT_EQ(run({"check", "masts", folder_ / "none.csv"}), kFailed);
  EXPECT_EQ(run({"check", "borders", masts}), kFailed);
}

TEST_F(GeoJobsTest, ChecksOperatorsAgainstSettlements) {
  const std::string claims = folder_.write("claims.geojson", R"({"type":"FeatureCollection","features":[
    {"type":"Feature","properties":{"operator":"Zamani","technology":"LTE"},
     "geometry":{"type":"MultiPolygon","coordinates":[[[[2,13],[2.4,13],[2.4,14],[2,14],[2,13]]]]}}]})");
  const std::string villages =
      folder_.write("villages.csv", "id,lat,lon,population\n1,13.5,2.1,100\n2,13.5,2.3,200\n3,13.5,2.9,400\n");
  EXPECT_EQ(run({"check", "operators", claims, "--settlements", villages}), kDone);
  EXPECT_THAT(out_.text(), HasSubstr("Zamani: 1 areas, 0 towers; claims 2 settlements, 300 people"));
  EXPECT_THAT(out_.text(), HasSubstr("1 settlements are claimed by nobody"));
}

// A commune with a lake and an island in it, and one of two parts.
constexpr const char* kLakes = R"({"type":"FeatureCollection","features":[
  {"type":"Feature","properties":{"ADM1_PCODE":"NE006","ADM3_FR":"Lac \"bleu\"","ADM3_PCODE":"NE006003001"},
   "geometry":{"type":"MultiPolygon","coordinates":[[[[2,13],[3,13],[3,14],[2,14],[2,13]],
     [[2.2,13.2],[2.2,13.8],[2.8,13.8],[2.8,13.2],[2.2,13.2]]],[[[2.4,13.4],[2.6,13.4],[2.6,13.6],[2.4,13.6],[2.4,13.4]]]]}},
  {"type":"Feature","properties":{"ADM1_PCODE":"NE006","ADM3_FR":"Deux","ADM3_PCODE":"NE006003002"},
   "geometry":{"type":"MultiPolygon","coordinates":[[[[3,13],[3.5,13],[3.5,14],[3,14],[3,13]]],
     [[[3.6,13],[3.9,13],[3.9,14],[3.6,14],[3.6,13]]]]}}]})";

TEST_F(GeoJobsTest, WhatAnImportKeepsIsReadWithoutDoubts) {
  const std::string borders = folder_.write("lakes.geojson", kLakes);
  EXPECT_EQ(run({"check", "borders", borders, "-o", folder_ / "kept.geojson"}), kDone) << notes_.text();
  EXPECT_EQ(run({"check", "borders", folder_ / "kept.geojson", "-o", folder_ / "again.geojson"}), kDone);
  EXPECT_EQ(text_of(folder_ / "kept.geojson"), text_of(folder_ / "again.geojson"));
  const Areas first{*read_areas(borders)};
  const Areas kept{*read_areas(folder_ / "kept.geojson")};
  for (const double longitude : {2.1, 2.3, 2.5, 2.9, 3.2, 3.55, 3.7}) {
    const Place at{Degrees{13.5}, Degrees{longitude}};
    const Area* was = first.around(at);
    const Area* is = kept.around(at);
    ASSERT_EQ(was == nullptr, is == nullptr) << longitude;
    EXPECT_TRUE(was == nullptr || (was->code == is->code && was->name == is->name)) << longitude;
  }
  // The lake is a hole, the island a polygon of its own.
  EXPECT_THAT(text_of(folder_ / "kept.geojson"), HasSubstr("]],[["));
  const std::string claims =
      folder_.write("claims.csv", "id,operator,lat,lon,range_m\nT1,Moov,13.5,2.1,5000\nT2,Moov,x,2,1\n");
  EXPECT_EQ(run({"check", "operators", claims, "-o", folder_ / "towers.geojson"}), kDoubtful);
  EXPECT_EQ(run({"check", "operators", folder_ / "towers.geojson"}), kDone) << notes_.text();
  EXPECT_THAT(text_of(folder_ / "towers.geojson"), HasSubstr("\"range_m\":5000.0"));
  EXPECT_EQ(run({"check", "operators", claims, "-o", folder_ / "towers.csv"}), kFailed);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "towers.csv"));
  const std::string drive = folder_.write("drive.csv",
                                          "lat,lon,dbm,site,frequency_ghz,time\n13.5,2.1,-80.5,A,0.9,8:00\n"
                                          "13.5,2.1,-80.5,A,0.9,8:01\n13.5,2.1,80,A,0.9,8:02\n");
  EXPECT_EQ(run({"check", "measurements", drive, "-o", folder_ / "samples.csv"}), kDoubtful);
  EXPECT_EQ(run({"check", "measurements", folder_ / "samples.csv"}), kDone) << notes_.text();
  EXPECT_THAT(text_of(folder_ / "samples.csv"), HasSubstr("A,13.500000,2.100000,-80.50,900.000,,8:01,\n"));
}

TEST_F(GeoJobsTest, SharesAPopulationRasterOut) {
  std::vector<std::vector<float>> rows(10, std::vector<float>(10, 0));
  rows[4][4] = 120;     // near the village
  rows[9][9] = 80;      // 60 km away
  rows[0][0] = -7;      // refused
  rows[0][1] = -32768;  // the void
  const std::string raster = folder_.write("people.tif", SmallGeotiff::bytes(rows, 14, 2, 0.1));
  const std::string villages =
      folder_.write("villages.csv", "id,lat,lon,population,ecoles,csi\nV,13.55,2.45,999,2,1\n");
  EXPECT_EQ(
      run({"check", "population", raster, "--settlements", villages, "--areas", communes(), "-o", folder_ / "out.csv"}),
      kDoubtful);
  EXPECT_THAT(out_.text(), HasSubstr("200 people in 2 cells: 120 given to 1 settlements of the list, 80 in 1 places"));
  EXPECT_THAT(notes_.text(), HasSubstr("people.tif: row 1: column 1 (13.95000, 2.05000): -7"));
  const std::string csv = text_of(folder_ / "out.csv");
  EXPECT_THAT(csv, HasSubstr("V,,13.550000,2.450000,120,,2,1,Tillaberi,,Tagazar\n"));
  EXPECT_THAT(csv, HasSubstr(",13.050000,2.950000,80,,0,0,Tillaberi"));
  const std::string metres = folder_.write("utm.tif", SmallGeotiff::bytes(rows, 1'500'000, 400'000, 100, 1));
  EXPECT_EQ(run({"check", "population", metres}), kFailed);
  EXPECT_THAT(notes_.text(), HasSubstr("-r sum"));
}

TEST_F(GeoJobsTest, ExportsInEachFormat) {
  const std::string plan = plan_file();
  for (const char* ending : {"geojson", "kml", "csv", "gpkg", "png"}) {
    const std::string path = folder_ / (std::string{"plan."} + ending);
    EXPECT_EQ(run({"export", plan, "-o", path, "--areas", communes()}), kDone) << notes_.text();
    EXPECT_GT(std::filesystem::file_size(path), 500U);
  }
  EXPECT_THAT(text_of(folder_ / "plan.geojson"), HasSubstr("\"region\":\"Tillaberi\""));
  EXPECT_THAT(text_of(folder_ / "plan.png"), StartsWith("\x89PNG\r\n\x1A\n"));
  const auto sites = read_table(folder_ / "plan.gpkg:sites");
  ASSERT_TRUE(sites.ok()) << sites.error().text;
  ASSERT_EQ(sites->rows.size(), 5U);
  EXPECT_EQ(sites->columns[0], "id");
  EXPECT_EQ(sites->rows[1].fields[0], "B");
  EXPECT_NEAR(sites->rows[1].point->y, 13.6, 1e-9);
  EXPECT_EQ(run({"export", plan, "-o", folder_ / "s.csv", "--table", "settlements"}), kDone);
  EXPECT_THAT(text_of(folder_ / "s.csv"), HasSubstr("'=HYPERLINK"));
}

TEST_F(GeoJobsTest, PhasesByYearAndRegion) {
  const std::string plan = plan_file();
  ASSERT_EQ(run({"phase", plan, "--budget", "51000", "--budget", "Tahoua=70000", "--budget", "NE006=0", "--budget",
                 "NE006=70000", "--areas", communes(), "-o", folder_ / "phased.txt"}),
            kDone)
      << notes_.text();
  const std::string out = out_.text();
  EXPECT_THAT(out, HasSubstr("  Tahoua\n"));
  EXPECT_THAT(out, HasSubstr("  (any region)\n"));
  EXPECT_THAT(out, HasSubstr("what each region's money buys in all:\n"));
  EXPECT_THAT(out, HasSubstr("1 sites        100 people          60000 to build, 600.00 a person"));
  EXPECT_EQ(read_plan(folder_ / "phased.txt")->sites[4].phase, 1U);
  EXPECT_EQ(read_plan(folder_ / "phased.txt")->sites[3].phase, 2U);
  EXPECT_EQ(run({"phase", plan, "--budget", "Atlantis=5"}), kFailed);
  EXPECT_THAT(notes_.text(), HasSubstr("region 'Atlantis'"));
  for (const char* word : {"=5", "Tahoua=", "Tahoua=1e3", "Tahoua=5x", "much"}) {
    const std::vector<const char*> argv{"karkara-plan", "phase", "plan.txt", "--budget", word};
    const auto what = parse_plan_options(static_cast<int>(argv.size()), argv.data()).what;
    const auto* refusal = std::get_if<PrintAndEnd>(&what);
    ASSERT_NE(refusal, nullptr) << word;
    EXPECT_EQ(refusal->code, 2) << word;
  }
}

TEST_F(GeoJobsTest, ExportLeavesNoHalfFile) {
  const std::string plan = plan_file();
  EXPECT_EQ(run({"export", plan, "-o", folder_ / "plan.dwg"}), kFailed);
  EXPECT_EQ(run({"export", plan, "-o", folder_ / "no/such/plan.geojson"}), kFailed);
  EXPECT_EQ(run({"export", plan, "-o", folder_ / "no/such/plan.gpkg"}), kFailed);
  EXPECT_EQ(run({"export", folder_.write("torn.txt", "karkara"), "-o", folder_ / "x.kml"}), kFailed);
  EXPECT_FALSE(write_text_file(folder_.path(), "x").ok());  // a folder
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator{folder_.path()}) {
    ++files;
  }
  EXPECT_EQ(files, 2U);  // plan.txt and torn.txt
}

TEST_F(GeoJobsTest, ReportsWithPhasesAndMap) {
  EXPECT_EQ(run({"report", plan_file(), "-o", folder_ / "r.html", "--language", "fr", "--budget", "60000", "--budget",
                 "70000", "--first-year", "2027", "--areas", communes()}),
            kDone)
      << notes_.text();
  const std::string page = text_of(folder_ / "r.html");
  EXPECT_THAT(page, HasSubstr("Par année budgétaire"));
  EXPECT_THAT(page, HasSubstr("data:image/png;base64,iVBORw0KGgo"));
  EXPECT_THAT(page, HasSubstr("Tahoua"));
}

TEST_F(GeoJobsTest, PhasesComparesAndLosesSites) {
  const std::string plan = plan_file();
  EXPECT_EQ(
      run({"phase", plan, "--budget", "60000", "--region", "Tahoua", "--areas", communes(), "-o", folder_ / "b.txt"}),
      kDone)
      << notes_.text();
  EXPECT_EQ(read_plan(folder_ / "b.txt")->sites[4].phase, 1U);
  EXPECT_THAT(out_.text(), HasSubstr("not paid for: 3 sites"));
  EXPECT_EQ(run({"compare", plan, folder_ / "b.txt", "-o", folder_ / "diff.csv"}), kDone);
  EXPECT_THAT(out_.text(), HasSubstr("site D: phase 0 -> 1"));
  EXPECT_THAT(text_of(folder_ / "diff.csv"), HasSubstr("site,D,phase 0 -> 1,0\n"));
  EXPECT_EQ(run({"loss", plan, "--site", "R"}), kDone);
  EXPECT_THAT(out_.text(), HasSubstr("900 people in 1 settlements are served by nobody"));
  EXPECT_EQ(run({"loss", plan, "--site", "Q"}), kFailed);
  EXPECT_EQ(run({"phase", plan, "--budget", "5", "--region", "Atlantis"}), kFailed);
}

TEST_F(GeoJobsTest, CalibratesADriveTest) {
  std::string test = "lat,lon,dbm,site\n";
  for (int i = 1; i <= 40; ++i) {
    test += "13.5," + std::to_string(2.1 + 0.003 * i) + "," + std::to_string(-60 - 30 * std::log10(i)) + ",A\n";
  }
  test += "13.5,2.3,-90,Nobody\n13.5,2.5,5,A\n";
  const std::string file = folder_.write("drive.csv", test);
  const std::string masts = folder_.write("masts.csv", "id,lat,lon,height\nA,13.5,2.1,30\n");
  EXPECT_EQ(run({"check", "measurements", file}), kDoubtful);
  EXPECT_THAT(out_.text(), HasSubstr("41 samples of 2 sites, 41 medians over 50 m; 1 doubts, 1 rows left out"));
  EXPECT_EQ(run({"calibrate", file, "--masts", masts, "--radio", radio(), "--terrain", flat_ground(), "-o",
                 folder_ / "c.csv", "--residuals", folder_ / "r.csv"}),
            kDoubtful)
      << notes_.text();
  EXPECT_THAT(notes_.text(), HasSubstr("1 medians left out: of a site that is not in the list of masts"));
  EXPECT_THAT(out_.text(), HasSubstr("40 measurements of 1 sites; measured less predicted: bias"));
  EXPECT_THAT(out_.text(), HasSubstr("one site: take it for less"));
  EXPECT_THAT(text_of(folder_ / "c.csv"), HasSubstr(",40,1,"));
  EXPECT_EQ(read_table(folder_ / "r.csv")->rows.size(), 40U);
}

TEST_F(GeoJobsTest, SaysWhereOneMastHelpsMost) {
  const std::string villages = folder_.write(
      "villages.csv", "id,name,lat,lon,population\n1,One,13.5,2.1,100\n2,Two,13.51,2.11,900\n3,Far,13.7,2.5,300\n");
  EXPECT_EQ(run({"where", "--settlements", villages, "--radio", radio(), "--terrain", flat_ground(), "--mast", "30m",
                 "--masts", folder_.write("m.csv", "id,lat,lon,height\nM,13.55,2.15,60\n")}),
            kDone)
      << notes_.text();
  EXPECT_THAT(out_.text(), StartsWith("1. "));
  EXPECT_THAT(out_.text(), HasSubstr("1000 people in 2 settlements"));
  EXPECT_THAT(out_.text(), HasSubstr("km to M"));
  EXPECT_EQ(run({"where", "--settlements", villages, "--radio", radio(), "--terrain", folder_ / "none.tif"}), kFailed);
}

// Masts and claims of a list are held against the country as the settlements are; what is left out is told.
TEST_F(GeoJobsTest, WhereLeavesOutForeignMastsAndClaimsAndSaysSo) {
  const std::string villages = folder_.write("villages.csv", "id,name,lat,lon,population\n1,One,13.5,2.1,100\n");
  const std::string masts = folder_.write("m.csv",
                                          "id,lat,lon,height\nturned,2.15,13.55,60\nforeign,48,2.1,60\n"
                                          "torn,13.5\n");
  const std::string claims = folder_.write("c.csv", "operator,lat,lon,range_m\nMoov,48,2.1,9000\n");
  EXPECT_EQ(run({"where", "--settlements", villages, "--country", communes(), "--radio", radio(), "--terrain",
                 flat_ground(), "--masts", masts, "--operators", claims}),
            kDone)
      << notes_.text();
  EXPECT_THAT(out_.text(), HasSubstr("km to turned"));
  EXPECT_THAT(notes_.text(), HasSubstr("m.csv: row 2: latitude and longitude are exchanged"));
  EXPECT_THAT(notes_.text(), HasSubstr("m.csv: row 3: 48.00000, 2.10000 lies outside the country; left out"));
  EXPECT_THAT(notes_.text(), HasSubstr("m.csv: line 4: 2 fields, the header has 4"));
  EXPECT_THAT(notes_.text(), HasSubstr("c.csv: row 2: 48.00000, 2.10000 lies outside the country; left out"));
}

TEST_F(GeoJobsTest, WritesRastersOfSignalAndServer) {
  const std::string plan = plan_file();
  for (const char* what : {"signal", "server"}) {
    const std::string path = folder_ / (std::string{what} + ".tif");
    EXPECT_EQ(run({"raster", plan, "--radio", radio(), "--terrain", flat_ground(), "-o", path, "--what", what,
                   "--bounds", "13.4", "2.0", "13.6", "2.2", "--step", "0.02"}),
              kDone)
        << notes_.text();
    const std::vector<double> values = values_of(path);
    const double at_a = values[4 * 10 + 5];  // beside A
    EXPECT_TRUE(std::string{what} == "signal" ? at_a < -20 && at_a > -80 : at_a == 0) << at_a;
  }
  Plan mute = sample_plan();
  mute.sites[0].profile.clear();  // a gateway only
  ASSERT_TRUE(write_plan(mute, folder_ / "mute.txt").ok());
  ASSERT_EQ(run({"raster", folder_ / "mute.txt", "--radio", radio(), "--terrain", flat_ground(), "-o",
                 folder_ / "mute.tif", "--what", "server", "--bounds", "13.4", "2.0", "13.6", "2.2", "--step", "0.02"}),
            kDone)
      << notes_.text();
  EXPECT_THAT(values_of(folder_ / "mute.tif"), Not(Contains(0.0)));
}

TEST_F(GeoJobsTest, GoesOnWithARasterThatWasCancelled) {
  const std::string plan = plan_file();
  const std::string path = folder_ / "signal.tif";
  const std::string kept = folder_ / ".signal.tif.rows";
  const auto words = [&](const std::string& to, const char* step) {
    return std::vector<std::string>{"raster",   plan,   "--radio", radio(), "--terrain", flat_ground(), "-o", to,
                                    "--bounds", "13.4", "2.0",     "13.6",  "2.2",       "--step",      step};
  };
  ASSERT_EQ(run(words(folder_ / "whole.tif", "0.02")), kDone) << notes_.text();
  EXPECT_FALSE(std::filesystem::exists(folder_ / ".whole.tif.rows"));
  EXPECT_EQ(run(words(path, "0.02"), 4), kDoubtful);
  EXPECT_THAT(notes_.text(), HasSubstr("of 10 rows are done; the same command goes on from there"));
  EXPECT_FALSE(std::filesystem::exists(path));
  // A record that the disk took half of is done again.
  std::filesystem::resize_file(kept, std::filesystem::file_size(kept) - 7);
  ASSERT_EQ(run(words(path, "0.02")), kDone);
  EXPECT_THAT(notes_.text(), HasSubstr("of 10 rows are there already"));
  EXPECT_FALSE(std::filesystem::exists(kept));
  EXPECT_EQ(text_of(path), text_of(folder_ / "whole.tif"));
  // Other inputs begin anew.
  EXPECT_EQ(run(words(path, "0.01"), 5), kDoubtful);
  const std::size_t before = notes_.text().size();
  ASSERT_EQ(run(words(path, "0.02")), kDone);
  EXPECT_THAT(notes_.text().substr(before), Not(HasSubstr("are there already")));
  EXPECT_EQ(text_of(path), text_of(folder_ / "whole.tif"));
  // What is no such file is not written over; nothing is begun that cannot be written.
  std::filesystem::create_symlink(plan, kept);
  EXPECT_EQ(run(words(path, "0.02")), kFailed);
  EXPECT_EQ(run(words(folder_ / "none/x.tif", "0.02")), kFailed);
}

TEST_F(GeoJobsTest, SeesWhatStandsOnTheGround) {
  const std::string plan = plan_file();
  const auto raster = [&](const std::string& to, std::int16_t cover, const std::string& heights) {
    const std::vector<std::vector<std::int16_t>> rows(60, std::vector<std::int16_t>(80, cover));
    return run({"raster", plan, "--radio", radio(), "--terrain", flat_ground(), "--cover",
                folder_.write("cover.tif", SmallGeotiff::bytes(rows, 13.8, 1.9, 0.01)), "--cover-heights", heights,
                "-o", to, "--bounds", "13.4", "2.0", "13.6", "2.2", "--step", "0.02"});
  };
  const std::string heights = std::string{KARKARA_SOURCE_DIR} + "/configs/cover/worldcover.yaml";
  ASSERT_EQ(raster(folder_ / "bare.tif", 60, heights), kDone) << notes_.text();
  ASSERT_EQ(raster(folder_ / "wood.tif", 10, heights), kDone) << notes_.text();
  const std::vector<double> bare = values_of(folder_ / "bare.tif");
  const std::vector<double> wood = values_of(folder_ / "wood.tif");
  EXPECT_GT(bare[0 * 10 + 9], wood[0 * 10 + 9] + 3);  // far from A the trees are in the way
  EXPECT_EQ(raster(folder_ / "odd.tif", 61, heights), kFailed);
  EXPECT_THAT(notes_.text(), HasSubstr("cover.tif: class 61 has no height; row 1, column 1"));
}

}  // namespace
}  // namespace karkara::planner
