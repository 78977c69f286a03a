// A plan beside what is up now: sums, what one site costs to look at, which site stands where, the map, and how far a
// search is.
#include <gmock/gmock.h>

#include "controller/planner/live/coverage_map.h"
#include "controller/planner/live/division_table.h"
#include "controller/planner/live/job_progress.h"
#include "controller/planner/live/live_coverage.h"
#include "controller/planner/live/site_match.h"
#include "tests/controller/planner_io/sample_plan.h"

namespace karkara::planner {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

enum : std::uint32_t { kA, kB, kRelay, kC, kD };

PlanDivisions sample_divisions(const Plan& plan) {
  const AreaNames tillaberi{"Tillabéri", "Kollo", "Youri"};
  const AreaNames tahoua{"Tahoua", "Abalak", "Abalak"};
  PlanDivisions divisions{std::vector<AreaNames>(plan.sites.size(), tillaberi),
                          std::vector<AreaNames>(plan.settlements.size(), tillaberi)};
  divisions.sites[kD] = tahoua;
  divisions.settlements[3] = tahoua;
  divisions.settlements[4] = {"Tillabéri", "", ""};
  return divisions;
}

LiveCoverage sample_coverage(Plan plan = sample_plan()) {
  const PlanDivisions divisions = sample_divisions(plan);
  return {std::make_shared<const Plan>(std::move(plan)), divisions};
}

const CoverageSums& sums_of(const LiveCoverage& coverage, const std::string& region, unsigned level) {
  for (const AreaCoverage& area : coverage.areas()) {
    if (area.level == level && area.name[0] == region) {
      return area.sums;
    }
  }
  return coverage.whole();
}

TEST(LiveCoverage, SumsThePlanByAreaWhileNothingIsUp) {
  const LiveCoverage coverage = sample_coverage();
  EXPECT_EQ(coverage.whole().people, 6'300);
  EXPECT_EQ(coverage.whole().people_planned, 6'000);
  EXPECT_EQ(coverage.whole().people_served, 0);
  EXPECT_EQ(coverage.whole().settlements_unknown, 1U);
  EXPECT_EQ(coverage.whole().cost, coverage.plan().totals.cost);
  std::vector<std::string> names;
  for (const AreaCoverage& area : coverage.areas()) {
    names.push_back(std::to_string(area.level) + area.name[0] + "/" + area.name[1] + "/" + area.name[2]);
  }
  EXPECT_THAT(names, ElementsAre("0//", "1Tahoua//", "2Tahoua/Abalak/", "3Tahoua/Abalak/Abalak", "1Tillabéri//",
                                 "2Tillabéri//", "3Tillabéri//", "2Tillabéri/Kollo/", "3Tillabéri/Kollo/Youri"));
  EXPECT_EQ(sums_of(coverage, "Tahoua", 1).people, 100);
  EXPECT_EQ(sums_of(coverage, "Tillabéri", 1).people, 6'200);
}

TEST(LiveCoverage, OneSiteCostsItsOwnSettlementsAlone) {
  LiveCoverage coverage = sample_coverage();
  EXPECT_EQ(coverage.set_up(kA, true), 3U) << "two best, one second best";
  EXPECT_EQ(coverage.set_up(kA, true), 0U) << "nothing changed";
  EXPECT_EQ(coverage.set_up(kD, true), 1U);
  EXPECT_EQ(coverage.set_up(kRelay, true), 0U);
  EXPECT_EQ(coverage.whole().people_served, 5'100);
  EXPECT_EQ(coverage.whole().settlements_served, 4U);
  EXPECT_EQ(coverage.whole().sites_up, 3U);
  EXPECT_EQ(sums_of(coverage, "Tahoua", 3).people_served, 100);
  EXPECT_EQ(coverage.set_up(kD, false), 1U);
  EXPECT_EQ(sums_of(coverage, "Tahoua", 1).people_served, 0);
}

TEST(LiveCoverage, TheSecondSiteServesWhileTheBestIsDown) {
  LiveCoverage coverage = sample_coverage();
  coverage.set_up(kA, true);
  EXPECT_EQ(coverage.served_by(1), ServedBy::Second);
  EXPECT_EQ(coverage.whole().people_by_second, 1'000);
  coverage.set_up(kB, true);
  EXPECT_EQ(coverage.served_by(1), ServedBy::Best);
  EXPECT_EQ(coverage.whole().people_by_second, 0);
  EXPECT_EQ(coverage.whole().people_served, 5'000);
  coverage.set_up(kB, false);
  coverage.set_up(kA, false);
  EXPECT_EQ(coverage.served_by(1), ServedBy::Nobody);
  EXPECT_EQ(coverage.whole(), sample_coverage().whole());
}

TEST(LiveCoverage, CountsPeopleByPhase) {
  Plan plan = sample_plan();
  plan.sites[kA].phase = 1;
  plan.sites[kB].phase = 3;
  plan.sites[kC].phase = 10'000;
  const LiveCoverage coverage = sample_coverage(plan);
  EXPECT_THAT(coverage.whole().people_by_phase, ElementsAre(4'000, 0, 1'000));
}

TEST(LiveCoverage, AnyOrderOfEventsLeavesTheSameSums) {
  LiveCoverage one = sample_coverage();
  LiveCoverage other = sample_coverage();
  for (const std::uint32_t site : {kA, kB, kC, kD}) {
    one.set_up(site, true);
  }
  for (const std::uint32_t site : {kD, kC, kB, kA}) {
    other.set_up(site, true);
    other.set_up(site, false);
    other.set_up(site, true);
  }
  for (std::size_t i = 0; i < one.areas().size(); ++i) {
    EXPECT_EQ(one.areas()[i].sums, other.areas()[i].sums);
  }
}

TEST(SiteMatch, GoesByIdThenByTheNearestEachOnce) {
  const Plan plan = sample_plan();
  const auto at = [](double latitude, double longitude) { return std::optional{sample_place(latitude, longitude)}; };
  const std::vector<FleetPlace> fleet{{"far", at(13.52, 2.1)},      // 2.2 km from A
                                      {"near-b", at(13.601, 2.1)},  // 111 m from B
                                      {"D", at(14.505, 3.5)},       // by its id ...
                                      {"C", std::nullopt},          // ... wherever it may be ...
                                      {"A", at(0, 0)},              // ... but not elsewhere
                                      {"nearer-b", at(13.6005, 2.1)},
                                      {"nowhere", std::nullopt}};
  EXPECT_THAT(match_sites(plan, fleet), ElementsAre(kNoSite, 5, kNoSite, 3, 2));
  EXPECT_THAT(match_sites(plan, {}), ElementsAre(kNoSite, kNoSite, kNoSite, kNoSite, kNoSite));
  EXPECT_THAT(match_sites(plan, {{"two", at(13.5, 2.1)}}, Metres{0}),
              ElementsAre(0, kNoSite, kNoSite, kNoSite, kNoSite));
}

TEST(SiteMatch, OneMastIsNotTwoOfThePlansSites) {
  Plan plan = sample_plan();
  plan.sites[kB].place = sample_place(13.505, 2.1);
  EXPECT_THAT(match_sites(plan, {{"between", sample_place(13.502, 2.1)}}),
              ElementsAre(0, kNoSite, kNoSite, kNoSite, kNoSite));
}

TEST(DivisionTable, IsReadInThePlansOrder) {
  const auto table = parse_divisions(
      "id,name,region,department,commune\n1,a,Tahoua,\"Abalak; x\",\n\"'=A,1\",b,'=evil,,\n", {"1", "=A,1"});
  ASSERT_TRUE(table.ok()) << table.error().text;
  EXPECT_THAT((*table)[0], ElementsAre("Tahoua", "Abalak; x", ""));
  EXPECT_THAT((*table)[1], ElementsAre("=evil", "", ""));
}

TEST(DivisionTable, RefusesThatOfAnotherPlan) {
  const std::string head = "id,region,department,commune\n";
  EXPECT_TRUE(parse_divisions(head + "1,a,b,c\n", {"1"}).ok());
  EXPECT_FALSE(parse_divisions(head + "1,a,b,c\n", {"2"}).ok());
  EXPECT_FALSE(parse_divisions(head + "1,a,b,c\n", {"1", "2"}).ok());
  EXPECT_FALSE(parse_divisions(head + "1,a,b\n", {"1"}).ok());
  EXPECT_FALSE(parse_divisions("id,region\n1,a\n", {"1"}).ok());
  EXPECT_FALSE(parse_divisions("", {}).ok());
}

TEST(DivisionTable, OfAPlanWithoutSitesIsEmpty) {
  const auto table = parse_divisions("latitude,longitude\n", {});
  ASSERT_TRUE(table.ok()) << table.error().text;
  EXPECT_TRUE(table->empty());
  EXPECT_FALSE(parse_divisions("latitude,longitude\n1,2\n", {}).ok());
  EXPECT_FALSE(parse_divisions("latitude,longitude\n1\n", {}).ok());
}

TEST(CoverageMap, TellsEveryStateAndTrustsNoName) {
  LiveCoverage coverage = sample_coverage();
  coverage.set_up(kA, true);
  const std::string map = coverage_geojson(coverage, {"site-a", "site-b", "", "", ""});
  EXPECT_THAT(map, HasSubstr(R"("name":"Gona","people":4000,"state":"up")"));
  EXPECT_THAT(map, HasSubstr(R"("people":1000,"state":"second")"));
  EXPECT_THAT(map, HasSubstr(R"("name":"Behind","people":300,"state":"none")"));
  EXPECT_THAT(map, HasSubstr(R"("name":"Abalak","people":100,"state":"planned")"));
  EXPECT_THAT(map, HasSubstr(R"("name":"6","people":null)"));
  EXPECT_THAT(map, HasSubstr(R"("fleet":"site-a","phase":0,"people":4000,"state":"up")"));
  EXPECT_THAT(map, HasSubstr(R"("fleet":"site-b","phase":0,"people":1000,"state":"down")"));
  EXPECT_THAT(map, HasSubstr(R"("people_served_now":5000,"settlements_left_out":0)"));
  EXPECT_THAT(map, Not(HasSubstr("<script>")));
  const std::string small = coverage_geojson(coverage, {"", "", "", "", ""}, 2);
  EXPECT_THAT(small, HasSubstr(R"("settlements_left_out":4)"));
  EXPECT_THAT(small, Not(HasSubstr("Behind")));
}

TEST(JobProgress, ComesBackAsItWas) {
  JobProgress progress{
      "sites and backhaul", 3, 24, std::chrono::seconds{17}, BestSoFar{9, 800, 1'000, 123'456, 0.125}, 3};
  auto read = parse_progress(to_text(progress));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(*read, progress);
  progress = {"a\tb\nc", 0, 0, std::nullopt, BestSoFar{}, std::nullopt};
  read = parse_progress(to_text(progress));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->stage, "a b c");
  EXPECT_EQ(read->best->gap, std::nullopt);
}

TEST(JobProgress, RefusesWhatIsTornOrOfAnotherVersion) {
  const std::string text = to_text({"search", 1, 2, std::nullopt, BestSoFar{}, 0});
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_FALSE(parse_progress(text.substr(0, length)).ok()) << length;
  }
  for (const char* line : {"left\t-1", "best\t1\t2", "ended\t256", "ended\tno", "other\t1", "best\t1\t1\t1\t1\tnan"}) {
    EXPECT_FALSE(parse_progress("karkara-plan progress 1\n" + std::string{line} + "\nend\n").ok()) << line;
  }
  EXPECT_FALSE(parse_progress("karkara-plan progress 2\nend\n").ok());
  EXPECT_FALSE(parse_progress("karkara-plan progress 12end\n\nend\n").ok());
}

}  // namespace
}  // namespace karkara::planner
