// What other people's lists are made into: borders, population rasters, masts, operators, drive tests.
#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "controller/planner/existing/mast_import.h"
#include "controller/planner/existing/operator_coverage.h"
#include "controller/planner/measure/calibration.h"
#include "controller/planner/measure/measurement_import.h"
#include "controller/planner/people/borders.h"
#include "controller/planner/people/population_cells.h"

namespace karkara::planner {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Place place(double latitude, double longitude) {
  return {Degrees{latitude}, Degrees{longitude}};
}
std::vector<Place> square(double south, double west, double size) {
  return {place(south, west), place(south, west + size), place(south + size, west + size), place(south + size, west)};
}
Areas square_country() {
  return Areas{{{"NE", "Niger", {square(12, 1, 4)}}}};
}

template <class Problems>
std::vector<ImportDoubt> doubts_of(const Problems& problems) {
  std::vector<ImportDoubt> all;
  for (const ImportProblem& problem : problems) {
    all.push_back(problem.doubt);
    EXPECT_EQ(is_left_out(problem.doubt), problem.text.find("left out") != std::string::npos) << problem.text;
  }
  return all;
}

// Rows of communes; each shape a square.
ShapeTable communes(const std::vector<std::pair<std::vector<std::string>, Shape>>& rows) {
  ShapeTable shapes;
  shapes.table.columns = {"ADM1_FR", "ADM1_PCODE", "ADM2_PCODE", "ADM3_FR", "ADM3_PCODE"};
  for (const auto& [fields, shape] : rows) {
    shapes.table.rows.push_back({shapes.table.rows.size(), fields, std::nullopt});
    shapes.shapes.push_back(shape);
  }
  return shapes;
}

TEST(Borders, NameRegionAndCommuneOfAPlace) {
  const auto import =
      import_borders(communes({{{"West", "NE001", "NE001001", "Gona", "NE001001001"}, {{square(12, 1, 2)}, 0}},
                               {{"East", "NE002", "NE002001", "Dan", "NE002001001"}, {{square(12, 3, 2)}, 0}}}),
                     square_country());
  ASSERT_TRUE(import.ok());
  EXPECT_THAT(import->problems, IsEmpty());
  const AdminUnit* unit = import->borders.around(place(13, 3.5));
  ASSERT_NE(unit, nullptr);
  EXPECT_EQ(unit->name[kRegion], "East");
  EXPECT_EQ(unit->name[kCommune], "Dan");
  EXPECT_EQ(unit->code[kDepartment], "NE002001");
  EXPECT_EQ(import->borders.around(place(15, 4.5)), nullptr);
}

TEST(Borders, TellEachDoubtWithItsRow) {
  Shape swapped{{square(1, 12, 2)}, 0};
  const auto import = import_borders(
      communes({{{"A", "NE001", "NE001001", "Twice", "NE001001001"}, {{square(12, 1, 1)}, 0}},
                {{"A", "NE001", "NE001001", "Twice", "NE001001001"}, {{square(12, 3, 1)}, 0}},
                {{"A", "NE001", "NE001001", "Parent", "NE002001001"}, {{square(14, 1, 1)}, 0}},
                {{"A", "", "", "NoCode", ""}, {{square(14, 3, 1)}, 0}},
                {{"A", "NE001", "NE001001", "Line", "NE001001005"}, {{{place(12, 1), place(13, 1), place(12, 1)}}, 0}},
                {{"A", "NE001", "NE001001", "Metres", "NE001001006"}, {{}, 4}},
                {{"A", "NE001", "NE001001", "Far", "NE001001007"}, {{square(40, 50, 1)}, 0}},
                {{"A", "NE001", "NE001001", "Swapped", "NE001001008"}, swapped}}),
      square_country());
  ASSERT_TRUE(import.ok());
  EXPECT_THAT(
      doubts_of(import->problems),
      ElementsAre(ImportDoubt::BadCode, ImportDoubt::BadCode, ImportDoubt::BadCode, ImportDoubt::BadShape,
                  ImportDoubt::WrongCrs, ImportDoubt::OutsideCountry, ImportDoubt::Swapped, ImportDoubt::Overlap));
  EXPECT_THAT(import->problems[7].text, HasSubstr("lies in row 7 too, at 12.50030, 1.50000"));
  EXPECT_EQ(import->borders.units().size(), 5U);
  EXPECT_EQ(import->problems[0].row, 1U);
  EXPECT_FALSE(import_borders(communes({{{"A", "", "", "", ""}, {{}, 0}}}), square_country()).ok());
}

TEST(Areas, KnowWhatLiesInsideByParallels) {
  // A ring with a hole: inside is what lies between them.
  const std::vector<std::vector<Place>> ring{square(12, 1, 4), square(13, 2, 2)};
  const Spans spans = spans_at(ring, Degrees{14});
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_EQ(spans[0], (std::pair{1.0, 2.0}));
  EXPECT_EQ(spans[1], (std::pair{4.0, 5.0}));
  const auto inside = inner_place(ring);
  ASSERT_TRUE(inside);
  const Areas holed{{{"", "", ring}}};
  EXPECT_NE(holed.around(*inside), nullptr);
  EXPECT_FALSE(inner_place({{place(12, 1), place(13, 1)}}));
  EXPECT_FALSE(inner_place({}));
}

Settlement village(const char* id, double latitude, double longitude) {
  Settlement one;
  one.id = id;
  one.place = place(latitude, longitude);
  return one;
}

TEST(PopulationCells, GoToTheNearestSettlementOrAPlaceOfTheirOwn) {
  const std::vector<Settlement> list{village("near", 13.5, 2.0), village("other", 13.5, 2.02)};
  const Areas country = square_country();
  PopulationCells cells{list, country, Metres{3'000}};
  // Columns every 0.01 degrees from 2.00: two near each village, one 30 km away; one refused, one void, one outside.
  std::vector<double> row(301, 0.0);
  row[0] = 100;
  row[2] = 50.4;
  row[3] = 1;
  row[29] = 70;
  row[40] = -5;
  row[41] = kNan;
  row[42] = 3e6;
  row[300] = 1'000;  // at 5.00, the edge belongs to nobody
  cells.add({1, Degrees{13.5}, Degrees{2}, Degrees{0.01}, row});
  const PopulationTotals& totals = cells.totals();
  EXPECT_NEAR(totals.people, 221.4, 1e-9);
  EXPECT_NEAR(totals.near, 151.4, 1e-9);
  EXPECT_EQ(totals.outside, 1'000);
  EXPECT_EQ(totals.negative, 1U);
  EXPECT_EQ(totals.too_many, 1U);
  ASSERT_EQ(cells.problems().size(), 2U);
  EXPECT_THAT(cells.problems()[0].text, HasSubstr("column 41 (13.50000, 2.40000)"));
  const auto all = cells.settlements(50);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].people, 100);
  EXPECT_EQ(all[1].people, 51);
  EXPECT_EQ(all[2].people, 70);
  EXPECT_NEAR(all[2].place.longitude.value(), 2.29, 1e-9);
  EXPECT_EQ(cells.settlements(71).size(), 2U);
}

MastImport masts_of(const std::string& text) {
  const auto table = parse_csv(text);
  auto import = import_masts(*table, square_country());
  EXPECT_TRUE(import.ok());
  return *std::move(import);
}

TEST(Masts, KeepWhatIsKnownAndTellTheRest) {
  const auto import = masts_of(
      "id;nom_site;latitude;longitude;hauteur;operateur;pire_dbm;frequence_mhz\n"
      "1;Gona;13.5;2.1;45 m;Airtel;62;900\n"
      "2;;13.6;2.1;haut;Airtel;;\n"
      "3;;2.1;13.7;30;;;\n"
      "4;;13.5001;2.1001;40;Airtel;;\n"
      "5;;13.5001;2.1001;40;Moov;;\n"
      "1;;13.9;2.1;40;;;\n"
      "6;;50;2.1;40;;;\n"
      "7;;x;2.1;40;;;\n"
      "8;;13.8;2.2;-5;;500;3\n");
  EXPECT_THAT(doubts_of(import.problems),
              ElementsAre(ImportDoubt::UnknownValue, ImportDoubt::Swapped, ImportDoubt::Duplicate,
                          ImportDoubt::Duplicate, ImportDoubt::OutsideCountry, ImportDoubt::NoPlace,
                          ImportDoubt::UnknownValue, ImportDoubt::UnknownValue, ImportDoubt::UnknownValue));
  ASSERT_EQ(import.masts.size(), 5U);
  EXPECT_EQ(import.masts[0].height, Metres{45});
  EXPECT_EQ(import.masts[0].eirp, Dbm{62});
  EXPECT_EQ(import.masts[0].name, "Gona");
  EXPECT_EQ(import.masts[1].height, std::nullopt);
  EXPECT_EQ(import.masts[3].owner, "Moov");
}

TEST(Masts, AreFoundAmongOtherThings) {
  const auto import = masts_of(
      "osm_id,lat,lon,tag,value,name\n1,13.5,2.1,man_made,mast,\n2,13.6,2.1,power,tower,\n3,13.7,2.1,man_made,tower,\n"
      "4,13.8,2.1,amenity,school,\n5,13.9,2.1,power,tower,\n");
  EXPECT_EQ(import.masts.size(), 2U);
  EXPECT_EQ(import.other_kinds.at("power=tower"), 2U);
  EXPECT_EQ(import.other_kinds.at("amenity=school"), 1U);
  EXPECT_FALSE(import_masts(*parse_csv("id,name\n1,x\n"), square_country()).ok());
}

TEST(Operators, ClaimPlacesByAreasAndTowers) {
  ShapeTable shapes;
  shapes.table = *parse_csv(
      "operator,radio,mcc,net,lat,lon,range\n"
      "Zamani,LTE,,,,,\n"
      ",GSM,614,2,13.5,2.1,5000\n"
      ",GSM,614,2,13.5,2.1,5000\n"
      "Moov,GSM,,,13.5,2.1,far\n"
      "Moov,GSM,,,13.5,2.1,9999999\n"
      ",,,,13.6,2.1,100\n"
      "Zamani,LTE,,,,,\n");
  shapes.shapes.resize(shapes.table.rows.size());
  shapes.shapes[0].rings = {square(13, 2, 1)};
  shapes.shapes[6].rings = {square(50, 50, 1)};
  const auto import = import_operators(shapes, square_country());
  ASSERT_TRUE(import.ok());
  EXPECT_THAT(doubts_of(import->problems),
              ElementsAre(ImportDoubt::Duplicate, ImportDoubt::BadValue, ImportDoubt::BadValue,
                          ImportDoubt::UnknownValue, ImportDoubt::OutsideCountry));
  EXPECT_THAT(import->coverage.owners_at(place(13.52, 2.1)), ElementsAre("PLMN 614-2", "Zamani"));
  EXPECT_THAT(import->coverage.owners_at(place(13.9, 2.9)), ElementsAre("Zamani"));
  EXPECT_THAT(import->coverage.owners_at(place(12.5, 1.5)), IsEmpty());
  EXPECT_FALSE(import_operators({*parse_csv("name,lat,lon\nx,1,2\n"), {{}}}, Areas{{}}).ok());
}

TEST(Measurements, NeedASignAPlaceAndASite) {
  const auto import = import_measurements(*parse_csv("lat,lon,rsrp,site,frequency,time\n"
                                                     "13.5,2.1,-95.5,A,900,1\n"
                                                     "13.5,2.1,95,A,900,2\n"
                                                     "13.5,2.1,strong,A,900,3\n"
                                                     "13.5,2.1,-95,,900,4\n"
                                                     "2.1,13.6,-80,A,806000000,5\n"
                                                     "13.5,2.1,-95.5,A,900,1\n"
                                                     "13.5,2.1,-70 dBm,B,many,6\n"
                                                     "13.5,2.1,-200,B,900,7\n"),
                                          square_country());
  ASSERT_TRUE(import.ok()) << import.error().text;
  EXPECT_THAT(
      doubts_of(import->problems),
      ElementsAre(ImportDoubt::BadValue, ImportDoubt::BadValue, ImportDoubt::BadValue, ImportDoubt::Swapped,
                  ImportDoubt::TakenAs, ImportDoubt::Duplicate, ImportDoubt::UnknownValue, ImportDoubt::BadValue));
  EXPECT_THAT(import->problems[0].text, HasSubstr("sign is missing"));
  ASSERT_EQ(import->samples.size(), 3U);
  EXPECT_EQ(import->samples[1].frequency, Megahertz{806});
  EXPECT_EQ(import->samples[2].level, Dbm{-70});
  EXPECT_THAT(import_measurements(*parse_csv("lat,lon,site\n1,2,A\n"), Areas{{}}).error().text, HasSubstr("levels"));
}

TEST(Measurements, CloseByAreOneMedian) {
  std::vector<Measurement> samples;
  for (const double level : {-90.0, -70.0, -80.0}) {
    samples.push_back({place(13.50001, 2.10001), Dbm{level}, {}, "A", "", samples.size()});
  }
  samples.push_back({place(13.50001, 2.10001), Dbm{-60}, {}, "B", "", 3});
  samples.push_back({place(13.51, 2.1), Dbm{-100}, {}, "A", "", 4});
  const auto medians = local_medians(samples, Metres{50});
  ASSERT_EQ(medians.size(), 3U);
  EXPECT_EQ(medians[0].level, Dbm{-80});
  EXPECT_EQ(medians[0].samples, 3U);
  EXPECT_EQ(medians[0].row, 2U);
}

// A model that is 7 dB too low everywhere, with a little scatter that has no trend.
std::vector<Compared> off_by(double offset, double per_decade, int sites) {
  std::vector<Compared> all;
  for (int site = 0; site < sites; ++site) {
    for (int i = 0; i < 20; ++i) {
      const double km = 0.5 * std::pow(1.25, i);
      const double scatter = (i * 7 + site * 3) % 5 - 2.0;
      const Dbm predicted{-60 - 30 * std::log10(km)};
      all.push_back({"S" + std::to_string(site), "lte", Metres{1000 * km},
                     predicted + Db{offset + per_decade * std::log10(km) + scatter}, predicted});
    }
  }
  return all;
}

TEST(Calibration, FindsAnOffsetAndShowsWhatItGains) {
  const auto calibration = calibrate(off_by(7, 0, 4));
  ASSERT_EQ(calibration.profiles.size(), 1U);
  const ProfileCalibration& found = calibration.profiles[0];
  EXPECT_NEAR(found.before.bias.value(), 7, 0.2);
  EXPECT_EQ(found.kind, CorrectionKind::Offset);
  EXPECT_NEAR(found.correction.offset.value(), 7, 0.2);
  EXPECT_NEAR(found.rmse_unseen_none.value(), std::hypot(7, 1.41), 0.2);
  EXPECT_LT(found.rmse_unseen_offset.value(), 1.6);
  EXPECT_NEAR(found.after.bias.value(), 0, 1e-9);
  EXPECT_EQ(calibration.sites.size(), 4U);
  EXPECT_EQ(calibration.sites[2].error.count, 20U);
}

TEST(Calibration, FindsASlopeOnlyWhereDistancesTellIt) {
  const auto sloped = calibrate(off_by(3, -8, 4)).profiles[0];
  EXPECT_EQ(sloped.kind, CorrectionKind::OffsetAndSlope);
  EXPECT_NEAR(sloped.correction.per_decade.value(), -8, 0.5);
  EXPECT_NEAR(sloped.correction.at(Metres{10'000}).value(), -5, 0.7);
  std::vector<Compared> near = off_by(3, -8, 4);
  for (Compared& one : near) {
    one.away = Metres{2'000};  // all alike: no slope can be told
  }
  EXPECT_NE(calibrate(near).profiles[0].kind, CorrectionKind::OffsetAndSlope);
}

TEST(Calibration, LeavesAGoodModelAndFewMeasurementsAlone) {
  EXPECT_EQ(calibrate(off_by(0, 0, 4)).profiles[0].kind, CorrectionKind::None);
  auto few = off_by(7, 0, 1);
  few.resize(9);
  EXPECT_EQ(calibrate(few).profiles[0].kind, CorrectionKind::None);
  EXPECT_THAT(calibrate({}).profiles, IsEmpty());
  // Two sites that are off by unlike amounts: the mean of both fits both better, and neither tells of the other.
  std::vector<Compared> apart = off_by(9, 0, 1);
  for (const Compared& one : off_by(-3, 0, 1)) {
    apart.push_back(one);
    apart.back().site = "other";
  }
  EXPECT_EQ(calibrate(apart).profiles[0].kind, CorrectionKind::None);
}

}  // namespace
}  // namespace karkara::planner
