// What a plan says of itself, what it shows on its way, and numbers that mean it ill.
#include <gmock/gmock.h>

#include <algorithm>
#include <limits>
#include <set>

#include "controller/planner/plan/plan_fit.h"
#include "controller/planner/plan/plan_report.h"
#include "controller/planner/plan/plan_search.h"
#include "controller/planner/plan/why_unserved.h"
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
  EXPECT_THAT(plan->marks, testing::Contains("unknown ground, by square degrees with their links: N13E003 (1)"));
}

TEST(PlanReport, CountsWhatTheModelWarnsOf) {
  PlanInput input = country_of({village("a", 13, 2, 500), village("b", 13, 2.02, 500), village("c", 13, 2.5, 300)});
  input.access.frequency = Megahertz{35};  // ITM holds from 40 MHz
  const Plan plan = *planned(input, FormulaTerrain{{.relief = 0}});
  const std::string warning = "the frequency is outside 40 MHz to 10 GHz";
  for (const PlanSettlement& row : plan.settlements) {
    EXPECT_THAT(row.doubts, testing::Contains(warning));
  }
  EXPECT_THAT(plan.marks, testing::Contains("3 of 3 links to settlements: the model warns: " + warning));
  input.access.frequency = Megahertz{900};
  EXPECT_THAT(planned(input, FormulaTerrain{{.relief = 0}})->marks,
              testing::Not(testing::Contains(HasSubstr("warns"))));
}

TEST(PlanSearch, MakesNoPlanOfTablesThatWereCutShort) {
  const PlanInput input = strewn_country(30, 1.5, 4);
  const FormulaTerrain hills{{.seed = 2, .relief = 30}};
  SerialExecutor executor;
  for (const std::string_view at : {"access links", "hops"}) {
    bool reached = false;
    PlanWatch watch;
    watch.progress = [&](std::string_view stage, std::size_t, std::size_t) { reached = reached || stage == at; };
    watch.cancelled = [&] { return reached; };
    watch.improved = [](const Plan&) { ADD_FAILURE() << "a plan over links that nobody looked at"; };
    const auto plan = search_plan(input, hills, 7, small_effort(), executor, watch);
    ASSERT_FALSE(plan.ok()) << at;
    EXPECT_EQ(plan.error().code, ErrorCode::Aborted);
    EXPECT_THAT(plan.error().text, HasSubstr("there is no plan yet"));
  }
}

TEST(PlanSearch, EndsAtTheGapThatIsEnoughWhateverTheTarget) {
  PlanInput input = strewn_country(30, 1.5, 4);
  const FormulaTerrain hills{{.seed = 2, .relief = 30}};
  const Money all = planned(input, hills)->totals.cost.npv;
  SerialExecutor executor;
  for (const TargetKind kind : {TargetKind::Everybody, TargetKind::Share, TargetKind::Budget}) {
    input.target = {kind, 0.7, all / 2};
    std::set<std::string> stages;
    PlanWatch watch;
    watch.progress = [&](std::string_view stage, std::size_t, std::size_t) { stages.emplace(stage); };
    PlanEffort effort = small_effort();
    ASSERT_TRUE(search_plan(input, hills, 7, effort, executor, watch).ok());
    EXPECT_THAT(stages, testing::Contains("parts of the plan"));
    stages.clear();
    effort.gap = 0.95;
    const Plan plan = *search_plan(input, hills, 7, effort, executor, watch);
    EXPECT_LE(plan.gap, 0.95);
    EXPECT_THAT(stages, testing::Not(testing::Contains("parts of the plan")));
    EXPECT_THAT(stages, testing::Not(testing::Contains("sites and backhaul")));
    EXPECT_FALSE(plan.cancelled);
  }
}

// A ridge across the way from a mast at 2 degrees east to the east of it.
class Ridge final : public TerrainView {
 public:
  explicit Ridge(double height) : height_{height} {}
  void heights_at(std::span<const Place> places, Sampling, std::span<double> heights) const override {
    std::transform(places.begin(), places.end(), heights.begin(), [&](const Place& place) {
      return std::abs(place.longitude.value() - 2.03) < 0.002 ? 300 + height_ : 300;
    });
  }
  [[nodiscard]] Degrees resolution_at(const Place&) const override { return Degrees{1.0 / 3600}; }

 private:
  double height_;
};

