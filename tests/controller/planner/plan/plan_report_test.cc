// What a plan says of itself, what it shows on its way, and numbers that mean it ill.
#include <gmock/gmock.h>

#include <algorithm>
#include <limits>

#include "controller/planner/plan/plan_fit.h"
#include "controller/planner/plan/plan_report.h"
#include "controller/planner/plan/plan_search.h"
#include "tests/controller/planner/plan/small_country.h"

namespace karkara::planner {
namespace {

using testing::HasSubstr;

// Sums of people by prices leave 64 bits far behind; the sanitizers watch.
TEST(PlanSearch, CountsWithNumbersThatNoCountryHas) {
  PlanInput input = strewn_country(12, 1.5, 4);
  for (Settlement& settlement : input.settlements) {
    settlement.people = std::int64_t{1} << 40U;
  }
  input.costs.vsat = {1e8, 1e8, Watts{1e5}};
  input.costs.power.per_panel_watt = input.costs.power.per_battery_wh = 1e8;
  const FormulaTerrain flat{{.relief = 0}};
  input.target = {TargetKind::Share, 0.7, 0};
  const auto share = planned(input, flat);
  ASSERT_TRUE(share.ok()) << share.error().text;
  EXPECT_GE(*share->bound, 0);
  EXPECT_GT(share->totals.cost.npv, 0);
  input.target = {TargetKind::Budget, 1, kMostMoney};
  const auto budget = planned(input, flat);
  ASSERT_TRUE(budget.ok()) << budget.error().text;
  EXPECT_LE(budget->totals.cost.npv, kMostMoney);
  EXPECT_GE(*budget->bound, budget->totals.people_served);
}

TEST(PlanSearch, ShowsOnlyPlansThatMeetTheTargetAndEndsWhenItIsTold) {
  PlanInput input = strewn_country(30, 1.5, 4);
  const FormulaTerrain hills{{.seed = 2, .relief = 30}};
  const Plan all = *planned(input, hills);
  SerialExecutor executor;
  for (const TargetKind kind : {TargetKind::Budget, TargetKind::Share}) {
    input.target = {kind, 0.7, all.totals.cost.npv / 2};
    const auto meets = [&](const Plan& plan) {
      return kind == TargetKind::Budget
                 ? plan.totals.cost.npv <= input.target.budget
                 : static_cast<double>(plan.totals.people_served) >= 0.7 * static_cast<double>(plan.totals.people);
    };
    std::size_t shown = 0;
    PlanWatch watch;
    watch.improved = [&](const Plan& plan) {
      ++shown;
      EXPECT_TRUE(meets(plan));
    };
    ASSERT_TRUE(search_plan(input, hills, 7, small_effort(), executor, watch).ok());
    EXPECT_GT(shown, 1U);
    shown = 0;
    watch.cancelled = [&] { return shown > 0; };
    const auto ended = search_plan(input, hills, 7, small_effort(), executor, watch);
    ASSERT_TRUE(ended.ok()) << ended.error().text;
    EXPECT_TRUE(ended->cancelled);
    EXPECT_EQ(shown, 1U);
    EXPECT_TRUE(meets(*ended));
  }
}

TEST(PlanFit, DropsAndAddsNothingOnceItIsCancelled) {
  PlanInput input = strewn_country(30, 1.5, 4);
  input.target = {TargetKind::Budget, 1, 1};
  const FormulaTerrain flat{{.relief = 0}};
  SerialExecutor executor;
  const PlanModel model = *make_model(input, flat, executor, {});
  const Wanted wanted{std::vector<char>(30, 1), std::vector<std::int64_t>(30, 100), 1'000};
  const SiteOptions options = site_options(model, wanted);
  Chosen chosen;
  chosen.serving.assign(model.nodes.size(), 0);
  const Attempt full = hung(model, input, chosen);
  Attempt attempt = full;
  const Status early = fit(
      model, input, wanted, options, [] { return true; }, attempt);
  EXPECT_EQ(early.error().code, ErrorCode::Aborted);
  EXPECT_EQ(attempt.backhaul.cost, full.backhaul.cost);
  EXPECT_TRUE(fit(
                  model, input, wanted, options, [] { return false; }, attempt)
                  .ok());
  EXPECT_EQ(attempt.backhaul.cost, 0);
}

// Flat ground, of another resolution between two meridians; of none: unknown.
class Patchy final : public TerrainView {
 public:
  Patchy(double west, double east, double resolution) : west_{west}, east_{east}, resolution_{resolution} {}
  void heights_at(std::span<const Place> places, Sampling, std::span<double> heights) const override {
    std::transform(places.begin(), places.end(), heights.begin(), [&](const Place& place) {
      return is_inside(place) && resolution_ == 0 ? std::numeric_limits<double>::quiet_NaN() : 300.0;
    });
  }
  [[nodiscard]] Degrees resolution_at(const Place& place) const override {
    return Degrees{is_inside(place) ? resolution_ : 1.0 / 3600};
  }

 private:
  [[nodiscard]] bool is_inside(const Place& place) const {
    return place.longitude.value() >= west_ && place.longitude.value() <= east_;
  }
  double west_, east_, resolution_;
};

TEST(PlanReport, ProvesNoLinkOverAPatchOfCoarseGround) {
  const Place from{Degrees{13}, Degrees{2}};
  const Place to{Degrees{13}, Degrees{2.4}};
  EXPECT_TRUE(is_proven(Patchy{5, 6, 0}, from, to));
  EXPECT_FALSE(is_proven(Patchy{2.14, 2.15, 72.0 / 3600}, from, to));  // 1.1 km of 43
  EXPECT_FALSE(is_proven(Patchy{2.14, 2.15, 0}, from, to));
}

TEST(PlanReport, SaysThatNobodyKnowsTheGroundWhereATileIsMissing) {
  const PlanInput input = country_of({village("a", 13, 2, 500), village("off", 13, 3, 500)});
  const auto plan = planned(input, Patchy{2.5, 4, 0});
  ASSERT_TRUE(plan.ok()) << plan.error().text;
  EXPECT_TRUE(plan->settlements[0].server);
  EXPECT_EQ(plan->settlements[1].why, WhyUnserved::UnknownTerrain);
  EXPECT_TRUE(plan->settlements[1].unproven);
}

TEST(PlanReport, TellsTheClearanceAtTheLowKOfShortHopsToo) {
  PlanInput input = country_of({village("a", 13, 2, 500), village("b", 13, 2.2, 500)});
  input.fixed = {"a", "b"};
  const Plan plan = *planned(input, FormulaTerrain{{.relief = 0}});
  const PlanSite& site = plan.sites[plan.sites[0].backhaul == BackhaulKind::Hop ? 0 : 1];
  ASSERT_EQ(site.backhaul, BackhaulKind::Hop);
  EXPECT_LT(site.hop.length.value(), 30'000);
  EXPECT_LT(site.hop.clearance_low, site.hop.clearance - 0.01);
  EXPECT_THAT(plan.marks, testing::Contains(HasSubstr("the bound is over these radios' hops as the table has them")));
}

}  // namespace
}  // namespace karkara::planner
