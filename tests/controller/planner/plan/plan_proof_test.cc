// What is proven about plans, held against all plans there are: countries of a few villages, with prices, masts, ways
// out and ground of every kind.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "controller/planner/plan/backhaul_tree.h"
#include "controller/planner/plan/entry_bound.h"
#include "controller/planner/plan/plan_search.h"
#include "controller/planner/plan/site_options.h"
#include "controller/planner/plan/window_search.h"
#include "tests/controller/planner/plan/small_country.h"

namespace karkara::planner {
namespace {

// Every choice of masts, their heights and what they are for; with the cheapest trees for it, which are a least
// spanning tree over the masts and the world outside.
class EveryPlan {
 public:
  using Told = std::function<void(Money cost, std::int64_t people)>;

  EveryPlan(const PlanModel& model, const PlanInput& input, Told told)
      : model_{model}, input_{input}, told_{std::move(told)}, built_(model.nodes.size(), kNoMast) {
    for (std::uint32_t node = 0; node < built_.size(); ++node) {
      is_forced_.push_back(std::count(model.forced.begin(), model.forced.end(), node) > 0 ? 1 : 0);
    }
  }

  // Of those that cost at most so much and serve at least so many.
  void tell(Money most, std::int64_t least) {
    most_ = most;
    least_ = least;
    choose(0, 0, 0);
  }

 private:
  void choose(std::uint32_t node, Money cost, std::uint64_t served) {
    if (cost > most_) {
      return;
    }
    if (node == built_.size()) {
      if (const std::int64_t people = people_of(served); people >= least_) {
        told_(cost + least_trees(), people);
      }
      return;
    }
    const PlanNode& at = model_.nodes[node];
    if (is_forced_[node] == 0) {
      build(node, static_cast<std::int8_t>(at.gateway ? at.top : kNoMast), cost, served);
    }
    for (std::int8_t height = 0; height <= at.top; ++height) {
      if (at.relays && !at.gateway && is_forced_[node] == 0) {
        build(node, height, cost + at.relay[static_cast<std::size_t>(height)], served);
      }
      if (at.serves && node + 1 < model_.access.begin.size()) {
        build(node, height, cost + at.access[static_cast<std::size_t>(height)], served | whom(node, height));
      }
    }
    built_[node] = kNoMast;
  }

  void build(std::uint32_t node, std::int8_t height, Money cost, std::uint64_t served) {
    built_[node] = height;
    choose(node + 1, cost, served);
  }

  [[nodiscard]] std::uint64_t whom(std::uint32_t node, std::int8_t height) const {
    std::uint64_t served = 0;
    for (const AccessPair& pair : model_.access.of(node)) {
      served |= static_cast<std::int32_t>(pair.least) <= height ? std::uint64_t{1} << pair.settlement : 0;
    }
    return served;
  }

  [[nodiscard]] std::int64_t people_of(std::uint64_t served) const {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < input_.settlements.size(); ++i) {
      sum += (served >> i & 1U) != 0 ? input_.settlements[i].people.value_or(0) : 0;
    }
    return sum;
  }

  // Prim's, from the world outside.
  [[nodiscard]] Money least_trees() const {
    constexpr Money kFar = std::numeric_limits<Money>::max();
    std::vector<Money> price(built_.size(), kFar);
    for (std::size_t node = 0; node < built_.size(); ++node) {
      price[node] = built_[node] == kNoMast ? kFar : model_.nodes[node].root;
    }
    std::vector<char> in(built_.size(), 0);
    Money sum = 0;
    while (true) {
      std::uint32_t next = kNoSite;
      for (std::uint32_t node = 0; node < built_.size(); ++node) {
        if (in[node] == 0 && price[node] != kFar && (next == kNoSite || price[node] < price[next])) {
          next = node;
        }
      }
      if (next == kNoSite) {
        return sum;
      }
      in[next] = 1;
      sum += price[next];
      for (const std::uint32_t pair : model_.hops_of[next]) {
        const std::uint32_t other = model_.other(pair, next);
        if (built_[other] != kNoMast &&
            model_.far(pair, next, static_cast<std::size_t>(built_[next])) <= built_[other]) {
          price[other] = std::min(price[other], model_.hop_price[pair]);
        }
      }
    }
  }