TEST(WhyUnserved, AsksTheModelWhichHeightWouldServe) {
  const Place mast{Degrees{13}, Degrees{2}};
  const Place village{Degrees{13}, Degrees{2.06}};
  const Ridge ridge{40};
  const AccessModel access = *AccessModel::make(village_radio(), {Metres{15}}, {});
  const Missing behind = why_unserved(ridge, access, mast, 0, village);
  EXPECT_EQ(behind.why, WhyUnserved::Obstructed);
  EXPECT_GT(behind.missing.value(), 0);
  ASSERT_TRUE(behind.obstruction);
  EXPECT_NEAR(behind.obstruction->longitude.value(), 2.03, 0.003);
  const Profile profile = *profile_between(ridge, mast, village, kProfileStep, Sampling::Bilinear);
  const auto margin = [&](Metres height) {
    return access.at_heights({height})->margin_over(path_over(profile), 0, mast, village)->value();
  };
  ASSERT_GT(behind.height_needed.value(), 15);
  EXPECT_GE(margin(behind.height_needed), 0);
  EXPECT_LT(margin(behind.height_needed - Metres{1}), 0);
  // Plain sight of the phone would ask for more, or less: light is no radio.
  EXPECT_EQ(why_unserved(Ridge{4'000}, access, mast, 0, village).height_needed, Metres{0});
}

TEST(WhyUnserved, IsTooFarWhereEvenFreeGroundTakesTooMuch) {
  const Place mast{Degrees{13}, Degrees{2}};
  const Place far{Degrees{13}, Degrees{2.12}};  // 13 km
  RadioProfile weak = village_radio();
  weak.terminal.loss = Db{22};
  const AccessModel access = *AccessModel::make(weak, {Metres{15}}, {});
  for (const double height : {0.0, 60.0}) {
    const Missing missing = why_unserved(Ridge{height}, access, mast, 0, far);
    EXPECT_EQ(missing.why, WhyUnserved::TooFar) << height;
    EXPECT_FALSE(missing.obstruction) << height;
    EXPECT_GT(missing.missing.value(), 0) << height;
  }
  const Missing unknown = why_unserved(Patchy{2.05, 2.06, 0}, access, mast, 0, far);
  EXPECT_EQ(unknown.why, WhyUnserved::UnknownTerrain);
}

TEST(PlanReport, TellsHowCertainEachMarginIsAndWhereAntennasMayHang) {
  const PlanInput input = strewn_country(20, 0.5, 4);
  const FormulaTerrain hills{{.seed = 2, .relief = 30}};
  const Plan plan = *planned(input, hills);
  EXPECT_EQ(plan.antennas, (std::vector<Metres>{Metres{15}, Metres{45}}));
  std::size_t banded = 0;
  for (const PlanSettlement& row : plan.settlements) {
    if (!row.server || row.server->distance < Metres{1'000}) {
      EXPECT_FALSE(row.margin_band) << row.id;
      continue;
    }
    ASSERT_TRUE(row.margin_band) << row.id;
    EXPECT_LE(row.margin_band->low, row.server->margin);
    EXPECT_GE(row.margin_band->high, row.server->margin);
    EXPECT_LT(row.margin_band->low, row.margin_band->high);
    ++banded;
  }
  EXPECT_GT(banded, 2U);
}

TEST(PlanInput, HashAndMarksTellOfACalibration) {
  PlanInput input = strewn_country(4, 0.2, 1);
  const std::uint64_t plain = input_hash(input, 7);
  input.access.measured = AccessCorrection{{Db{6}, Db{0}}, 300, 4, Db{9}, Db{5}, {}};
  const std::uint64_t corrected = input_hash(input, 7);
  EXPECT_NE(corrected, plain);
  input.access.measured->own.push_back({"A", input.settlements[0].place, {Db{1}, Db{0}}, 40, Db{4}});
  EXPECT_NE(input_hash(input, 7), corrected);
  EXPECT_THAT(planned(input, FormulaTerrain{{.relief = 0}})->marks,
              testing::Contains(HasSubstr("village (+6.0 dB (1 km), +0.0 dB (x 10); RMSE 9.0 -> 5.0 dB, n = 300): the "
                                          "model is corrected by measurements")));
  EXPECT_THAT(planned(strewn_country(4, 0.2, 1), FormulaTerrain{{.relief = 0}})->marks,
              testing::Not(testing::Contains(HasSubstr("measurements"))));
  PlanInput hops = strewn_country(4, 0.2, 1);
  hops.backhaul[0].clearance.low_k = 0.7;
  EXPECT_NE(input_hash(hops, 7), plain);
  hops = strewn_country(4, 0.2, 1);
  hops.backhaul[0].climate.rain_by_latitude = {{Degrees{12}, 60}};
  EXPECT_NE(input_hash(hops, 7), plain);
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
