#include <gmock/gmock.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <thread>

#include "common/splitmix.h"
#include "controller/planner/cover/block_bound.h"
#include "controller/planner/cover/cover_reduction.h"
#include "controller/planner/cover/cover_solver.h"
#include "controller/planner/cover/exact_cover.h"
#include "controller/planner/cover/lagrangian.h"
#include "controller/planner/cover/max_cover.h"
#include "controller/planner/cover/weighting_search.h"

namespace karkara::planner {
namespace {

using testing::ElementsAre;

CoverProblem problem_of(const std::vector<std::vector<std::uint32_t>>& covers, std::size_t settlements,
                        std::vector<MicroCost> cost = {}) {
  CoverProblem problem;
  for (const auto& list : covers) {
    problem.covers.push_back(list);
  }
  problem.settlements = settlements;
  problem.cost = cost.empty() ? std::vector<MicroCost>(covers.size(), kOneUnit) : std::move(cost);
  return problem;
}

// Places strewn over a square of `side` degrees; everyone may be a site.
CoverProblem strewn(std::size_t count, double side, std::uint64_t seed, bool with_costs) {
  std::vector<Place> places;
  const auto part = [&] { return static_cast<double>(splitmix64(seed) >> 11U) * 0x1p-53; };
  for (std::size_t i = 0; i < count; ++i) {
    const double latitude = 13 + side * part();
    places.push_back({Degrees{latitude}, Degrees{2 + side * part()}});
  }
  SerialExecutor executor;
  CoverProblem problem;
  problem.covers = sites_within(places, places, Metres{5'000}, executor);
  problem.settlements = count;
  for (std::size_t i = 0; i < count; ++i) {
    problem.cost.push_back(with_costs ? kOneUnit + static_cast<MicroCost>(splitmix64(seed) % 3'000'000) : kOneUnit);
    problem.people.push_back(static_cast<std::int64_t>(splitmix64(seed) % 2'000));
  }
  return problem;
}

// Every subset of few sites: what the clever ways must find.
MicroCost cheapest_by_trying(const CoverProblem& problem) {
  std::vector<std::uint32_t> masks;
  for (std::size_t i = 0; i < problem.covers.size(); ++i) {
    std::uint32_t mask = 0;
    for (const std::uint32_t row : problem.covers[i]) {
      mask |= 1U << row;
    }
    masks.push_back(mask);
  }
  MicroCost best = std::numeric_limits<MicroCost>::max();
  const std::uint32_t all = (1U << problem.settlements) - 1;
  for (std::uint32_t chosen = 0; chosen < 1U << masks.size(); ++chosen) {
    std::uint32_t covered = 0;
    MicroCost cost = 0;
    for (std::size_t i = 0; i < masks.size(); ++i) {
      if ((chosen >> i & 1U) != 0) {
        covered |= masks[i];
        cost += problem.cost[i];
      }
    }
    best = covered == all ? std::min(best, cost) : best;
  }
  return best;
}

// Pieces of a run on as many threads, in an order that no thread keeps.
class Threads final : public Executor {
 public:
  explicit Threads(std::size_t count) : count_{count} {}
  void run(std::size_t pieces, const std::function<void(std::size_t)>& piece) override {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < count_; ++t) {
      threads.emplace_back([&, t] {
        for (std::size_t i = pieces; i-- > 0;) {
          if (i % count_ == t) {
            piece(i);
          }
        }
      });
    }
  }

 private:
  std::size_t count_;
};

TEST(SitesWithin, FindsExactlyThePairsOfTheRadius) {
  std::vector<Place> places;
  std::uint64_t random = 5;
  const auto part = [&] { return static_cast<double>(splitmix64(random) >> 11U) * 0x1p-53; };
  for (int i = 0; i < 300; ++i) {
    const double latitude = i < 150 ? 13 + part() : -89.9 + 179.8 * part();
    places.push_back({Degrees{latitude}, Degrees{i < 150 ? 2 + part() : -180 + 360 * part()}});
  }
  places.push_back({Degrees{13.5}, Degrees{179.99}});
  places.push_back({Degrees{13.5}, Degrees{-179.99}});
  SerialExecutor executor;
  for (const double radius : {5'000.0, 30'000.0, 2'000'000.0}) {
    const Incidence found = sites_within(places, places, Metres{radius}, executor);
    for (std::size_t i = 0; i < places.size(); ++i) {
      std::vector<std::uint32_t> expected;
      for (std::uint32_t j = 0; j < places.size(); ++j) {
        if (distance(places[i], places[j]).value() <= radius) {
          expected.push_back(j);
        }
      }
      EXPECT_TRUE(std::equal(expected.begin(), expected.end(), found[i].begin(), found[i].end())) << radius << " " << i;
    }
  }
}

TEST(CoverProblem, RefusesWhatCannotBe) {
  EXPECT_TRUE(check(problem_of({{0, 1}, {1}}, 2)).ok());
  EXPECT_FALSE(check(problem_of({{0, 2}}, 2)).ok());
  EXPECT_FALSE(check(problem_of({{1, 0}}, 2)).ok());
  EXPECT_FALSE(check(problem_of({{0, 0}}, 2)).ok());
  EXPECT_FALSE(check(problem_of({{0}}, 2, {0})).ok());
  EXPECT_FALSE(check(problem_of({{0}}, 2, {kOneUnit, kOneUnit})).ok());
  CoverProblem negative = problem_of({{0}}, 1);
  negative.people = {-1};
  EXPECT_FALSE(check(negative).ok());
}

TEST(CoverReduction, FixesWhatOnlyOneReachesAndDropsTheReplaced) {
  // Site 0 alone reaches 0; site 2 is replaced by 1; nobody reaches 4.
  const CoverCore core = reduce(problem_of({{0, 1}, {2, 3}, {3}}, 5));
  EXPECT_THAT(core.fixed, testing::UnorderedElementsAre(0U, 1U));
  EXPECT_THAT(core.out_of_reach, ElementsAre(4U));
  EXPECT_EQ(core.problem.settlements, 0U);
}

TEST(CoverReduction, KeepsADearSiteThatReachesMore) {
  const CoverCore core =
      reduce(problem_of({{0, 1, 2}, {0, 1}, {1, 2}, {0, 2}}, 3, {5 * kOneUnit, kOneUnit, kOneUnit, kOneUnit}));
  EXPECT_EQ(core.problem.cost.size(), 4U);
}

TEST(CoverReduction, PartsShareNoSettlement) {
  const CoverProblem ring = problem_of({{0, 1}, {1, 2}, {0, 2}, {3, 4}, {4, 5}, {3, 5}}, 6);
  const auto parts = components(reduce(ring));
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_THAT(parts[1].site_of, ElementsAre(3U, 4U, 5U));
  EXPECT_THAT(parts[1].settlement_of, ElementsAre(3U, 4U, 5U));
}

// The law of all bounds and covers, against every subset of small problems.
TEST(Cover, IsExactOnSmallProblems) {
  std::uint64_t random = 11;
  SerialExecutor executor;
  for (int trial = 0; trial < 150; ++trial) {
    const std::size_t sites = 4 + splitmix64(random) % 9;
    const std::size_t settlements = 4 + splitmix64(random) % 12;
    std::vector<std::vector<std::uint32_t>> covers(sites);
    for (std::uint32_t row = 0; row < settlements; ++row) {
      const std::uint64_t bits = splitmix64(random) & splitmix64(random);
      for (std::size_t site = 0; site < sites; ++site) {
        if ((bits >> site & 1U) != 0 || site == row % sites) {
          covers[site].push_back(row);
        }
      }
    }
    std::vector<MicroCost> cost;
    for (std::size_t site = 0; site < sites; ++site) {
      cost.push_back(trial % 2 == 0 ? kOneUnit : 1 + static_cast<MicroCost>(splitmix64(random) % 3'000'000));
    }
    const CoverProblem problem = problem_of(covers, settlements, cost);
    const MicroCost best = cheapest_by_trying(problem);

    CoverEffort effort;
    effort.steps = 2'000;
    const auto plan = solve_cover(problem, effort, executor);
    ASSERT_TRUE(plan.ok());
    EXPECT_TRUE(covers_all(problem, plan->sites));
    EXPECT_EQ(plan->cost, best) << trial;
    EXPECT_EQ(plan->bound, best) << trial;

    const Prices prices = search_prices(problem, transposed(problem.covers, settlements), {.upper = best + 1});
    EXPECT_LE(prices.bound, best) << trial;
    EXPECT_LE(priced_bound(problem, std::vector<MicroCost>(settlements, 700'000)), best) << trial;
    MicroCost blocks = 0;
    for (const CoverProblem& block : block_problems(problem, prices.of, blocks_of(problem, 4))) {
      EXPECT_TRUE(check(block).ok());
      blocks += block_bound(block, 1'000, 1);
    }
    EXPECT_LE(blocks, best) << trial;
    EXPECT_GE(cost_of(problem, greedy_cover(problem)), best);
    const ExactCover exact = cheapest_cover(problem, {.limit = best + 1, .nodes = 10'000});
    EXPECT_EQ(exact.lower, best) << trial;
    ASSERT_TRUE(exact.sites) << trial;
    EXPECT_TRUE(covers_all(problem, *exact.sites));
    EXPECT_EQ(cheapest_cover(problem, {.limit = best, .nodes = 10'000}).sites, std::nullopt);
  }
}

TEST(Cover, SharesOutEvenTheSmallestCosts) {
  const CoverProblem problem = problem_of({{0, 1, 2, 3, 4, 5}, {0, 1, 2, 3, 4, 5}}, 6, {6, 13});
  const std::vector<std::vector<std::uint32_t>> blocks{{0}, {1}, {2}, {3}, {4}, {5}};
  for (const std::vector<MicroCost>& prices :
       {std::vector<MicroCost>{0, 0, 0, 0, 0, 0}, {900, 0, 0, 0, 0, 0}, {450, 450, 0, 0, 0, 0}}) {
    std::vector<MicroCost> sums(2, 0);
    for (const CoverProblem& block : block_problems(problem, prices, blocks)) {
      EXPECT_TRUE(check(block).ok());
      sums[0] += block.cost[0];
      sums[1] += block.cost[1];
    }
    EXPECT_LE(sums[0], 6);
    EXPECT_LE(sums[1], 13);
  }
}

TEST(Cover, BoundsHoldWithoutNodesToSpend) {
  const CoverProblem problem = strewn(120, 0.6, 3, true);
  const ExactCover exact = cheapest_cover(problem, {.limit = MicroCost{1} << 40U, .nodes = 100'000});
  ASSERT_TRUE(exact.sites);
  ASSERT_EQ(cost_of(problem, *exact.sites), exact.lower);
  for (const std::size_t nodes : {0U, 1U, 3U, 10U}) {
    const MicroCost lower = cheapest_cover(problem, {.limit = MicroCost{1} << 40U, .nodes = nodes}).lower;
    EXPECT_LE(lower, exact.lower) << nodes;
    EXPECT_GT(lower, exact.lower / 2) << nodes << ": its first duals prove as much";
  }
}

TEST(Cover, IsTheSameForAnyNumberOfThreadsAndAnySeedIsACover) {
  const CoverProblem problem = strewn(900, 0.8, 1, false);
  CoverEffort effort;
  effort.steps = 3'000;
  effort.nodes = 200;
  effort.block_settlements = 40;
  SerialExecutor serial;
  const auto one = solve_cover(problem, effort, serial);
  ASSERT_TRUE(one.ok());
  EXPECT_TRUE(covers_all(problem, one->sites));
  EXPECT_LE(one->bound, one->cost);
  EXPECT_LT(one->gap(), 0.10);
  EXPECT_LT(one->cost, cost_of(problem, greedy_cover(problem)));
  for (const std::size_t threads : {2U, 8U}) {
    Threads many{threads};
    const auto again = solve_cover(problem, effort, many);
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(again->sites, one->sites);
    EXPECT_EQ(again->bound, one->bound);
    EXPECT_EQ(again->input_hash, one->input_hash);
  }
}

TEST(Cover, LeavesOutOfReachWhatNobodyCovers) {
  SerialExecutor executor;
  const auto plan = solve_cover(problem_of({{0}, {0, 2}}, 4), {}, executor);
  ASSERT_TRUE(plan.ok());
  EXPECT_THAT(plan->sites, ElementsAre(1U));
  EXPECT_THAT(plan->out_of_reach, ElementsAre(1U, 3U));
  EXPECT_EQ(plan->pairs, 3U);
}

TEST(Cover, HasAPlanAndABoundWhenCancelledAtOnce) {
  const CoverProblem problem = strewn(400, 0.6, 2, false);
  SerialExecutor executor;
  Watch watch;
  watch.cancelled = [] { return true; };
  const auto plan = solve_cover(problem, {}, executor, watch);
  ASSERT_TRUE(plan.ok());
  EXPECT_TRUE(plan->cancelled);
  EXPECT_TRUE(covers_all(problem, plan->sites));
  EXPECT_LE(plan->bound, plan->cost);
}

TEST(Cover, TellsItsProgress) {
  SerialExecutor executor;
  Watch watch;
  std::size_t last = 0;
  watch.progress = [&](std::string_view stage, std::size_t done, std::size_t of) {
    last = stage == "search" ? done : last;
    EXPECT_LE(done, of);
  };
  CoverEffort effort;
  effort.steps = 10;
  ASSERT_TRUE(solve_cover(strewn(100, 0.6, 2, false), effort, executor, watch).ok());
  EXPECT_GT(last, 0U);
}

TEST(Cover, EndsAtTheGapThatIsEnough) {
  const CoverProblem problem = strewn(400, 0.6, 2, false);
  SerialExecutor executor;
  std::size_t searches = 0;
  Watch watch;
  watch.progress = [&](std::string_view stage, std::size_t done, std::size_t) {
    searches += stage == "search" && done == 1 ? 1 : 0;
  };
  CoverEffort effort;
  effort.steps = 100'000;
  effort.gap = 0.5;
  const auto plan = solve_cover(problem, effort, executor, watch);
  ASSERT_TRUE(plan.ok());
  EXPECT_LE(plan->gap(), 0.5);
  EXPECT_EQ(searches, 1U);  // the quick look is enough
  EXPECT_TRUE(covers_all(problem, plan->sites));
  searches = 0;
  effort.gap = 1e-9;
  const auto finer = solve_cover(problem, effort, executor, watch);
  EXPECT_LE(finer->gap(), plan->gap());
  EXPECT_LE(finer->bound, finer->cost);
  effort.gap = 0;
  EXPECT_GE(solve_cover(problem, effort, executor, watch)->cost, finer->cost);
}

TEST(MaxCover, EndsAtTheGapThatIsEnough) {
  const CoverProblem problem = strewn(300, 0.6, 4, false);
  SerialExecutor executor;
  MaxCoverSearch search;
  search.sites = 20;
  search.steps = 4'000;
  std::size_t asked = 0;
  search.cancelled = [&] {
    ++asked;
    return false;
  };
  const MaxCover best = solve_max_cover(problem, search, executor);
  const std::size_t looks = asked;
  asked = 0;
  search.gap = 0.5;
  const MaxCover enough = solve_max_cover(problem, search, executor);
  EXPECT_LT(asked, looks / 4);
  EXPECT_EQ(enough.bound, best.bound);
  EXPECT_GE(2 * enough.people, enough.bound);
}

TEST(MaxCover, IsBoundedAndBestOnSmallProblems) {
  std::uint64_t random = 21;
  SerialExecutor executor;
  for (int trial = 0; trial < 60; ++trial) {
    const CoverProblem problem = strewn(12, 0.12, splitmix64(random), false);
    const std::size_t sites = 1 + static_cast<std::size_t>(trial) % 4;
    std::int64_t best = 0;
    for (std::uint32_t chosen = 0; chosen < 1U << 12U; ++chosen) {
      if (static_cast<std::size_t>(std::popcount(chosen)) == sites) {
        std::vector<std::uint32_t> list;
        for (std::uint32_t i = 0; i < 12; ++i) {
          if ((chosen >> i & 1U) != 0) {
            list.push_back(i);
          }
        }
        best = std::max(best, people_covered(problem, list));
      }
    }
    MaxCoverSearch search;
    search.sites = sites;
    search.steps = 200;
    const MaxCover found = solve_max_cover(problem, search, executor);
    EXPECT_LE(found.sites.size(), sites);
    EXPECT_EQ(found.people, people_covered(problem, found.sites));
    EXPECT_LE(found.people, best) << trial;
    EXPECT_GE(found.people, best * 9 / 10) << trial;
    EXPECT_GE(found.bound, best) << trial;
    EXPECT_GE(max_cover_bound_at(problem, sites, std::vector<std::int64_t>(12, 500)), best) << trial;
  }
}

TEST(MaxCover, CoversNobodyWithoutSites) {
  SerialExecutor executor;
  const CoverProblem problem = strewn(12, 0.12, 1, false);
  const MaxCover none = solve_max_cover(problem, {.sites = 0}, executor);
  EXPECT_TRUE(none.sites.empty());
  EXPECT_EQ(none.people, 0);
}

}  // namespace
}  // namespace karkara::planner
