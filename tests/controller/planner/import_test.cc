#include <gmock/gmock.h>

#include "controller/planner/people/number_text.h"
#include "controller/planner/people/settlement_columns.h"
#include "controller/planner/people/settlement_import.h"

namespace karkara::planner {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Place at(double latitude, double longitude) {
  return {Degrees{latitude}, Degrees{longitude}};
}

// A square country with a western and an eastern half.
Areas country() {
  return Areas{{{"NE", "Niger", {{at(12, 1), at(12, 5), at(16, 5), at(16, 1)}}}}};
}
Areas halves() {
  return Areas{{{"NE001", "West", {{at(12, 1), at(12, 3), at(16, 3), at(16, 1)}}},
                {"NE002", "East", {{at(12, 3), at(12, 5), at(16, 5), at(16, 3)}}}}};
}

SettlementImport import_csv(const std::string& text) {
  const auto table = parse_csv(text);
  EXPECT_TRUE(table.ok());
  auto import = import_settlements(*table, country(), halves());
  EXPECT_TRUE(import.ok());
  return *std::move(import);
}

std::vector<ImportDoubt> doubts(const SettlementImport& import) {
  std::vector<ImportDoubt> all;
  for (const ImportProblem& problem : import.problems) {
    all.push_back(problem.doubt);
  }
  return all;
}

TEST(Csv, ReadsQuotesSeparatorsAndMarks) {
  const auto table = parse_csv("\xEF\xBB\xBFname;lat;lon\r\n\"Dan; \"\"Gona\"\"\";13,5;2,1\r\n\r\nA\n\"x\ny\";1;2\n");
  ASSERT_TRUE(table.ok());
  EXPECT_THAT(table->columns, ElementsAre("name", "lat", "lon"));
  ASSERT_EQ(table->rows.size(), 2U);
  EXPECT_THAT(table->rows[0].fields, ElementsAre("Dan; \"Gona\"", "13,5", "2,1"));
  EXPECT_EQ(table->rows[1].number, 5U);
  ASSERT_EQ(table->problems.size(), 1U);
  EXPECT_EQ(table->problems[0].text, "line 4: 1 fields, the header has 3");
}

TEST(Csv, TellsAQuoteThatNeverEndsAndRefusesNothing) {
  const auto torn = parse_csv("name,lat\n\"Gona,13\nB,12\n");
  ASSERT_TRUE(torn.ok());
  ASSERT_EQ(torn->problems.size(), 1U);
  EXPECT_THAT(torn->problems[0].text, HasSubstr("line 2: a quote is never closed"));
  EXPECT_FALSE(parse_csv("").ok());
  EXPECT_FALSE(parse_csv("\n").ok());
}

TEST(Angle, IsReadAsPeopleWriteIt) {
  const auto degrees = [](const char* text) { return parse_angle(text)->degrees; };
  EXPECT_DOUBLE_EQ(degrees("13.66"), 13.66);
  EXPECT_DOUBLE_EQ(degrees(" -2,5 "), -2.5);
  EXPECT_NEAR(degrees("13°39'36\"N"), 13.66, 1e-12);
  EXPECT_NEAR(degrees("13 39 36 S"), -13.66, 1e-12);
  EXPECT_NEAR(degrees("N13 39.6"), 13.66, 1e-12);
  EXPECT_NEAR(degrees("2°18′16.92″ O"), -2.3047, 1e-9);
  EXPECT_NEAR(degrees("2d18m17sE"), 2.304722, 1e-6);
  EXPECT_TRUE(parse_angle("13 39 36")->had_minutes);
  EXPECT_FALSE(parse_angle("13.66")->had_minutes);
  for (const char* text : {"", "north", "13 61 0", "13 39 36 5", "1.2.3", "N13S", "13-39", "nan", "inf", "1e999"}) {
    EXPECT_FALSE(parse_angle(text)) << text;
  }
}

TEST(Number, AllowsThousandsAndNothingDoubtful) {
  EXPECT_EQ(parse_number("1234"), 1234);
  EXPECT_EQ(parse_number("1 234"), 1234);
  EXPECT_EQ(parse_number("1,234,567"), 1'234'567);
  EXPECT_EQ(parse_number("434.7"), 434.7);
  EXPECT_EQ(parse_number("-5"), -5);
  for (const char* text : {"", "beaucoup", "1,23", "12,3456", "1 234,567", "~500", "nan"}) {
    EXPECT_FALSE(parse_number(text)) << text;
  }
}

TEST(SettlementColumns, KnowTheNamesOfTheUsualSources) {
  const auto found = [](std::vector<std::string> names) { return columns_of(Table{std::move(names), {}, {}}); };
  const SettlementColumns osm = found({"osm_id", "lat", "lon", "name", "population"});
  EXPECT_EQ(osm.id, 0U);
  EXPECT_EQ(osm.people, 4U);
  const SettlementColumns hdx = found({"ADM3_PCODE", "Latitude", "Longitude", "Nom Localite", "Pop-Total"});
  EXPECT_EQ(hdx.code, 0U);
  EXPECT_EQ(hdx.name, 3U);
  EXPECT_EQ(hdx.people, 4U);
  const SettlementColumns grid3 = found({"mgrs_code", "set_name", "pop_un_adj", "x", "y"});
  EXPECT_EQ(grid3.id, 0U);
  EXPECT_EQ(grid3.longitude, 3U);
  EXPECT_EQ(grid3.latitude, 4U);
  EXPECT_EQ(grid3.people, 2U);
}

TEST(SettlementImport, ReadsTagsBelowTheHeader) {
  const auto import = import_csv("a,b,c\n#loc+name,#geo+lat,#geo+lon\nGona,13.5,2.1\n");
  ASSERT_EQ(import.settlements.size(), 1U);
  EXPECT_EQ(import.settlements[0].name, "Gona");
}

TEST(SettlementImport, TakesWhatIsRightWithoutAWord) {
  const auto import =
      import_csv("osm_id,lat,lon,name,population,adm3_pcode\n7,13.5,2.1,Gona,1 234,NE001004\n8,13.6,2.1,,,\n");
  ASSERT_EQ(import.settlements.size(), 2U);
  EXPECT_THAT(import.problems, IsEmpty());
  EXPECT_EQ(import.settlements[0].people, 1234);
  EXPECT_EQ(import.settlements[0].id, "7");
  EXPECT_EQ(import.settlements[1].people, std::nullopt);  // unknown, not 0
}

TEST(SettlementImport, CountsSchoolsAndHealthCentresAndDoubtsWhatIsNoCount) {
  const auto import = import_csv("id,lat,lon,Ecoles,CSI\n1,13.5,2.1,2,1\n2,13.6,2.1,,\n3,13.7,2.1,-1,yes\n");
  ASSERT_EQ(import.settlements.size(), 3U);
  EXPECT_EQ(import.settlements[0].schools, 2);
  EXPECT_EQ(import.settlements[0].health_centres, 1);
  EXPECT_EQ(import.settlements[1].schools, 0);
  EXPECT_EQ(import.settlements[2].schools + import.settlements[2].health_centres, 0);
  EXPECT_THAT(doubts(import), ElementsAre(ImportDoubt::UnknownValue, ImportDoubt::UnknownValue));
}

TEST(SettlementImport, TellsEachDoubtWithItsRow) {
  const auto import = import_csv(
      "id,lat,lon,name,population,pcode\n"
      "1,13.5,2.1,Gona,100,\n"
      "2,2.1,13.6,Swapped,100,\n"
      "3,1494000,391000,Metres,100,\n"
      "4,40.0,2.1,Far,100,\n"
      "5,13°30'00\",2°30'00\",Minutes,100,\n"
      "6,13.7,2.1,Negative,-5,\n"
      "7,13.8,2.1,Text,beaucoup,\n"
      "8,13.9,2.1,Other,100,NE002001\n"
      "1,13.95,2.1,SameId,100,\n"
      "9,13.5001,2.1,Gona,100,\n"
      "10,,2.1,None,100,\n");
  EXPECT_THAT(doubts(import), ElementsAre(ImportDoubt::Swapped, ImportDoubt::WrongCrs, ImportDoubt::OutsideCountry,
                                          ImportDoubt::DegreesMinutes, ImportDoubt::BadPopulation,
                                          ImportDoubt::BadPopulation, ImportDoubt::OtherArea, ImportDoubt::Duplicate,
                                          ImportDoubt::Duplicate, ImportDoubt::NoPlace));
  std::vector<std::string> names;
  for (const Settlement& settlement : import.settlements) {
    names.push_back(settlement.name);
  }
  EXPECT_THAT(names, ElementsAre("Gona", "Swapped", "Minutes", "Negative", "Text", "Other"));
  EXPECT_EQ(import.settlements[1].place, at(13.6, 2.1));
  EXPECT_EQ(import.settlements[2].place, at(13.5, 2.5));
  EXPECT_EQ(import.settlements[3].people, std::nullopt);
  EXPECT_EQ(import.problems[0].row, 3U);
  EXPECT_THAT(import.problems[6].text, HasSubstr("it lies in NE001 (West)"));
  for (const ImportProblem& problem : import.problems) {
    EXPECT_EQ(is_left_out(problem.doubt), problem.text.find("left out") != std::string::npos) << problem.text;
  }
}

TEST(SettlementImport, AllowsTheBorderItsWidth) {
  const auto import = import_csv("id,lat,lon\n1,13.5,0.99\n2,13.5,0.9\n");  // 1 km and 11 km west of it
  EXPECT_EQ(import.settlements.size(), 1U);
  EXPECT_THAT(doubts(import), ElementsAre(ImportDoubt::OutsideCountry));
}

TEST(SettlementImport, RefusesATableWithoutPlaces) {
  const auto table = parse_csv("id,name\n1,Gona\n");
  EXPECT_THAT(import_settlements(*table, country(), halves()).error().text, HasSubstr("no columns for places"));
}

}  // namespace
}  // namespace karkara::planner
