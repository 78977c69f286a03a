// The fleet beside a plan: which site stands where, who serves, and the lists that karkara-plan reads of it.
#include "controller/planning/coverage_watch.h"

#include <gmock/gmock.h>

#include "controller/planner/existing/mast_import.h"
#include "controller/planner/measure/measurement_import.h"
#include "tests/controller/planner_io/sample_plan.h"
#include "tests/controller/support/fixed_fleet.h"

namespace karkara {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

SiteId site_id(const char* text) {
  return SiteId::parse(text).value();
}

void add_at(FixedFleet& fleet, const char* id, double latitude, double longitude) {
  SiteRecord record;
  record.id = site_id(id);
  record.name = std::string{"Mast, "} + id;
  record.latitude = Degrees{latitude};
  record.longitude = Degrees{longitude};
  fleet.apply(SiteRegistered{record});
}

CoverageWatch watch_of_sample(planner::Plan sample = planner::sample_plan()) {
  auto plan = std::make_shared<const planner::Plan>(std::move(sample));
  planner::PlanDivisions divisions{std::vector<planner::AreaNames>(plan->sites.size()),
                                   std::vector<planner::AreaNames>(plan->settlements.size())};
  return {plan, divisions};
}

// "a" stands at A, "b" at B.
class CoverageWatchTest : public testing::Test {
 protected:
  CoverageWatchTest() {
    add_at(fleet_, "a", 13.5, 2.1);
    add_at(fleet_, "b", 13.6, 2.1);
    add_at(fleet_, "elsewhere", 10, 1);
    watch_.look_at_all(standing_sites(fleet_.fleet));
  }
  bool look_at(const char* id) { return watch_.look_at(standing_sites(fleet_.fleet, {site_id(id)})); }
  std::int64_t served() const { return watch_.live().whole().people_served; }