  const PlanModel& model_;
  const PlanInput& input_;
  Told told_;
  Money most_ = 0;
  std::int64_t least_ = 0;
  std::vector<std::int8_t> built_;
  std::vector<char> is_forced_;
};

// Three to seven villages, sometimes with masts that stand, high ground, sites that must or must not be.
PlanInput any_country(std::uint64_t seed) {
  std::uint64_t state = seed * 1'000'003;
  const auto up_to = [&](std::uint64_t most) { return splitmix64(state) % (most + 1); };
  PlanInput input = strewn_country(3 + up_to(3), 0.05 * static_cast<double>(1 + up_to(9)), seed);
  input.seed = seed;
  input.costs.vsat.opex = 500.0 * static_cast<double>(up_to(40));
  input.costs.hops[0].capex = 2'000.0 * static_cast<double>(1 + up_to(10));
  input.costs.masts[1].capex = 15'000 + 5'000.0 * static_cast<double>(up_to(20));
  input.costs.preparation = 10'000.0 * static_cast<double>(up_to(5));
  input.costs.relay_preparation = 2'000.0 * static_cast<double>(up_to(10));
  if (up_to(1) == 0) {
    input.sim.assign(input.settlements.size(), 0);
    input.sim[up_to(input.settlements.size() - 1)] = 1;
  }
  const auto beside = [&] {
    return Place{Degrees{13 + 0.02 * static_cast<double>(up_to(10))},
                 Degrees{2 + 0.02 * static_cast<double>(up_to(10))}};
  };
  if (up_to(2) == 0) {
    input.masts = {{"tower", "Tower", beside(), Metres{30 + 15.0 * static_cast<double>(up_to(2))}, up_to(1) == 0,
                    up_to(1) == 0, up_to(1) == 0}};
  }
  if (up_to(2) == 0) {
    input.relays = {beside()};
  }
  if (up_to(3) == 0) {
    input.fixed = {"0"};
  }
  if (up_to(3) == 0) {
    input.forbidden = {"1"};
  }
  return input;
}

struct Judged {
  PlanInput input;
  FormulaTerrain ground;
  PlanModel model;
};

Judged country(std::uint64_t seed) {
  Judged country{any_country(seed), FormulaTerrain{{.seed = seed, .relief = 10.0 * static_cast<double>(seed % 6)}}, {}};
  SerialExecutor executor;
  country.model = *make_model(country.input, country.ground, executor, {});
  return country;
}

Money cheapest(const Judged& at, std::int64_t people, Money most) {
  Money optimum = std::numeric_limits<Money>::max();
  EveryPlan every{at.model, at.input, [&](Money cost, std::int64_t) { optimum = std::min(optimum, cost); }};
  every.tell(most, people);
  return optimum;
}

// The parts of the bound, without the search: hundreds of countries in a second.
TEST(PlanProof, TheCoverAndWhatWaysOutCostBeyondItAreNeverAboveTheCheapestPlan) {
  SerialExecutor executor;
  std::size_t tight = 0;
  std::size_t beyond = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const Judged at = country(seed);
    const Wanted wanted{std::vector<char>(at.input.settlements.size(), 1),
                        std::vector<std::int64_t>(at.input.settlements.size(), 1), 0};
    const SiteOptions options = site_options(at.model, wanted);
    const auto cover = solve_cover(options.problem, small_effort().cover, executor);
    ASSERT_TRUE(cover.ok()) << seed;
    const Money ways_out = entry_bound(at.model, options);
    const Money bound = cover->bound / kPerMoney + ways_out;
    const Attempt known = finished({at.model, at.input, wanted, options}, chosen_of(at.model, options, cover->sites));
    std::int64_t people = 0;
    for (std::size_t i = 0; i < options.row.size(); ++i) {
      people += options.row[i] != kNoSite ? *at.input.settlements[i].people : 0;
    }
    const Money optimum = cheapest(at, people, known.backhaul.cost);
    ASSERT_LE(bound, optimum) << seed;
    ASSERT_LE(optimum, known.backhaul.cost) << seed;
    tight += bound * 100 >= optimum * 95 ? 1 : 0;
    beyond += ways_out > 0 ? 1 : 0;
  }
  EXPECT_GE(tight, 100U);
  EXPECT_GE(beyond, 30U);
}

TEST(PlanProof, NoPlanForEverybodyCostsLessThanTheBoundAndFewLessThanTheOneThatIsFound) {
  std::size_t best = 0;
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    const Judged at = country(seed);
    const auto plan = planned(at.input, at.ground);
    ASSERT_TRUE(plan.ok()) << seed << plan.error().text;
    const Money optimum = cheapest(at, plan->totals.people_served, plan->totals.cost.npv);
    ASSERT_LE(*plan->bound, optimum) << seed;
    ASSERT_GE(plan->totals.cost.npv, optimum) << seed;
    best += plan->totals.cost.npv == optimum ? 1 : 0;
  }
  EXPECT_GE(best, 22U);  // a heuristic
}

TEST(PlanProof, NoPlanForAShareOfThePeopleCostsLessThanTheBound) {
  for (std::uint64_t seed = 1; seed <= 15; ++seed) {
    Judged at = country(seed);
    at.input.target = {TargetKind::Share, 0.1 * static_cast<double>(3 + seed % 6), 0};
    const auto plan = planned(at.input, at.ground);
    if (!plan.ok()) {
      continue;  // out of reach for forbidden sites
    }
    const double asked = at.input.target.share * static_cast<double>(plan->totals.people);
    const auto least = static_cast<std::int64_t>(std::ceil(asked - 1e-6));
    const Money optimum = cheapest(at, least, plan->totals.cost.npv);
    EXPECT_LE(*plan->bound, optimum) << seed;
    EXPECT_GE(plan->totals.cost.npv, optimum) << seed;
  }
}

TEST(PlanProof, NoPlanServesMorePeopleForABudgetThanTheBound) {
  for (std::uint64_t seed = 1; seed <= 15; ++seed) {
    Judged at = country(seed);
    at.input.target = {TargetKind::Budget, 1, static_cast<Money>(100'000 * (1 + seed % 8))};
    const auto plan = planned(at.input, at.ground);
    if (!plan.ok()) {
      continue;  // below what the fixed site costs
    }
    std::int64_t most = 0;
    EveryPlan every{at.model, at.input, [&](Money cost, std::int64_t people) {
                      most = cost <= at.input.target.budget ? std::max(most, people) : most;
                    }};
    every.tell(at.input.target.budget, plan->totals.people_served);
    EXPECT_GE(*plan->bound, most) << seed;
    EXPECT_LE(plan->totals.people_served, most) << seed;
  }
}

}  // namespace
}  // namespace karkara::planner
