// What follows from a plan: phases, the curve, comparisons, losses, one more mast.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "controller/planner/link/access_table.h"
#include "controller/planner/roadmap/build_order.h"
#include "controller/planner/roadmap/compare.h"
#include "controller/planner/roadmap/one_mast.h"
#include "controller/planner/roadmap/phases.h"
#include "controller/planner/roadmap/plan_losses.h"
#include "controller/planner/terrain/formula_terrain.h"
#include "tests/controller/planner_io/sample_plan.h"

namespace karkara::planner {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(CostCurve, BuysTheMostPeopleFirstAndBuildsWhatTheyHangOn) {
  const auto curve = cost_curve(sample_plan());
  // A costs nothing; B: 1000 people for 102,000; C needs the relay: 900 for 124,000; D: 100 for 120,000.
  ASSERT_EQ(curve.size(), 4U);
  EXPECT_EQ(curve[0].people, 4'000);
  EXPECT_EQ(curve[0].npv, 0);
  EXPECT_EQ(curve[1].people, 5'000);
  EXPECT_EQ(curve[1].npv, 102'000);
  EXPECT_EQ(curve[2].sites, 4U);
  EXPECT_EQ(curve[2].npv, 102'000 + 42'000 + 82'000);
  EXPECT_EQ(curve[3].npv, sample_plan().totals.cost.npv);
  EXPECT_NEAR(curve[3].last_per_person, 1'200, 1e-9);
  EXPECT_EQ(point_at(curve, 6'000, 0.8)->people, 5'000);
  EXPECT_FALSE(point_at(curve, 6'300, 1.0));  // the plan leaves 300 out
}

PhaseRules rules(std::vector<Money> budgets) {
  PhaseRules rules;
  rules.budgets = std::move(budgets);
  return rules;
}

TEST(Phases, SpendEachYearsBudgetOnPeopleAndRunningCosts) {
  Plan plan = sample_plan();
  const Borders none;
  const auto table = phase_plan(plan, rules({60'000, 70'000}), Regions{none});
  ASSERT_TRUE(table.ok());
  const Phase& first = table->phases[0];
  EXPECT_EQ(first.capex, 51'000);  // A and B
  EXPECT_EQ(first.people, 5'000);
  EXPECT_EQ(first.left, 9'000);
  const Phase& second = table->phases[1];
  EXPECT_EQ(second.budget, 79'000);
  EXPECT_EQ(second.running, 5'100);
  EXPECT_EQ(second.capex, 62'000);  // the relay and C
  EXPECT_EQ(second.people_total, 5'900);
  EXPECT_EQ(table->sites_left, 1U);
  EXPECT_EQ(table->people_left, 100);
  EXPECT_EQ(plan.sites[4].phase, 0U);
  EXPECT_EQ(plan.sites[2].phase, 2U);
  for (const PlanSite& site : plan.sites) {  // nobody works before what it hangs on
    if (site.backhaul == BackhaulKind::Hop && site.phase != 0) {
      EXPECT_LE(plan.sites[site.hop.parent].phase, site.phase);
      EXPECT_NE(plan.sites[site.hop.parent].phase, 0U);
    }
  }
}

TEST(Phases, FollowRulesOfPriority) {
  const Borders none;
  Plan plan = sample_plan();
  PhaseRules first = rules({60'000});
  first.regions = {"NE005"};
  ASSERT_TRUE(phase_plan(plan, first, Regions{none}).ok());
  EXPECT_EQ(plan.sites[4].phase, 1U);
  EXPECT_EQ(plan.sites[1].phase, 0U);  // no money is left for B
  plan = sample_plan();
  PhaseRules eligible = rules({62'000});
  eligible.priority = Priority::Eligible;
  plan.settlements[1].eligible = false;  // B's people do not count, C's do
  ASSERT_TRUE(phase_plan(plan, eligible, Regions{none}).ok());
  EXPECT_EQ(plan.sites[3].phase, 1U);
  EXPECT_EQ(plan.sites[1].phase, 0U);
  plan = sample_plan();
  PhaseRules fair = rules({60'000});
  fair.priority = Priority::FairRegions;
  ASSERT_TRUE(phase_plan(plan, fair, Regions{none}).ok());
  EXPECT_EQ(plan.sites[4].phase, 1U);  // its region has nobody served yet
}

TEST(Phases, SpendARegionsBudgetInThatRegionAndTellWhatItBuys) {
  Plan plan = sample_plan();
  const Borders none;
  PhaseRules regions;
  regions.region_budgets = {{"NE005", {70'000}}, {"NE006", {51'000, 70'000}}};
  const auto table = phase_plan(plan, regions, Regions{none});
  ASSERT_TRUE(table.ok()) << table.error().text;
  ASSERT_EQ(table->phases.size(), 2U);
  const Phase& first = table->phases[0];
  ASSERT_EQ(first.budgets.size(), 2U);
  EXPECT_EQ(first.budgets[0].region, "NE005");
  EXPECT_EQ(first.budgets[0].capex, 60'000);  // D, whom the money of all would build last
  EXPECT_EQ(first.budgets[0].left, 10'000);
  EXPECT_EQ(first.budgets[1].capex, 51'000);  // A and B
  EXPECT_EQ(first.capex, 111'000);
  EXPECT_EQ(first.people, 5'100);
  const Phase& second = table->phases[1];
  EXPECT_EQ(second.budgets[0].budget, 10'000) << "carried over";
  EXPECT_EQ(second.budgets[0].running, 6'000);
  EXPECT_EQ(second.budgets[0].left, 4'000);
  EXPECT_EQ(second.budgets[1].running, 5'100);
  EXPECT_EQ(second.budgets[1].capex, 62'000);  // the relay and C
  EXPECT_EQ(second.people_total, 6'000);
  EXPECT_EQ(table->by_region.at("NE005").people, 100);
  EXPECT_EQ(table->by_region.at("NE006").capex, 113'000);
  EXPECT_THAT(table->left_by_region, IsEmpty());
  EXPECT_EQ(plan.sites[4].phase, 1U);
}

TEST(Phases, ShareOutWhatIsForAllAfterTheRegionsOwn) {
  Plan plan = sample_plan();
  const Borders none;
  PhaseRules both = rules({51'000});
  both.region_budgets = {{"NE005", {59'999}}};
  const auto table = phase_plan(plan, both, Regions{none});
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(table->phases[0].budgets[0].sites, 0U) << "D costs 60,000";
  EXPECT_EQ(table->phases[0].budgets[1].region, "");
  EXPECT_EQ(table->phases[0].budgets[1].sites, 2U);
  EXPECT_EQ(table->left_by_region.at("NE005").people, 100);
  EXPECT_THAT(rules({51'000}).region_budgets, IsEmpty());
  EXPECT_THAT(phase_plan(plan, rules({51'000}), Regions{none})->phases[0].budgets, IsEmpty()) << "nothing apart";
}

TEST(Phases, RefuseRegionsThatAreNoneOrTwice) {
  Plan plan = sample_plan();
  const Borders none;
  const auto why = [&](std::vector<RegionBudget> budgets) {
    PhaseRules regions;
    regions.region_budgets = std::move(budgets);
    const auto table = phase_plan(plan, regions, Regions{none});
    return table ? std::string{"fine"} : table.error().text;
  };
  EXPECT_EQ(why({{"NE005", {1}}}), "fine");
  EXPECT_THAT(why({{"Atlantis", {1}}}), HasSubstr("lies in a region 'Atlantis'"));
  EXPECT_THAT(why({{"", {1}}}), HasSubstr("lies in a region ''"));
  EXPECT_THAT(why({{"NE005", {1}}, {"NE005", {1}}}), HasSubstr("two lists"));
  EXPECT_THAT(why({{"NE005", {-1}}}), HasSubstr("0 to 10^15"));
  EXPECT_THAT(why({{"NE005", std::vector<Money>(101, 1)}}), HasSubstr("100 years"));
  EXPECT_THAT(why({{"NE005", {}}}), HasSubstr("no budget"));
}

TEST(Phases, RefuseRulesThatAreNone) {
  Plan plan = sample_plan();
  const Borders none;
  const Regions regions{none};
  EXPECT_FALSE(phase_plan(plan, rules({}), regions).ok());
  EXPECT_FALSE(phase_plan(plan, rules({-1}), regions).ok());
  PhaseRules elsewhere = rules({1});
  elsewhere.regions = {"Atlantis"};
  EXPECT_THAT(phase_plan(plan, elsewhere, regions).error().text, HasSubstr("Atlantis"));
  const auto nothing = phase_plan(plan, rules({0}), regions);
  ASSERT_TRUE(nothing.ok());
  EXPECT_EQ(nothing->phases[0].people, 4'000);  // what costs nothing is had for nothing
}

TEST(Phases, SurviveAPlanWhoseHopsRunInACircle) {
  Plan plan = sample_plan();
  plan.sites[2].hop.parent = 3;
  const Borders none;
  const auto table = phase_plan(plan, rules({1'000'000}), Regions{none});
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(table->sites_stranded, 2U);
  EXPECT_EQ(cost_curve(plan).back().people, 5'100);
}

TEST(Compare, SaysWhatDiffersSiteBySite) {
  const Plan before = sample_plan();
  Plan after = before;
  EXPECT_THAT(compare(before, after).sites, IsEmpty());
  EXPECT_THAT(compare(before, after).settlements, IsEmpty());
  after.sites[1].mast = Metres{45};
  after.sites[1].place = sample_place(13.601, 2.1);
  after.sites[4].id = "E";
  after.settlements[3].server.reset();
  after.settlements[3].why = WhyUnserved::TooFar;
  after.settlements[4].server = PlanServer{1, Metres{9'000}, Db{2}, BitsPerSecond{1e6}};
  after.settlements[2].server->margin = Db{10};
  after.settlements[5].id = "7";
  const PlanComparison found = compare(before, after);
  ASSERT_EQ(found.sites.size(), 3U);
  EXPECT_THAT(found.sites[0].what, Contains("mast 30 m -> 45 m"));
  EXPECT_THAT(found.sites[0].what, Contains("moved 111 m"));
  EXPECT_EQ(found.sites[1].after, kNoSite);
  EXPECT_EQ(found.sites[2].before, kNoSite);
  ASSERT_EQ(found.settlements.size(), 3U);
  EXPECT_EQ(found.settlements[0].what, "by C, margin -2.3 dB");
  EXPECT_TRUE(found.settlements[1].lost);
  EXPECT_TRUE(found.settlements[2].gained);
  EXPECT_EQ(found.settlements[2].what, "nobody -> B");
  EXPECT_THAT(found.only_before, ElementsAre("6"));
  EXPECT_THAT(found.only_after, ElementsAre("7"));
}

TEST(PlanLoss, TakesDownWhatHangsOnALostSite) {
  const Plan plan = sample_plan();
  const std::uint32_t relay[]{2};
  const PlanLoss small = loss_of(plan, relay);
  EXPECT_THAT(small.down, ElementsAre(2, 3));
  EXPECT_EQ(small.people_unserved, 900);
  const std::uint32_t b[]{1};
  const PlanLoss second = loss_of(plan, b);
  EXPECT_THAT(second.fall_back, ElementsAre(1));
  EXPECT_EQ(second.people_falling_back, 1'000);
  EXPECT_THAT(second.unserved, IsEmpty());
  const std::uint32_t root[]{0, 99};  // of no site: nothing more
  EXPECT_EQ(loss_of(plan, root).down.size(), 4U);
  EXPECT_EQ(loss_of(plan, root).people_unserved, 5'900);
}

RadioProfile small_cell() {
  RadioProfile radio;
  radio.id = "test";
  radio.frequency = Megahertz{700};
  radio.channel = Megahertz{5};
  radio.power = Dbm{36};
  radio.antenna.gain = Db{9};
  radio.eirp_limit = Dbm{60};
  radio.noise_figure = Db{5};
  radio.rates = {{Db{-6}, 0.15}, {Db{10}, 2}};
  radio.least_down = BitsPerSecond{500e3};
  radio.least_up = BitsPerSecond{100e3};
  radio.reach = Metres{8'000};
  return radio;
}

// Each of 60 villages might get the mast; the answer must be what looking at all of them gives.
TEST(OneMast, IsWhereItServesTheMost) {
  const FormulaTerrain hills{{5, 300, 40}};
  const auto model = AccessModel::make(small_cell(), {Metres{20}}, GroundKind{});
  ASSERT_TRUE(model.ok()) << model.error().text;
  OneMastQuestion question;
  for (int i = 0; i < 60; ++i) {
    question.unserved.push_back(sample_place(13.5 + 0.013 * (i % 8), 2.0 + 0.011 * (i * i % 53)));
    question.people.push_back(100 + i * 37 % 900);
  }
  question.candidates = question.unserved;
  question.answers = 3;
  question.standing = {sample_place(13.45, 2.2)};
  question.standing_masts = {Metres{60}};
  question.hop.reach = Metres{30'000};
  question.hop.frequency = Megahertz{5'800};
  question.hop.heights = {Metres{60}};
  SerialExecutor executor;
  const auto found = best_mast(question, hills, *model, executor, [] { return false; });
  const AccessTable all = access_table(hills, {question.candidates, question.unserved, 0}, *model, executor);
  std::vector<std::int64_t> people(60);
  for (std::size_t site = 0; site < 60; ++site) {
    for (const AccessPair& pair : all.of(site)) {
      people[site] += question.people[pair.settlement];
    }
  }
  ASSERT_EQ(found.answers.size(), 3U);
  EXPECT_EQ(found.answers[0].people, *std::max_element(people.begin(), people.end()));
  EXPECT_EQ(found.answers[0].people, people[found.answers[0].candidate]);
  EXPECT_GE(found.answers[0].people, found.answers[1].people);
  EXPECT_LT(found.answers[0].served.size(), 60U);
  EXPECT_TRUE(best_mast(question, hills, *model, executor, [] { return true; }).cancelled);
}

TEST(OneMast, HopsOnlyWhereItsRadioKeepsTheYear) {
  const FormulaTerrain plain{{1, 300, 0}};
  const auto model = AccessModel::make(small_cell(), {Metres{40}}, GroundKind{});
  ASSERT_TRUE(model.ok()) << model.error().text;
  OneMastQuestion question;
  question.unserved = question.candidates = {sample_place(13.5, 2.0)};
  question.people = {500};
  question.standing = {sample_place(13.5, 2.15)};
  question.standing_masts = {Metres{60}};
  question.hop.reach = Metres{30'000};
  question.hop.frequency = Megahertz{5'800};
  question.hop.heights = {Metres{60}};
  RadioProfile hop = small_cell();
  hop.use = RadioUse::Backhaul;
  hop.frequency = Megahertz{5'800};
  hop.channel = Megahertz{20};
  hop.antenna.gain = Db{29};
  hop.rates = {{Db{5}, 0.65}};
  hop.least_down = BitsPerSecond{5e6};
  hop.reach = Metres{30'000};
  hop.climate = {-6, 50, 60};
  hop.availability = Percent{99.9};
  SerialExecutor executor;
  const auto hops = [&] {
    const auto found = best_mast(question, plain, *model, executor, [] { return false; });
    return !found.answers.empty() && found.answers[0].way_out.has_value();
  };
  EXPECT_TRUE(hops());
  hop.power = Dbm{7};
  question.hop_radio = hop;
  EXPECT_TRUE(hops());
  question.hop_radio->power = Dbm{-40};
  EXPECT_FALSE(hops());
}

}  // namespace
}  // namespace karkara::planner
