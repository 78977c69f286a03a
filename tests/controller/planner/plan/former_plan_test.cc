// Searches that go on from a former plan: never worse of the same input, with what still fits of another.
#include "controller/planner/plan/former_plan.h"

#include <gmock/gmock.h>

#include "tests/controller/planner/plan/small_country.h"

namespace karkara::planner {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

const FormulaTerrain kHills{{.seed = 5, .relief = 30}};

// What a search does, and what it was told.
struct Told {
  std::vector<std::string> sentences;
  std::vector<Money> costs;  // of the plans that were shown
  std::size_t proofs = 0;
};

PlanEffort little_effort() {
  PlanEffort effort = small_effort();
  effort.windows = 0;
  return effort;
}

Plan gone_on(const PlanInput& input, const Plan& from, Told& told, bool ends_at_once = false) {
  SerialExecutor executor;
  PlanWatch watch;
  watch.told = [&](const std::string& sentence) { told.sentences.push_back(sentence); };
  watch.improved = [&](const Plan& plan) { told.costs.push_back(plan.totals.cost.npv); };
  watch.proven = [&](Money, Money) { ++told.proofs; };
  watch.cancelled = [&] { return ends_at_once && !told.costs.empty(); };
  const auto plan = search_plan(input, kHills, 7, small_effort(), executor, watch, &from);
  EXPECT_TRUE(plan.ok()) << plan.error().text;
  return *plan;
}

Plan first_plan(const PlanInput& input) {
  SerialExecutor executor;
  return *search_plan(input, kHills, 7, little_effort(), executor);
}

TEST(FormerPlan, OfTheSameInputIsNeverMadeWorseAndNotProvenAgain) {
  const PlanInput input = strewn_country(40, 1, 6);
  const Plan before = first_plan(input);
  Told told;
  const Plan after = gone_on(input, before, told);
  EXPECT_LE(after.totals.cost.npv, before.totals.cost.npv);
  ASSERT_FALSE(told.costs.empty());
  EXPECT_LE(told.costs.front(), before.totals.cost.npv) << "nor is any plan that is shown";
  EXPECT_EQ(after.bound, before.bound);
  EXPECT_EQ(told.proofs, 0U);
  EXPECT_THAT(told.sentences, Contains(HasSubstr("which rests on the same")));
  EXPECT_EQ(after.totals.people_served, after.totals.people);
  Told again;
  EXPECT_LE(gone_on(input, after, again).totals.cost.npv, after.totals.cost.npv);
}

TEST(FormerPlan, IsThereWhenTheSearchEndsAtOnce) {
  const PlanInput input = strewn_country(40, 1, 6);
  const Plan before = *planned(input, kHills);
  Told told;
  const Plan after = gone_on(input, before, told, true);
  EXPECT_LE(after.totals.cost.npv, before.totals.cost.npv);
  EXPECT_EQ(after.bound, before.bound);
  EXPECT_TRUE(after.cancelled);
}

TEST(FormerPlan, ThatEndedEarlyIsProvenAgain) {
  const PlanInput input = strewn_country(30, 1, 6);
  Plan before = first_plan(input);
  before.cancelled = true;
  before.bound = *before.bound / 2;
  Told told;
  EXPECT_GT(*gone_on(input, before, told).bound, *before.bound);
  EXPECT_EQ(told.proofs, 1U);
}

TEST(FormerPlan, StandsWithAllItsMastsHopsRelaysAndWaysOut) {
  PlanInput input = strewn_country(40, 1.2, 3);
  input.masts = {{"tower", "Tower", {Degrees{13.3}, Degrees{2.4}}, Metres{60}, true, false, true},
                 {"low", "Low", {Degrees{13.7}, Degrees{2.9}}, Metres{20}, false, false, true}};
  input.sim.assign(input.settlements.size(), 0);
  input.sim[3] = input.sim[17] = 1;
  for (int i = 0; i < 5; ++i) {
    input.relays.push_back({Degrees{13.1 + 0.2 * i}, Degrees{2.15 + 0.2 * i}});
  }
  SerialExecutor executor;
  for (const double kbit : {0.0, 2.0}) {
    input.busy_kbit_per_person = kbit;
    input.costs.vsat.rate = BitsPerSecond{8e6};
    const Plan plan = *planned(input, kHills);
    const PlanModel model = *make_model(input, kHills, executor, {});
    const FormerPlan former = former_plan(plan, model, input, plan.input_hash);
    EXPECT_TRUE(former.same_input) << testing::PrintToString(former.told);
    EXPECT_LE(former.attempt.backhaul.cost, plan.totals.cost.npv);
  }
}

TEST(FormerPlan, OfAnotherInputGivesWhatStillFitsAndTellsWhatDoesNot) {
  const PlanInput old = strewn_country(40, 1, 6);
  const Plan before = *planned(old, kHills);
  PlanInput input = old;
  const auto gone = std::find_if(input.settlements.begin(), input.settlements.end(),
                                 [&](const Settlement& one) { return one.id == before.sites.front().id; });
  ASSERT_NE(gone, input.settlements.end());
  input.settlements.erase(gone);
  input.settlements.push_back(village("new", 13.9, 2.9, 700));
  input.settlements.front().people = 5;
  input.costs.masts[0].height = Metres{18};
  Told told;
  const Plan after = gone_on(input, before, told);
  EXPECT_EQ(after.totals.people_served, after.totals.people);
  EXPECT_EQ(told.proofs, 1U) << "nothing was proven of this input";
  EXPECT_LE(*after.bound, after.totals.cost.npv);
  EXPECT_THAT(told.sentences, Contains(HasSubstr("it rests on something else")));
  EXPECT_THAT(told.sentences, Contains("1 of its sites are no places for one any more"));
  EXPECT_THAT(told.sentences, Contains("1 settlements are not in the list any more"));
  EXPECT_THAT(told.sentences, Contains("1 settlements are new"));
  EXPECT_THAT(told.sentences, Contains("1 settlements have other people"));
  PlanInput eligible = old;
  eligible.target.kind = TargetKind::Eligible;
  Told other;
  (void)gone_on(eligible, before, other);
  EXPECT_THAT(other.sentences, Contains("its target was everybody, now eligible 250..2500"));
  PlanInput dearer = old;
  dearer.costs.vsat.opex += 1;
  Told prices;
  (void)gone_on(dearer, before, prices);
  EXPECT_THAT(prices.sentences, Contains(HasSubstr("terrain, radios, prices or masts")));
}

TEST(FormerPlan, IsNotBelievedWhenItsCostsDoNotAddUp) {
  const PlanInput input = strewn_country(30, 1, 6);
  Plan before = first_plan(input);
  before.sites[0].mast_cost.npv = 1;
  before.totals = totals_of(before);
  before.bound = 2;
  Told told;
  const Plan after = gone_on(input, before, told);
  EXPECT_EQ(told.proofs, 1U);
  EXPECT_GT(*after.bound, 2);
  EXPECT_GT(after.totals.cost.npv, before.totals.cost.npv);
  before = first_plan(input);
  before.bound = before.totals.cost.npv * 2;
  Told above;
  EXPECT_LE(*gone_on(input, before, above).bound, before.totals.cost.npv) << "no plan is better than what is proven";
}

// Without a site that is the only one for somebody and on which nothing hangs.
Plan with_one_less(Plan plan) {
  const auto is_needless = [&](std::uint32_t site) {
    const bool bears = std::any_of(plan.sites.begin(), plan.sites.end(), [&](const PlanSite& one) {
      return one.backhaul == BackhaulKind::Hop && one.hop.parent == site;
    });
    return bears || std::none_of(plan.settlements.begin(), plan.settlements.end(), [&](const PlanSettlement& row) {
             return row.server && row.server->site == site && !row.second;
           });
  };
  std::uint32_t gone = 0;
  while (gone < plan.sites.size() && is_needless(gone)) {
    ++gone;
  }
  EXPECT_LT(gone, plan.sites.size());
  plan.sites.erase(plan.sites.begin() + gone);
  const auto move_up = [&](std::uint32_t& site) { site -= site != kNoSite && site > gone ? 1 : 0; };
  for (PlanSite& site : plan.sites) {
    move_up(site.hop.parent);
  }
  for (PlanSettlement& row : plan.settlements) {
    for (std::optional<PlanServer>* server : {&row.second, &row.server}) {
      if (*server && (*server)->site == gone) {
        server->reset();
      } else if (*server) {
        move_up((*server)->site);
      }
    }
    row.why = row.server ? row.why : WhyUnserved::TooDear;
  }
  plan.totals = totals_of(plan);
  return plan;
}

TEST(FormerPlan, ThatLeavesSomebodyOutIsNoAnswer) {
  PlanInput input = strewn_country(30, 1, 6);
  const Plan before = with_one_less(first_plan(input));
  ASSERT_LT(before.totals.people_served, before.totals.people);
  Told told;
  const Plan after = gone_on(input, before, told);
  EXPECT_EQ(after.totals.people_served, after.totals.people);
  EXPECT_GT(after.totals.cost.npv, before.totals.cost.npv);
  input.target = {TargetKind::Share, 1, 0};
  const Plan share = with_one_less(first_plan(input));
  Told of_share;
  EXPECT_EQ(gone_on(input, share, of_share).totals.people_served, after.totals.people);
}

TEST(FormerPlan, IsOfTheSameInputOnlyWithItsSettlementsAndHopsThatStand) {
  const PlanInput input = strewn_country(40, 1, 6);
  const Plan plan = first_plan(input);
  SerialExecutor executor;
  const PlanModel model = *make_model(input, kHills, executor, {});
  const auto is_believed = [&](const Plan& one) { return former_plan(one, model, input, plan.input_hash).same_input; };
  EXPECT_TRUE(is_believed(plan));
  Plan longer = plan;
  longer.settlements.push_back(longer.settlements.back());
  EXPECT_FALSE(is_believed(longer));
  Plan swapped = plan;
  std::swap(swapped.settlements[0], swapped.settlements[1]);
  EXPECT_FALSE(is_believed(swapped));
  Plan circle = plan;
  const auto child = std::find_if(circle.sites.begin(), circle.sites.end(), [&](const PlanSite& site) {
    return site.backhaul == BackhaulKind::Hop && circle.sites[site.hop.parent].backhaul != BackhaulKind::Hop;
  });
  ASSERT_NE(child, circle.sites.end());
  PlanSite& parent = circle.sites[child->hop.parent];
  parent.backhaul = BackhaulKind::Hop;
  parent.backhaul_cost = child->backhaul_cost;
  parent.hop = child->hop;
  parent.hop.parent = static_cast<std::uint32_t>(child - circle.sites.begin());
  circle.totals = totals_of(circle);
  EXPECT_FALSE(is_believed(circle));
}

TEST(FormerPlan, ThatWasChangedByHandIsProvenAnew) {
  const PlanInput input = strewn_country(30, 1, 6);
  Plan before = first_plan(input);
  before.input_hash = hash_by_hand(before.input_hash);
  Told told;
  (void)gone_on(input, before, told);
  EXPECT_EQ(told.proofs, 1U);
  EXPECT_THAT(told.sentences, Contains("it was changed by hand"));
}

TEST(FormerPlan, OfABudgetOrAShareStaysAsGood) {
  PlanInput input = strewn_country(30, 1.5, 4);
  const Money all = planned(input, kHills)->totals.cost.npv;
  for (const PlanTarget& target : {PlanTarget{TargetKind::Budget, 1, all / 2}, PlanTarget{TargetKind::Share, 0.7, 0}}) {
    input.target = target;
    const Plan before = *planned(input, kHills);
    Told told;
    const Plan after = gone_on(input, before, told);
    EXPECT_THAT(told.sentences, Contains(HasSubstr("rests on the same")));
    if (before.by_budget) {
      EXPECT_GE(after.totals.people_served, before.totals.people_served);
      EXPECT_LE(after.totals.cost.npv, target.budget);
      EXPECT_LE(*after.bound, *before.bound);
    } else {
      EXPECT_LE(after.totals.cost.npv, before.totals.cost.npv);
      EXPECT_GE(*after.bound, *before.bound);
    }
  }
}

}  // namespace
}  // namespace karkara::planner
