// The busy hour: what radios, hops and ways out carry, and where a plan says that they do not.
#include <gmock/gmock.h>

#include <algorithm>

#include "controller/planner/plan/plan_fit.h"
#include "controller/planner/plan/plan_marks.h"
#include "controller/planner/plan/ways_out.h"
#include "tests/controller/planner/plan/small_country.h"

namespace karkara::planner {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr WayRates kRates{50e6, 10e6, 20e6};
const FormulaTerrain kFlat{{.relief = 0}};

TEST(WaysOut, AreAsManyOfTheCheapestKindAsCarryTheTree) {
  const OwnWays village{false, 50, 100};
  const auto is = [](const WayOut& way, BackhaulKind kind, std::uint32_t count, Money price) {
    return way.kind == kind && way.count == count && way.price == price;
  };
  EXPECT_TRUE(is(way_out(kRates, village, 10e6), BackhaulKind::Sim, 1, 50));
  EXPECT_TRUE(is(way_out(kRates, village, 15e6), BackhaulKind::Vsat, 1, 100)) << "two SIMs are no cheaper";
  EXPECT_TRUE(is(way_out(kRates, village, 45e6), BackhaulKind::Sim, 5, 250));
  EXPECT_TRUE(is(way_out(kRates, {false, kNoWayOut, 100}, 45e6), BackhaulKind::Vsat, 3, 300));
  EXPECT_TRUE(is(way_out({}, village, 1e12), BackhaulKind::Sim, 1, 50)) << "nobody told what it carries";
  const OwnWays gateway{true, kNoWayOut, 100};
  EXPECT_TRUE(is(way_out(kRates, gateway, 50e6), BackhaulKind::Gateway, 1, 0));
  EXPECT_TRUE(is(way_out(kRates, gateway, 51e6), BackhaulKind::Vsat, 3, 300));
  EXPECT_EQ(way_out(kRates, {false, kNoWayOut, kMostMoney}, 1e18).price, kMostMoney) << "and no overflow";
}

PlanInput two_villages(double kbit) {
  PlanInput input = country_of({village("a", 13, 2, 1'000), village("b", 13, 2.1, 1'000)});
  input.fixed = {"a", "b"};
  input.busy_kbit_per_person = kbit;
  return input;
}

std::size_t count_of(const Plan& plan, BackhaulKind kind) {
  return static_cast<std::size_t>(
      std::count_if(plan.sites.begin(), plan.sites.end(), [&](const PlanSite& site) { return site.backhaul == kind; }));
}

TEST(PlanCapacity, OneTerminalCarriesNoMoreThanItsRate) {
  PlanInput input = two_villages(12);  // 12 Mbit/s each
  EXPECT_EQ(count_of(*planned(input, kFlat), BackhaulKind::Vsat), 1U) << "nobody told its rate";
  input.costs.vsat.rate = BitsPerSecond{30e6};
  EXPECT_EQ(count_of(*planned(input, kFlat), BackhaulKind::Vsat), 1U);
  input.costs.vsat.rate = BitsPerSecond{20e6};
  const Plan two = *planned(input, kFlat);
  EXPECT_EQ(count_of(two, BackhaulKind::Vsat), 2U) << "a hop would need two terminals at its end, too";
  input.costs.vsat.rate = BitsPerSecond{5e6};
  const Plan many = *planned(input, kFlat);
  ASSERT_EQ(many.loads.size(), 2U);
  // Five for both together, three for each alone: the sixth costs more than a hop.
  EXPECT_EQ(count_of(many, BackhaulKind::Hop), 1U);
  const std::size_t head = many.sites[0].backhaul == BackhaulKind::Vsat ? 0 : 1;
  EXPECT_EQ(many.loads[head].ways_out, 5U);
  EXPECT_EQ(many.loads[head].passing, BitsPerSecond{24e6});
  EXPECT_EQ(many.loads[head].carried, BitsPerSecond{25e6});
  EXPECT_EQ(many.sites[head].backhaul_cost.capex, 5 * two.sites[0].backhaul_cost.capex);
  EXPECT_EQ(many.totals.cost, totals_of(many).cost);
}

TEST(PlanCapacity, AGatewayThatIsTooSlowIsNoWayOut) {
  PlanInput input = two_villages(12);
  input.masts = {{"tower", "Tower", {Degrees{13.02}, Degrees{2.05}}, Metres{60}, true, false, false}};
  EXPECT_EQ(count_of(*planned(input, kFlat), BackhaulKind::Hop), 2U);
  input.costs.gateway_rate = BitsPerSecond{20e6};
  const Plan plan = *planned(input, kFlat);
  EXPECT_EQ(count_of(plan, BackhaulKind::Vsat), 1U) << "one village's traffic fits, not that of two";
  EXPECT_EQ(count_of(plan, BackhaulKind::Hop), 1U);
  input.costs.gateway_rate = BitsPerSecond{1e6};
  EXPECT_EQ(count_of(*planned(input, kFlat), BackhaulKind::Gateway), 0U);
}

TEST(PlanCapacity, LetsNoSiteServeMoreThanItsRadioCarries) {
  PlanInput input = strewn_country(20, 0.25, 4);
  const FormulaTerrain hills{{.seed = 2, .relief = 30}};
  const Plan roomy = *planned(input, hills);
  input.busy_kbit_per_person = 3;
  const Plan plan = *planned(input, hills);
  EXPECT_GT(plan.sites.size(), roomy.sites.size());
  EXPECT_EQ(plan.totals.people_served, plan.totals.people);
  ASSERT_EQ(plan.loads.size(), plan.sites.size());
  for (std::size_t i = 0; i < plan.sites.size(); ++i) {
    EXPECT_TRUE(!is_channel_full(plan.loads[i]) || plan.sites[i].settlements == 1) << plan.sites[i].id;
    EXPECT_FALSE(is_way_out_full(plan.loads[i])) << plan.sites[i].id;
  }
  EXPECT_LE(*plan.bound, roomy.totals.cost.npv) << "who is served by whom is not in it";
  EXPECT_THAT(plan.marks, Contains(HasSubstr("no more than its radio carries")));
}

TEST(PlanCapacity, TellsWhatIsOverloaded) {
  PlanInput input = country_of({village("town", 13, 2, 20'000)});
  input.busy_kbit_per_person = 5;  // 100 Mbit/s: five radios' worth
  const Plan plan = *planned(input, kFlat);
  ASSERT_EQ(plan.loads.size(), 1U);
  EXPECT_EQ(plan.loads[0].served, BitsPerSecond{1e8});
  EXPECT_GT(plan.loads[0].airtime, 1);
  EXPECT_THAT(plan.marks, Contains(HasSubstr("1 sites are asked for more in the busy hour")));
  EXPECT_THAT(plan.marks, Not(Contains(HasSubstr("ways out carry less"))));
  Plan slow = plan;
  slow.loads[0].carried = BitsPerSecond{1e6};
  add_marks({}, input, slow);
  EXPECT_THAT(slow.marks, Contains(HasSubstr("1 ways out carry less than what passes them")));
}

TEST(PlanCapacity, BooksEachVillageAtTheMastThatThePlanServesItFrom) {
  PlanInput input = country_of({village("a", 13, 2, 100), village("b", 13, 2.08, 100), village("c", 13, 2.065, 1'000)});
  input.busy_kbit_per_person = 1;
  SerialExecutor executor;
  const PlanModel model = *make_model(input, kFlat, executor, {});
  Chosen chosen;
  chosen.serving = {1, 1, kNoMast};
  const auto of_a = model.access.of(0);
  ASSERT_TRUE(std::any_of(of_a.begin(), of_a.end(), [](const AccessPair& pair) { return pair.settlement == 2; }));
  const std::vector<double> demand = demand_of(model, input, chosen);
  EXPECT_EQ(demand[0], 100e3) << "c hears b better, though a comes first";
  EXPECT_EQ(demand[1], 1'100e3);
}

TEST(PlanCapacity, RatesMeanNothingWhereTheBusyHourIsNotAsked) {
  const PlanInput input = strewn_country(25, 0.6, 7);
  PlanInput told = input;
  told.costs.vsat.rate = told.costs.sim.rate = told.costs.gateway_rate = BitsPerSecond{1e6};
  const Plan before = *planned(input, kFlat);
  Plan after = *planned(told, kFlat);
  EXPECT_NE(after.input_hash, before.input_hash);
  after.input_hash = before.input_hash;
  EXPECT_TRUE(after == before);
  EXPECT_TRUE(after.loads.empty());
}

TEST(PlanMarks, CountAssumedHeightsOfLandCoverAndWhatReadingAssumed) {
  PlanInput input = two_villages(0);
  input.cover = "worldcover";
  input.cover_origins = {{"classes[#1].height", true, "x"}, {"classes[#2].height", false, "y"}};
  input.marks = {"3 standing masts have no known height: it is assumed"};
  const Plan plan = *planned(input, kFlat);
  EXPECT_THAT(plan.marks, Contains("worldcover: 1 of 2 values are assumed"));
  EXPECT_THAT(plan.marks, Contains(input.marks.front()));
}

}  // namespace
}  // namespace karkara::planner
