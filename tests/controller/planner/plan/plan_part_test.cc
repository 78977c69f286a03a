// Parts of a plan, searched alone: what is found there must be a plan of the whole, as much cheaper.
#include <gmock/gmock.h>

#include <algorithm>

#include "controller/planner/cover/weighting_search.h"
#include "controller/planner/plan/part_search.h"
#include "controller/planner/plan/window_search.h"
#include "tests/controller/planner/plan/small_country.h"

namespace karkara::planner {
namespace {

struct Country {
  PlanInput input;
  FormulaTerrain ground;
  PlanModel model;
  Wanted wanted;
  SiteOptions options;
  Attempt plan;

  [[nodiscard]] PlanTask task() const { return {model, input, wanted, options}; }
};

// From a greedy start, which leaves something to find.
Country country(std::uint64_t seed, MicroCost price = 0) {
  Country made{strewn_country(60, 0.6, seed), FormulaTerrain{{.seed = seed, .relief = 60}}, {}, {}, {}, {}};
  made.input.sim.assign(60, 0);
  made.input.sim[seed % 60] = 1;
  SerialExecutor executor;
  made.model = *make_model(made.input, made.ground, executor, {});
  for (const Settlement& settlement : made.input.settlements) {
    made.wanted.row.push_back(1);
    made.wanted.weight.push_back(*settlement.people);
  }
  made.wanted.price = price;
  made.options = site_options(made.model, made.wanted);
  made.plan = finished(made.task(), chosen_of(made.model, made.options, greedy_cover(made.options.problem)));
  return made;
}

// The places of whole trees, from the first mast on, until there are so many masts; and all places where nothing
// stands.
std::vector<std::uint32_t> some_trees(const Attempt& plan, std::size_t masts) {
  std::vector<char> in(plan.backhaul.height.size(), 0);
  std::size_t count = 0;
  const auto head_of = [&](std::uint32_t node) {
    while (plan.backhaul.parent[node] != kNoSite) {
      node = plan.backhaul.parent[node];
    }
    return node;
  };
  for (std::uint32_t head = 0; head < in.size() && count < masts; ++head) {
    for (std::uint32_t node = 0; node < in.size(); ++node) {
      if (plan.backhaul.height[node] != kNoMast && head_of(node) == head) {
        in[node] = 1;
        ++count;
      }
    }
  }
  std::vector<std::uint32_t> open;
  for (std::uint32_t node = 0; node < in.size(); ++node) {
    if (in[node] != 0 || plan.backhaul.height[node] == kNoMast) {
      open.push_back(node);
    }
  }
  return open;
}

TEST(PlanPart, StartsAsThePlanIsThereAndAllOfItIsTheWhole) {
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    const Country at = country(seed);
    std::vector<std::uint32_t> all(at.model.nodes.size());
    for (std::uint32_t i = 0; i < all.size(); ++i) {
      all[i] = i;
    }
    const PlanPart whole = part_of(at.model, at.options, at.wanted, at.plan, all);
    EXPECT_EQ(price_of(whole, whole.start), price_of(at.task(), at.plan)) << seed;
    EXPECT_EQ(whole.open, all.size());
    EXPECT_THAT(rows_served(whole, whole.start.chosen), testing::Each(1));
    // What stands outside costs nothing there, and the same trees grow again over it.
    const PlanPart part = part_of(at.model, at.options, at.wanted, at.plan, some_trees(at.plan, 4));
    EXPECT_LT(price_of(part, part.start), price_of(at.task(), at.plan)) << seed;
    EXPECT_LE(cheapest_backhaul(part.model, part.start.chosen).cost, part.start.backhaul.cost) << seed;
  }
}

TEST(PlanPart, WhomOthersServeIsNotAskedFor) {
  const Country at = country(3);
  const PlanPart part = part_of(at.model, at.options, at.wanted, at.plan, some_trees(at.plan, 4));
  Chosen without = at.plan.chosen;
  for (std::size_t i = 0; i < part.open; ++i) {
    without.serving[part.node_of[i]] = kNoMast;
  }
  const std::vector<char> served = served_by(at.model, without);
  const auto open = std::count(served.begin(), served.end(), 0);
  EXPECT_EQ(part.wanted.row.size(), static_cast<std::size_t>(open));
  EXPECT_LT(part.wanted.row.size(), at.wanted.row.size());
}

TEST(PartSearch, LeavesAPartWithoutPlacesAsItIs) {
  const Country at = country(1);
  const PlanPart none = part_of(at.model, at.options, at.wanted, at.plan, {});
  EXPECT_EQ(none.open, 0U);
  EXPECT_EQ(cheaper_part(none, {.seed = 1, .steps = 60}).chosen.serving, none.start.chosen.serving);
}

TEST(PartSearch, FindsAPlanForAllThatIsNoDearer) {
  std::size_t cheaper = 0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const Country at = country(seed);
    const PlanPart part = part_of(at.model, at.options, at.wanted, at.plan, some_trees(at.plan, 12));
    const Attempt found = cheaper_part(part, {.seed = seed, .steps = 100});
    EXPECT_THAT(rows_served(part, found.chosen), testing::Each(1)) << seed;
    ASSERT_LE(price_of(part, found), price_of(part, part.start)) << seed;
    EXPECT_GE(cheapest_backhaul(part.model, found.chosen).cost, found.backhaul.cost) << seed;
    cheaper += price_of(part, found) < price_of(part, part.start) ? 1 : 0;
    EXPECT_EQ(found.chosen.serving, cheaper_part(part, {.seed = seed, .steps = 100}).chosen.serving);
  }
  EXPECT_GE(cheaper, 3U);
  const Country at = country(1);
  const PlanPart part = part_of(at.model, at.options, at.wanted, at.plan, some_trees(at.plan, 12));
  EXPECT_EQ(cheaper_part(part, {.seed = 1, .steps = 100, .cancelled = [] { return true; }}).chosen.serving,
            part.start.chosen.serving);
}

