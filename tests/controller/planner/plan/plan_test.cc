#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <thread>

#include "controller/planner/plan/backhaul_tree.h"
#include "controller/planner/plan/high_ground.h"
#include "controller/planner/plan/plan_search.h"
#include "controller/planner/plan/site_options.h"
#include "tests/controller/planner/plan/small_country.h"

namespace karkara::planner {
namespace {

using testing::HasSubstr;

TEST(CostBook, DiscountsYearsAndSizesPowerByTheSun) {
  CostBook book = village_costs();
  EXPECT_NEAR(annuity(book), (1 - std::pow(1.08, -10)) / 0.08, 1e-12);
  book.discount = 0;
  EXPECT_NEAR(annuity(book), 10, 1e-12);
  EXPECT_EQ(cost_of(book, 1'000, 10), (PlanCost{1'000, 10, 1'100}));
  // December at 13.5 degrees north: about 8.2 kWh above the air.
  EXPECT_NEAR(worst_sun_hours(Degrees{13.5}, 1), 8.2, 0.15);
  EXPECT_LT(worst_sun_hours(Degrees{22}, 0.6), worst_sun_hours(Degrees{13}, 0.6));
  const PowerSystem one = power_for(book, Watts{100}, Degrees{13.5});
  EXPECT_NEAR(one.battery.value(), 100 * 24 * 3 / 0.8, 1e-9);
  EXPECT_NEAR(one.panels.value(), 2'400 / (worst_sun_hours(Degrees{13.5}, 0.58) * 0.75), 1e-9);
  EXPECT_NEAR(power_for(book, Watts{200}, Degrees{13.5}).capex, 2 * one.capex, 1e-9);
}

TEST(CostBook, RefusesMastsThatGetCheaperWithHeight) {
  CostBook book = village_costs();
  EXPECT_TRUE(check(book).ok());
  book.masts = {{Metres{30}, 10}, {Metres{15}, 20}};
  EXPECT_FALSE(check(book).ok());
  book.masts = {{Metres{15}, 20}, {Metres{30}, 10}};
  EXPECT_FALSE(check(book).ok());
  book.masts.clear();
  EXPECT_FALSE(check(book).ok());
}

TEST(CostBook, RefusesTwoPricesForAHopAndPartsOfYears) {
  CostBook book = village_costs();
  book.hops.push_back(book.hops.front());
  EXPECT_THAT(check(book).error().text, HasSubstr("hops: 'hop' has two prices"));
  book = village_costs();
  for (const double years : {10.5, 0.0, std::nan("")}) {
    book.years = years;
    EXPECT_THAT(check(book).error().text, HasSubstr("years: a whole number")) << years;
  }
}

TEST(CostBook, NamesNoCostThatSumsOverACountryCouldNotHold) {
  EXPECT_EQ(cost_of(village_costs(), 1e300, 1e17), (PlanCost{kMostMoney, kMostMoney, kMostMoney}));
}

TEST(BackhaulTree, AddsUpToItsCostAndEveryHopIsClear) {
  const PlanInput input = strewn_country(40, 0.8, 3);
  const FormulaTerrain hills{{.seed = 9, .relief = 30}};
  SerialExecutor executor;
  const PlanModel model = *make_model(input, hills, executor, {});
  Chosen chosen;
  chosen.serving.assign(40, 0);
  const Backhaul built = cheapest_backhaul(model, chosen);
  Money cost = 0;
  Money alone = 0;
  std::size_t hops = 0;
  for (std::uint32_t node = 0; node < 40; ++node) {
    ASSERT_NE(built.height[node], kNoMast);
    cost += mast_price(model, chosen, node, built.height[node]);
    alone += mast_price(model, chosen, node, 0) + model.nodes[node].root;
    if (built.hop[node] == kNoSite) {
      cost += model.nodes[node].root;
      continue;
    }
    ++hops;
    const std::uint32_t parent = built.parent[node];
    EXPECT_EQ(model.other(built.hop[node], node), parent);
    EXPECT_LE(model.far(built.hop[node], node, static_cast<std::size_t>(built.height[node])), built.height[parent]);
    cost += model.hop_price[built.hop[node]];
  }
  EXPECT_EQ(cost, built.cost);
  EXPECT_LT(built.cost, alone);
  EXPECT_GT(hops, 10U);
}

// Villages in a line, hops with the capacity of two of them.
TEST(BackhaulTree, GivesATreeNoMoreTrafficThanItsSlowestHopCarries) {
  PlanInput input = country_of({village("a", 13, 2, 1'000), village("b", 13, 2.1, 1'000), village("c", 13, 2.2, 1'000),
                                village("d", 13, 2.3, 1'000)});
  input.fixed = {"a", "b", "c", "d"};
  const FormulaTerrain flat{{.relief = 0}};
  const auto hops_of = [&](double kbit) {
    input.busy_kbit_per_person = kbit;
    const Plan plan = *planned(input, flat);
    return std::count_if(plan.sites.begin(), plan.sites.end(),
                         [](const PlanSite& site) { return site.backhaul == BackhaulKind::Hop; });
  };
  EXPECT_EQ(hops_of(0), 3);
  EXPECT_EQ(hops_of(5), 3);   // 20 Mbit/s in all
  EXPECT_EQ(hops_of(20), 2);  // two trees of 40 Mbit/s
  EXPECT_EQ(hops_of(100), 0);
}

TEST(PlanSearch, TakesTheWayOutThatIsCheapest) {
  PlanInput input = country_of({village("a", 13, 2, 500), village("b", 13, 2.2, 500)});
  input.fixed = {"a", "b"};
  const FormulaTerrain flat{{.relief = 0}};
  const Plan hop = *planned(input, flat);
  EXPECT_EQ(hop.sites[0].backhaul == BackhaulKind::Hop, hop.sites[1].backhaul == BackhaulKind::Vsat);
  input.sim = {0, 1};
  const Plan sim = *planned(input, flat);
  EXPECT_EQ(sim.sites[0].backhaul, BackhaulKind::Hop);
  EXPECT_EQ(sim.sites[1].backhaul, BackhaulKind::Sim);
  input.masts = {{"tower", "Tower", {Degrees{13.05}, Degrees{2.05}}, Metres{60}, true, false, false}};
  const Plan gateway = *planned(input, flat);
  EXPECT_LT(gateway.totals.cost.npv, sim.totals.cost.npv);
  EXPECT_EQ(gateway.sites.back().role, SiteRole::Existing);
  EXPECT_EQ(gateway.sites.back().backhaul, BackhaulKind::Gateway);
  EXPECT_EQ(gateway.sites.back().mast_cost.npv + gateway.sites.back().backhaul_cost.npv, 0);
  input.costs.hops[0].capex = 1e6;
  const Plan dear = *planned(input, flat);
  EXPECT_EQ(dear.sites[0].backhaul, BackhaulKind::Vsat);
  EXPECT_EQ(dear.sites[1].backhaul, BackhaulKind::Sim);
}

TEST(PlanSearch, KeepsFixedSitesAndLeavesForbiddenOnes) {
  PlanInput input = country_of({village("a", 13, 2, 500), village("b", 13, 2.02, 500), village("far", 14, 3, 500)});
  const FormulaTerrain flat{{.relief = 0}};
  const auto ids = [&] {
    std::vector<std::string> found;
    const Plan plan = *planned(input, flat);
    for (const PlanSite& site : plan.sites) {
      found.push_back(site.id);
    }
    return found;
  };
  EXPECT_EQ(ids().size(), 2U);
  input.forbidden = {"a"};
  EXPECT_THAT(ids(), testing::ElementsAre("b", "far"));
  input.forbidden = {"b"};
  input.fixed = {"a", "far"};
  EXPECT_THAT(ids(), testing::ElementsAre("a", "far"));
  input.forbidden = {"far"};
  EXPECT_THAT(planned(input, flat).error().text, HasSubstr("'far' must get a mast and must not get one"));
  input.forbidden = {"nobody"};
  EXPECT_THAT(planned(input, flat).error().text, HasSubstr("'nobody' is the id of no settlement"));
  input.fixed.clear();
  input.forbidden = {"far"};
  const Plan plan = *planned(input, flat);
  EXPECT_EQ(plan.settlements[2].why, WhyUnserved::NoCandidate);
}

TEST(PlanSearch, PlansForTheEligibleAndLetsOthersComeAlong) {
  const PlanInput all = country_of({village("small", 13, 2, 100), village("beside", 13.01, 2, 600),
                                    village("alone", 14, 3, 100), village("unknown", 15, 4, 0)});
  PlanInput input = all;
  input.settlements[3].people = std::nullopt;
  input.target.kind = TargetKind::Eligible;
  const Plan plan = *planned(input, FormulaTerrain{{.relief = 0}});
  EXPECT_EQ(plan.sites.size(), 1U);
  EXPECT_TRUE(plan.settlements[0].server);
  EXPECT_TRUE(plan.settlements[1].eligible);
  EXPECT_FALSE(plan.settlements[2].server);
  EXPECT_EQ(plan.settlements[2].why, WhyUnserved::TooDear);
  EXPECT_EQ(plan.totals.settlements_unknown_people, 1U);
  EXPECT_EQ(plan.target, "eligible 250..2500");
}

TEST(PlanSearch, ServesTheMostPeopleForABudgetAndNobodyCouldServeMoreThanItsBound) {
  PlanInput input = strewn_country(30, 1.5, 4);
  const FormulaTerrain hills{{.seed = 2, .relief = 30}};
  const Plan all = *planned(input, hills);
  input.target = {TargetKind::Budget, 1, all.totals.cost.npv / 2};
  const Plan half = *planned(input, hills);
  EXPECT_LE(half.totals.cost.npv, input.target.budget);
  EXPECT_TRUE(half.by_budget);
  EXPECT_GE(*half.bound, half.totals.people_served);
  EXPECT_LE(*half.bound, all.totals.people);
  EXPECT_GT(half.totals.people_served, all.totals.people / 2);
  EXPECT_LT(half.gap, 0.2);
  input.target.budget = 0;
  EXPECT_THAT(planned(input, hills).error().text, HasSubstr("budget is over 0"));
  input.target.budget = 1;
  EXPECT_EQ(planned(input, hills)->sites.size(), 0U);
  input.fixed = {"0"};
  EXPECT_THAT(planned(input, hills).error().text, HasSubstr("below what the fixed sites cost"));
}

TEST(PlanSearch, LetsNoSiteServeMorePeopleThanItHasRoomFor) {
  PlanInput input = strewn_country(20, 0.25, 4);
  const FormulaTerrain hills{{.seed = 2, .relief = 30}};
  const Plan roomy = *planned(input, hills);
  input.most_people = 1'500;
  const Plan plan = *planned(input, hills);
  EXPECT_GT(plan.sites.size(), roomy.sites.size());
  EXPECT_EQ(plan.totals.people_served, plan.totals.people);
  for (const PlanSite& site : plan.sites) {
    EXPECT_TRUE(site.people <= 1'500 || site.settlements == 1) << site.id;  // one's own village always is
  }
  EXPECT_LE(*plan.bound, *roomy.bound);  // who is served by whom is not in it
  input.most_people = 50;                // smaller than any village: each has its own
  EXPECT_EQ(planned(input, hills)->sites.size(), input.settlements.size());
}

TEST(PlanSearch, CountsASchoolAsManyMorePeople) {
  PlanInput input = country_of({village("many", 13, 2, 800), village("school", 14, 3, 500)});
  const FormulaTerrain flat{{.relief = 0}};
  input.target = {TargetKind::Budget, 1, planned(input, flat)->totals.cost.npv * 2 / 3};
  EXPECT_TRUE(planned(input, flat)->settlements[0].server);
  input.bonus = {0, 400};
  const Plan plan = *planned(input, flat);
  EXPECT_FALSE(plan.settlements[0].server);
  EXPECT_TRUE(plan.settlements[1].server);
  EXPECT_EQ(plan.totals.people_served, 500);
}

TEST(PlanSearch, ServesAShareOfThePeopleTheCheapWay) {
  PlanInput input = strewn_country(30, 1.5, 4);
  const FormulaTerrain hills{{.seed = 2, .relief = 30}};
  const Plan all = *planned(input, hills);
  input.target = {TargetKind::Share, 0.7, 0};
  const Plan plan = *planned(input, hills);
  EXPECT_GE(static_cast<double>(plan.totals.people_served), 0.7 * static_cast<double>(plan.totals.people));
  EXPECT_LT(plan.totals.cost.npv, all.totals.cost.npv);
  EXPECT_LE(*plan.bound, plan.totals.cost.npv);
  EXPECT_GT(*plan.bound, plan.totals.cost.npv / 2);
}

class Unsurveyed final : public TerrainView {
 public:
  void heights_at(std::span<const Place>, Sampling, std::span<double> heights) const override {
    std::fill(heights.begin(), heights.end(), std::numeric_limits<double>::quiet_NaN());
  }
  [[nodiscard]] Degrees resolution_at(const Place&) const override { return Degrees{0}; }
};

TEST(PlanSearch, RefusesToPlanOverGroundThatNobodyKnows) {
  const auto plan = planned(strewn_country(5, 0.2, 1), Unsurveyed{});
  ASSERT_FALSE(plan.ok());
  EXPECT_THAT(plan.error().text, HasSubstr("no mast reaches"));
}

TEST(PlanSearch, ExplainsWhoServesAndWhatIsMissing) {
  PlanInput input = country_of({village("a", 13, 2, 500), village("b", 13, 2.02, 500), village("c", 13, 2.12, 300)});
  input.forbidden = {"c"};
  input.access.reach = Metres{30'000};
  const Plan plan = *planned(input, FormulaTerrain{{.relief = 0}});
  for (const std::size_t served : {0U, 1U}) {
    ASSERT_TRUE(plan.settlements[served].server);
    EXPECT_GE(plan.settlements[served].server->margin.value(), 0);
    EXPECT_GE(plan.settlements[served].server->rate, input.access.least_down);
  }
  if (!plan.settlements[2].server) {
    EXPECT_GT(plan.settlements[2].missing.value(), 0);
    EXPECT_NE(plan.settlements[2].nearest_site, kNoSite);
  }
  EXPECT_EQ(plan.totals, totals_of(plan));
}

// Pieces of a run on as many threads, in an order that no thread keeps.
class Threads final : public Executor {
 public:
  explicit Threads(std::size_t count) : count_{count} {}
  void run(std::size_t pieces, const std::function<void(std::size_t)>& piece) override {
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < count_; ++i) {
      threads.emplace_back([&, i] {
        for (std::size_t at = i; at < pieces; at += count_) {
          piece(at);
        }
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
  }

 private:
  std::size_t count_;
};

TEST(PlanSearch, GivesTheSamePlanOnAnyNumberOfThreads) {
  const PlanInput input = strewn_country(40, 1, 6);
  const FormulaTerrain hills{{.seed = 5, .relief = 30}};
  const Plan one = *planned(input, hills);
  for (const std::size_t count : {2U, 8U}) {
    Threads threads{count};
    EXPECT_TRUE(*search_plan(input, hills, 7, small_effort(), threads) == one) << count;
  }
}

TEST(PlanSearch, HasAPlanFromTheFirstMomentAndGivesItWhenItIsEnded) {
  const PlanInput input = strewn_country(40, 1, 6);
  SerialExecutor executor;
  std::vector<Money> costs;
  PlanWatch watch;
  watch.cancelled = [&] { return !costs.empty(); };
  watch.improved = [&](const Plan& plan) { costs.push_back(plan.totals.cost.npv); };
  const auto plan = search_plan(input, FormulaTerrain{{.seed = 5, .relief = 30}}, 7, small_effort(), executor, watch);
  ASSERT_TRUE(plan.ok());
  EXPECT_TRUE(plan->cancelled);
  EXPECT_LE(plan->totals.cost.npv, costs.front());
  EXPECT_LE(*plan->bound, plan->totals.cost.npv);
  EXPECT_EQ(plan->totals.people_served, plan->totals.people);
}

TEST(HighGround, IsTheTopOfEachSquareWithoutWhereSomebodyLives) {
  const FormulaTerrain hills{{.seed = 5, .relief = 30}};
  SerialExecutor executor;
  const std::vector<Place> village{{Degrees{13.05}, Degrees{2.05}}};
  const std::vector<Place> found = high_ground(hills, village, executor);
  EXPECT_EQ(found.size(), 9U);
  EXPECT_EQ(high_ground(hills, found, executor).size(), 25U - 9U);
  EXPECT_TRUE(high_ground(Unsurveyed{}, village, executor).empty());
}

}  // namespace
}  // namespace karkara::planner