  FixedFleet fleet_;
  CoverageWatch watch_ = watch_of_sample();
};

TEST_F(CoverageWatchTest, ASiteThatComesUpServesItsSettlements) {
  EXPECT_THAT(watch_.standing(), ElementsAre("a", "b", "", "", ""));
  EXPECT_EQ(served(), 0);
  fleet_.greet("b", "vsat", "vsat");
  const std::size_t before = watch_.settlements_looked_at();
  EXPECT_TRUE(look_at("b"));
  EXPECT_EQ(served(), 1'000);
  EXPECT_EQ(watch_.settlements_looked_at() - before, 1U) << "of six settlements only its own";
  EXPECT_TRUE(look_at("elsewhere"));
  EXPECT_EQ(watch_.settlements_looked_at() - before, 1U);
}

TEST_F(CoverageWatchTest, SilenceAndSheddingEndService) {
  fleet_.greet("a", "vsat", "vsat");
  EXPECT_TRUE(look_at("a"));
  EXPECT_EQ(served(), 5'000) << "with whom it serves second best";
  SiteReport report;
  report.active_uplink = "vsat";
  report.classes = {{"public", "", "shed"}};
  fleet_.apply(SiteReported{site_id("a"), report});
  EXPECT_TRUE(look_at("a"));
  EXPECT_EQ(served(), 0) << "all of the village's traffic is shed";
  report.classes = {};
  fleet_.apply(SiteReported{site_id("a"), report});
  EXPECT_TRUE(look_at("a"));
  EXPECT_EQ(served(), 5'000);
  report.active_uplink.clear();
  fleet_.apply(SiteReported{site_id("a"), report});
  EXPECT_TRUE(look_at("a"));
  EXPECT_EQ(served(), 0) << "no way out";
  report.active_uplink = "vsat";
  fleet_.apply(SiteReported{site_id("a"), report});
  fleet_.wait(std::chrono::seconds{3'600});
  fleet_.fleet.tick(fleet_.now);
  EXPECT_TRUE(look_at("a"));
  EXPECT_EQ(served(), 0) << "silent";
}

TEST_F(CoverageWatchTest, SitesThatTakeEachOthersPlaceAreSeenThoughTheSumsStay) {
  planner::Plan alike = planner::sample_plan();
  alike.settlements.resize(2);
  alike.settlements[0].people = alike.settlements[1].people;
  alike.settlements[1].second.reset();
  CoverageWatch watch = watch_of_sample(alike);
  fleet_.greet("a", "vsat", "vsat");
  watch.look_at_all(standing_sites(fleet_.fleet));
  const planner::CoverageSums before = watch.live().whole();
  EXPECT_TRUE(watch.look_at(standing_sites(fleet_.fleet, {site_id("a")})));
  EXPECT_EQ(watch.flips(), 0U);
  fleet_.apply(SiteReported{site_id("a"), {}});  // no way out
  fleet_.greet("b", "vsat", "vsat");
  EXPECT_TRUE(watch.look_at(standing_sites(fleet_.fleet, {site_id("a"), site_id("b")})));
  EXPECT_EQ(watch.live().whole(), before);
  EXPECT_EQ(watch.live().served_by(0), planner::ServedBy::Nobody);
  EXPECT_EQ(watch.flips(), 2U);
}

TEST_F(CoverageWatchTest, ASiteThatIsNewOrMovedHasAllMatchedAgain) {
  fleet_.greet("elsewhere", "vsat", "vsat");
  EXPECT_TRUE(look_at("elsewhere"));
  add_at(fleet_, "elsewhere", 14.5, 3.5);
  EXPECT_FALSE(look_at("elsewhere"));
  watch_.look_at_all(standing_sites(fleet_.fleet));
  EXPECT_THAT(watch_.standing(), ElementsAre("a", "b", "", "", "elsewhere"));
  EXPECT_EQ(served(), 100);
  EXPECT_EQ(watch_.mast_heights().at(site_id("elsewhere")), Metres{30});
  add_at(fleet_, "new", 13.5, 2.5);
  EXPECT_FALSE(look_at("new"));
}

TEST(FleetLists, SitesAreMastsThatThePlannerReads) {
  FixedFleet fleet;
  add_at(fleet, "a", 13.5, 2.1);
  add_at(fleet, "b", 13.6, 2.2);
  add_at(fleet, "never-heard", 13.7, 2.3);
  fleet.add("without-place", "Tahoua");
  fleet.greet("a", "vsat", "vsat");
  fleet.greet("b", "neighbours", "mesh");
  fleet.greet("without-place", "vsat", "vsat");
  const std::string csv = masts_csv(fleet.fleet, {{site_id("a"), Metres{45}}});
  const auto table = planner::parse_csv(csv);
  ASSERT_TRUE(table.ok());
  const auto masts = planner::import_masts(*table, planner::Areas{{}});
  ASSERT_TRUE(masts.ok());
  EXPECT_TRUE(masts->problems.empty());
  ASSERT_EQ(masts->masts.size(), 2U);
  EXPECT_EQ(masts->masts[0].id, "a");
  EXPECT_EQ(masts->masts[0].name, "Mast, a");
  EXPECT_EQ(masts->masts[0].height, Metres{45});
  EXPECT_EQ(masts->masts[0].technology, "gateway");
  EXPECT_EQ(masts->masts[1].technology, "mesh");
  EXPECT_EQ(masts->masts[1].height, std::nullopt);
  SiteRecord registered = fleet.fleet.find(site_id("a"))->record;
  registered.mast = Metres{24};
  fleet.apply(SiteRegistered{registered});
  EXPECT_THAT(masts_csv(fleet.fleet, {{site_id("a"), Metres{45}}}), testing::HasSubstr(",24.0,karkara,gateway"))
      << "what somebody wrote down counts before a plan";
}

TEST(FleetLists, LinksAreMeasurementsThatThePlannerReads) {
  FixedFleet fleet;
  add_at(fleet, "a", 13.5, 2.1);
  add_at(fleet, "b", 13.6, 2.2);
  SiteReport report;
  report.mesh_radios = {{"mesh0", "02:00:00:00:00:0b", 5'180}};
  fleet.apply(SiteGreeted{site_id("b"), "1.0", report, {}, fleet.now.wall});
  fleet.greet("a", "vsat", "vsat");
  fleet.sample("a", SeriesId::MeshPeerSignal, "02:00:00:00:00:0b", -61.0);
  fleet.sample("a", SeriesId::MeshPeerSignal, "02:00:00:00:00:99", -50.0);  // of nobody in the fleet
  const std::string csv = links_csv(fleet.fleet, fleet.now);
  EXPECT_THAT(csv, HasSubstr("13.500000,2.100000,-61.0,b,5180,a,0\n"));
  EXPECT_THAT(csv, Not(HasSubstr("-50")));
  const auto table = planner::parse_csv(csv);
  ASSERT_TRUE(table.ok());
  const auto measured = planner::import_measurements(*table, planner::Areas{{}});
  ASSERT_TRUE(measured.ok()) << measured.error().text;
  EXPECT_TRUE(measured->problems.empty());
  ASSERT_EQ(measured->samples.size(), 1U);
  EXPECT_EQ(measured->samples[0].site, "b");
  EXPECT_EQ(measured->samples[0].level, Dbm{-61});
  EXPECT_EQ(measured->samples[0].frequency, Megahertz{5'180});
  fleet.wait(std::chrono::hours{25});
  EXPECT_THAT(links_csv(fleet.fleet, fleet.now), Not(HasSubstr("-61"))) << "older than a day";
}

}  // namespace
}  // namespace karkara