TEST(WindowSearch, MakesThePlanAsMuchCheaperAsItsPartsAre) {
  SerialExecutor executor;
  std::size_t cheaper = 0;
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    for (const MicroCost price : {MicroCost{0}, 40 * kPerMoney}) {
      const Country at = country(seed, price);
      Attempt plan = at.plan;
      const WindowSearch search{at.task(), 40, [] { return false; }};
      for (std::uint64_t i = 0; i < 3; ++i) {
        search.improve(plan, seed * 100 + i, executor);
      }
      EXPECT_LE(price_of(at.task(), plan), price_of(at.task(), at.plan)) << seed;
      cheaper += price_of(at.task(), plan) < price_of(at.task(), at.plan) ? 1 : 0;
      EXPECT_TRUE(price > 0 || serves_all(at.model, at.options, plan.chosen)) << seed;
      // Its hops and masts are a plan: grown from nothing it is no cheaper by what does not stand.
      Money cost = 0;
      for (std::uint32_t node = 0; node < plan.backhaul.height.size(); ++node) {
        const std::int8_t height = plan.backhaul.height[node];
        ASSERT_GE(height, plan.chosen.serving[node]);
        cost += mast_price(at.model, plan.chosen, node, height);
        if (height == kNoMast) {
          continue;
        }
        const std::uint32_t hop = plan.backhaul.hop[node];
        cost += hop == kNoSite ? at.model.nodes[node].root : at.model.hop_price[hop];
        if (hop != kNoSite) {
          const std::uint32_t parent = plan.backhaul.parent[node];
          ASSERT_EQ(parent, at.model.other(hop, node));
          ASSERT_GE(plan.backhaul.height[parent], at.model.far(hop, node, static_cast<std::size_t>(height)));
        }
      }
      EXPECT_EQ(cost, plan.backhaul.cost) << seed;
    }
  }
  EXPECT_GE(cheaper, 3U);
}

}  // namespace
}  // namespace karkara::planner
