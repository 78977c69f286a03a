// Second ways out, held against failures that are tried one by one, and against everything that could be bought.
#include <gmock/gmock.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "controller/planner/plan/cut_off.h"
#include "controller/planner/plan/plan_search.h"
#include "controller/planner/plan/second_way_search.h"
#include "controller/planner/roadmap/plan_failures.h"
#include "tests/controller/planner/plan/small_country.h"

namespace karkara::planner {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Link {
  std::uint32_t a;
  std::uint32_t b;  // kOutside: a way out
};

// People that a fall cuts off beyond `most`, over all falls; by walking what is left.
std::int64_t walked_excess(const std::vector<Link>& links, const std::vector<std::int64_t>& people, std::int64_t most) {
  std::int64_t sum = 0;
  for (std::uint32_t fallen = 0; fallen < people.size(); ++fallen) {
    std::vector<char> in_touch(people.size(), 0);
    for (std::size_t round = 0; round < people.size(); ++round) {
      for (const Link& link : links) {
        if (link.a == fallen || link.b == fallen) {
          continue;
        }
        const bool touched = link.b == kOutside || in_touch[link.a] != 0 || in_touch[link.b] != 0;
        in_touch[link.a] = touched ? 1 : in_touch[link.a];
        if (link.b != kOutside) {
          in_touch[link.b] = touched ? 1 : in_touch[link.b];
        }
      }
    }
    std::int64_t cut = 0;
    for (std::uint32_t mast = 0; mast < people.size(); ++mast) {
      cut += mast != fallen && in_touch[mast] == 0 ? people[mast] : 0;
    }
    sum += std::max<std::int64_t>(0, cut - most);
  }
  return sum;
}

TEST(CutOff, CountsWhomFallsCutOffAsWalkingWhatIsLeftDoes) {
  std::uint64_t state = 7;
  const auto up_to = [&](std::uint64_t most) { return splitmix64(state) % (most + 1); };
  for (int round = 0; round < 400; ++round) {
    const std::size_t masts = 2 + up_to(9);
    std::vector<std::uint32_t> parent;
    std::vector<std::int64_t> people;
    std::vector<Link> links;
    for (std::uint32_t mast = 0; mast < masts; ++mast) {
      // Not only those before it: numbers say nothing of depth.
      parent.push_back(mast == 0 || up_to(4) == 0 ? kOutside : static_cast<std::uint32_t>(up_to(mast - 1)));
      people.push_back(static_cast<std::int64_t>(100 * up_to(9)));
      links.push_back({mast, parent.back()});
    }
    const auto most = static_cast<std::int64_t>(100 * up_to(6));
    CutOff cut_off{parent, people, most};
    ASSERT_EQ(cut_off.excess(), walked_excess(links, people, most)) << round;
    for (std::size_t second = 0; second < masts; ++second) {
      const auto a = static_cast<std::uint32_t>(up_to(masts - 1));
      const auto other = static_cast<std::uint32_t>(up_to(masts));
      const std::uint32_t b = other == masts ? kOutside : other;
      if (a == b) {
        continue;
      }
      const std::int64_t before = cut_off.excess();
      const std::int64_t gain = cut_off.gain(a, b);
      cut_off.link(a, b);
      links.push_back({a, b});
      ASSERT_EQ(cut_off.excess(), walked_excess(links, people, most)) << round;
      // A link may join branches of which neither is in touch yet: that is worth something only later.
      ASSERT_EQ(gain, before - cut_off.excess()) << round;
    }
    cut_off.clear();
    links.resize(masts);
    ASSERT_EQ(cut_off.excess(), walked_excess(links, people, most)) << round;
  }
}

TEST(CutOff, HoldsNumbersThatNoCountryHas) {
  std::vector<std::uint32_t> chain(500);
  std::iota(chain.begin(), chain.end(), std::uint32_t{0} - 1);  // the first has a way out
  CutOff cut_off{chain, std::vector<std::int64_t>(500, std::int64_t{1} << 60U), std::int64_t{1} << 61U};
  EXPECT_GT(cut_off.excess(), 0);
  cut_off.link(499, kOutside);
  EXPECT_EQ(cut_off.excess(), 0);
}

// Villages that hop to each other, at prices, with standing masts and networks of every kind.
PlanInput exposed_country(std::uint64_t seed) {
  std::uint64_t state = seed * 7'368'787;
  const auto up_to = [&](std::uint64_t most) { return splitmix64(state) % (most + 1); };
  PlanInput input = strewn_country(4 + up_to(12), 0.2 + 0.1 * static_cast<double>(up_to(6)), seed);
  input.seed = seed;
  input.costs.vsat.opex = 1'000.0 * static_cast<double>(2 + up_to(10));
  input.costs.hops[0].capex = 2'000.0 * static_cast<double>(1 + up_to(4));
  input.costs.masts[1].capex = 15'000 + 5'000.0 * static_cast<double>(up_to(6));
  if (up_to(2) == 0) {
    input.sim.assign(input.settlements.size(), 0);
    for (char& sim : input.sim) {
      sim = up_to(3) == 0 ? 1 : 0;
    }
  }
  if (up_to(1) == 0) {
    const Place place{Degrees{13 + 0.02 * static_cast<double>(up_to(10))},
                      Degrees{2 + 0.02 * static_cast<double>(up_to(10))}};
    input.masts = {{"tower", "Tower", place, Metres{45}, true, false, up_to(1) == 0}};
  }
  if (up_to(3) == 0) {
    input.costs.vsat_standby_opex = 0.2 * input.costs.vsat.opex;
  }
  if (up_to(3) == 0) {
    input.bonus.assign(input.settlements.size(), static_cast<std::int64_t>(100 * up_to(5)));
  }
  input.most_cut_off = static_cast<std::int64_t>(300 * up_to(8));
  return input;
}

FormulaTerrain hills_of(std::uint64_t seed) {
  return FormulaTerrain{{.seed = seed, .relief = 10.0 * static_cast<double>(seed % 5)}};
}

// What a satellite terminal for every mast that hangs on another would cost.
Money satellites_everywhere(const PlanInput& input, const Plan& plan) {
  Money sum = 0;
  for (const PlanSite& site : plan.sites) {
    sum += site.backhaul == BackhaulKind::Hop
               ? way_out_cost(input.costs, standby_vsat(input.costs), site.place.latitude).npv
               : 0;
  }
  return sum;
}

TEST(Protection, NoSingleFailureCutsOffMoreThanItMayAndNothingIsDearerThanSatellitesEverywhere) {
  std::size_t bought = 0;
  std::size_t hops = 0;
  for (std::uint64_t seed = 1; seed <= 18; ++seed) {
    PlanInput input = exposed_country(seed);
    const auto plan = planned(input, hills_of(seed));
    ASSERT_TRUE(plan.ok()) << seed << plan.error().text;
    EXPECT_EQ(plan->most_cut_off, input.most_cut_off);
    for (const PlanFailure& failure : failures_of(*plan)) {
      ASSERT_LE(failure.people, *input.most_cut_off) << seed << ": " << name_of(*plan, failure);
    }
    const std::optional<std::int64_t> most = std::exchange(input.most_cut_off, std::nullopt);
    const Plan without = *planned(input, hills_of(seed));
    EXPECT_THAT(without.second_ways, IsEmpty());
    const Money more = plan->totals.cost.npv - without.totals.cost.npv;
    EXPECT_GE(more, 0) << seed;
    EXPECT_LE(more, satellites_everywhere(input, without)) << seed;
    EXPECT_EQ(plan->bound, without.bound) << seed << ", " << *most;
    EXPECT_GE(plan->gap, without.gap) << seed;
    bought += plan->second_ways.size();
    hops += static_cast<std::size_t>(std::count_if(plan->second_ways.begin(), plan->second_ways.end(),
                                                   [](const auto& way) { return way.kind == BackhaulKind::Hop; }));
    for (const PlanSecondWay& way : plan->second_ways) {
      EXPECT_EQ(way.kind == BackhaulKind::Hop, way.hop.parent != kNoSite);
      EXPECT_TRUE(way.kind != BackhaulKind::Hop || way.hop.availability.value() > 99) << seed;
      EXPECT_GT(way.cost.npv, 0);
    }
  }
  EXPECT_GE(bought, 20U);
  EXPECT_GE(hops, 3U);
}

// All sets of offers, each walked; masts stay as high as they are.
Money cheapest_set(const std::vector<SecondOffer>& offers, const Attempt& plan, const PlanModel& model,
                   const std::vector<std::int64_t>& people, std::int64_t most) {
  std::vector<Link> first;
  for (std::uint32_t node = 0; node < model.nodes.size(); ++node) {
    if (plan.backhaul.height[node] != kNoMast) {
      first.push_back({node, plan.backhaul.hop[node] == kNoSite ? kOutside : plan.backhaul.parent[node]});
    }
  }
  Money best = std::numeric_limits<Money>::max();
  for (std::uint32_t set = 0; set < 1U << offers.size(); ++set) {
    std::vector<Link> links = first;
    Money price = 0;
    for (std::size_t i = 0; i < offers.size(); ++i) {
      if ((set >> i & 1U) != 0) {
        links.push_back({offers[i].way.node, offers[i].way.other});
        price += offers[i].price;
      }
    }
    if (price < best && walked_excess(links, people, most) == 0) {
      best = price;
    }
  }
  return best;
}

TEST(Protection, IsMostlyTheCheapestThereIs) {
  std::size_t tried = 0;
  std::size_t best = 0;
  for (std::uint64_t seed = 1; seed <= 80; ++seed) {
    PlanInput input = exposed_country(seed);
    input.settlements.resize(std::min<std::size_t>(input.settlements.size(), 6));
    input.sim.resize(std::min(input.sim.size(), input.settlements.size()));
    SerialExecutor executor;
    const PlanModel model = *make_model(input, hills_of(seed), executor, {});
    Chosen chosen;
    chosen.serving.assign(model.nodes.size(), kNoMast);
    std::fill_n(chosen.serving.begin(), input.settlements.size(), std::int8_t{0});
    const Attempt plan = hung(model, input, chosen);
    std::vector<std::int64_t> people(model.nodes.size(), 0);
    for (std::size_t i = 0; i < input.settlements.size(); ++i) {
      people[i] = *input.settlements[i].people;
    }
    const std::function<bool()> never = [] { return false; };
    const SecondWaysFound found = find_second_ways({model, input, plan, people, false, never});
    EXPECT_TRUE(suffice({model, input, plan, people, false, never}, found.ways)) << seed;
    EXPECT_EQ(found.height, plan.backhaul.height);
    std::vector<SecondOffer> offers = second_offers(model, input, plan);
    std::erase_if(offers, [&](const SecondOffer& offer) {
      const auto ends = raised_ends(model, plan.chosen, plan.backhaul.height, offer.way);
      return !ends || ends->price > 0;
    });
    if (offers.size() > 9 || found.ways.empty()) {
      continue;
    }
    const Money least = cheapest_set(offers, plan, model, people, *input.most_cut_off);
    ASSERT_LE(least, found.price) << seed;
    EXPECT_LE(found.price, least + least / 2) << seed;
    ++tried;
    best += found.price == least ? 1 : 0;
  }
  EXPECT_GE(tried, 15U);
  EXPECT_GE(best * 10, tried * 9);
}

// b and c hang on a, which has the only way out that is cheap.
PlanInput star() {
  PlanInput input = country_of({village("a", 13, 2, 500), village("b", 13, 2.2, 900), village("c", 13.05, 2.2, 800)});
  input.fixed = {"a", "b", "c"};
  input.sim = {1, 0, 0};
  input.most_cut_off = 1'000;
  return input;
}

TEST(Protection, OneSatelliteAndAHopKeepTwoBranchesInTouch) {
  PlanInput input = star();
  const FormulaTerrain flat{{.relief = 0}};
  const Plan one = *planned(input, flat);  // 900 or 800 people may be cut off, but not both
  EXPECT_EQ(one.second_ways.size(), 1U);
  input.most_cut_off = 0;
  const Plan both = *planned(input, flat);
  ASSERT_EQ(both.second_ways.size(), 1U);  // b and c hop to each other, or in a row
  EXPECT_EQ(both.second_ways[0].kind, BackhaulKind::Vsat);
  EXPECT_THAT(failures_of(both), IsEmpty());
  EXPECT_EQ(both.totals.second_ways, both.second_ways[0].cost);
  EXPECT_THAT(both.marks, Contains("the bound counts no second ways out (N-1)"));
  EXPECT_THAT(both.marks, Contains(HasSubstr("1 satellite terminals stand by at the price of ones that are used")));
  input.costs.vsat_standby_opex = 100;
  const Plan cheap = *planned(input, flat);
  EXPECT_LT(cheap.totals.second_ways.npv, both.totals.second_ways.npv);
  EXPECT_THAT(cheap.marks, Not(Contains(HasSubstr("stand by"))));
}

TEST(Protection, TakesANetworkThatDoesNotHangOnTheSameTower) {
  PlanInput input = star();
  input.sim = {0, 1, 0};
  input.most_cut_off = 0;
  input.masts = {{"tower", "Tower", {Degrees{13}, Degrees{2.01}}, Metres{45}, true, true, false}};
  const FormulaTerrain flat{{.relief = 0}};
  input.networks = {{"Zamani", "tower", input.masts[0].place}, {"Zamani", "", {}}};
  const auto sims = [&] {
    const Plan plan = *planned(input, flat);
    return std::count_if(plan.second_ways.begin(), plan.second_ways.end(),
                         [](const auto& way) { return way.kind == BackhaulKind::Sim; });
  };
  const auto by = [&](std::vector<std::uint32_t> networks) {
    input.sim_by = {};
    for (std::size_t i = 0; i < 3; ++i) {
      input.sim_by.push_back(i == 1 ? networks : std::vector<std::uint32_t>{});
    }
  };
  by({0, 1});
  EXPECT_EQ(sims(), 1);
  by({0});  // falls with the tower that all hang on
  EXPECT_EQ(sims(), 0);
}

TEST(Protection, LooksAtTheWayOutThatIsBoughtForTheTraffic) {
  PlanInput input = star();
  input.sim = {1, 1, 0};
  input.networks = {{"Zamani", "tower", {Degrees{13}, Degrees{2.01}}}};
  for (std::size_t i = 0; i < 3; ++i) {
    input.sim_by.push_back(i < 2 ? std::vector<std::uint32_t>{0} : std::vector<std::uint32_t>{});
  }
  SerialExecutor executor;
  PlanModel model = *make_model(input, FormulaTerrain{{.relief = 0}}, executor, {});
  model.way_rates = WayRates{0, 1e6, 1e9};
  const auto& pairs = model.hops_of[1];
  const auto hop =
      std::find_if(pairs.begin(), pairs.end(), [&](std::uint32_t pair) { return model.other(pair, 1) == 0; });
  ASSERT_NE(hop, pairs.end());
  Attempt plan{{{1, 1, kNoMast}, {}}, {{1, 1, kNoMast}, {kNoSite, *hop, kNoSite}, {kNoSite, 0, kNoSite}}};
  const auto second_of_b = [&](double demand) {
    plan.chosen.demand = {0, demand, 0};
    const std::vector<SecondOffer> offers = second_offers(model, input, plan);
    const auto own = std::find_if(offers.begin(), offers.end(), [](const SecondOffer& offer) {
      return offer.way.node == 1 && offer.way.kind != BackhaulKind::Hop;
    });
    return own == offers.end() ? BackhaulKind::Hop : own->way.kind;
  };
  EXPECT_EQ(second_of_b(1e5), BackhaulKind::Vsat) << "a's modem hangs on the same tower";
  EXPECT_EQ(second_of_b(4e7), BackhaulKind::Sim) << "a has a satellite terminal then";
}

TEST(Protection, CountsOnlyOthersMastsAndNothingUnasked) {
  PlanInput input = country_of({village("a", 13, 2, 5'000), village("b", 14, 3, 5'000)});
  const FormulaTerrain flat{{.relief = 0}};
  input.most_cut_off = 0;
  const Plan alone = *planned(input, flat);  // each has a way out of its own
  EXPECT_THAT(alone.second_ways, IsEmpty());
  const PlanSafety safety = safety_of(alone);
  EXPECT_EQ(safety.own_way.sites, 2U);
  EXPECT_EQ(safety.own_way.people, 10'000);
  input.most_cut_off = -1;
  EXPECT_THAT(planned(input, flat).error().text, HasSubstr("one failure cuts off nobody or more"));
}

TEST(Protection, KeepsWithinABudgetAndAboveAShare) {
  PlanInput input = exposed_country(5);
  input.settlements = strewn_country(24, 0.9, 4).settlements;
  input.sim.clear();
  input.bonus.clear();
  input.most_cut_off = 500;
  const FormulaTerrain hills{{.seed = 2, .relief = 20}};
  const Plan all = *planned(input, hills);
  EXPECT_GT(all.second_ways.size(), 0U);
  input.target = {TargetKind::Budget, 1, all.totals.cost.npv / 2};
  const auto half = planned(input, hills);
  ASSERT_TRUE(half.ok()) << half.error().text;
  EXPECT_LE(half->totals.cost.npv, input.target.budget);
  EXPECT_GT(half->totals.cost.npv, input.target.budget * 8 / 10);
  EXPECT_LE(half->totals.people_served, *half->bound);
  for (const PlanFailure& failure : failures_of(*half)) {
    EXPECT_LE(failure.people, 500);
  }
  input.target = {TargetKind::Share, 0.6, 0};
  const Plan share = *planned(input, hills);
  EXPECT_GE(static_cast<double>(share.totals.people_served), 0.6 * static_cast<double>(share.totals.people));
  EXPECT_TRUE(failures_of(share).empty() || failures_of(share).front().people <= 500);
}

// Pieces in another order than they are numbered.
class Backwards final : public Executor {
 public:
  void run(std::size_t pieces, const std::function<void(std::size_t)>& piece) override {
    for (std::size_t i = pieces; i-- > 0;) {
      piece(i);
    }
  }
};

TEST(Protection, IsTheSameInWhateverOrderPiecesRunAndWhenTheSearchEndsEarly) {
  const PlanInput input = exposed_country(11);
  const Plan plan = *planned(input, hills_of(11));
  Backwards backwards;
  EXPECT_TRUE(*search_plan(input, hills_of(11), 7, small_effort(), backwards) == plan);
  SerialExecutor executor;
  std::size_t shown = 0;
  PlanWatch watch;
  watch.improved = [&](const Plan& so_far) {
    ++shown;
    EXPECT_FALSE(so_far.most_cut_off);
    EXPECT_THAT(so_far.marks, Contains(HasSubstr("are not in this plan yet")));
  };
  watch.cancelled = [&] { return shown > 0; };
  const auto ended = search_plan(input, hills_of(11), 7, small_effort(), executor, watch);
  ASSERT_TRUE(ended.ok()) << ended.error().text;
  EXPECT_TRUE(ended->cancelled);
  for (const PlanFailure& failure : failures_of(*ended)) {
    EXPECT_LE(failure.people, *input.most_cut_off);
  }
}

TEST(Protection, ChangesTheHashOfTheInput) {
  PlanInput input = star();
  const std::uint64_t asked = input_hash(input, 7);
  input.most_cut_off = 0;
  EXPECT_NE(input_hash(input, 7), asked);
  const std::uint64_t nobody = input_hash(input, 7);
  input.most_cut_off.reset();
  EXPECT_NE(input_hash(input, 7), nobody);
  input.costs.vsat_standby_opex = 0;
  EXPECT_NE(input_hash(input, 7), asked);
}

}  // namespace
}  // namespace karkara::planner
