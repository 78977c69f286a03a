#include "controller/planner/cover/cover_solver.h"

#include <algorithm>
#include <atomic>
#include <numeric>

#include "controller/planner/cover/block_bound.h"
#include "controller/planner/cover/cover_reduction.h"
#include "controller/planner/cover/exact_cover.h"
#include "controller/planner/cover/lagrangian.h"
#include "controller/planner/cover/weighting_search.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kSmall = 150;            // sites of a part that branch and bound solves whole
constexpr std::uint64_t kSmallSteps = 20'000;  // of local search there
constexpr std::size_t kPricing = 5'000;        // subgradient iterations of a large part
constexpr std::size_t kHurriedPricing = 300;   // once cancelled: a tenth of a second for the whole country
constexpr std::size_t kPatience = 60;
constexpr double kAgility = 0.05;

struct Part {
  CoverCore core;
  std::vector<std::uint32_t> sites;  // the best cover, in the core's numbers
  MicroCost cost = 0;
  MicroCost bound = 0;
  std::vector<MicroCost> prices;

  [[nodiscard]] bool is_small() const { return core.problem.cost.size() <= kSmall; }
};

// Every block gets at least a millionth of the cost of each of its sites.
bool can_share(const CoverProblem& problem) {
  for (std::size_t site = 0; site < problem.cost.size(); ++site) {
    if (problem.cost[site] < static_cast<MicroCost>(problem.covers[site].size())) {
      return false;
    }
  }
  return true;
}

class Solver {
 public:
  Solver(const CoverProblem& problem, const CoverEffort& effort, Executor& executor, const Watch& watch)
      : effort_{effort}, executor_{executor}, watch_{watch}, quantum_{cost_quantum(problem)} {
    core_ = reduce(problem);
    for (CoverCore& part : components(core_)) {
      parts_.push_back(Part{std::move(part), {}, 0, 0, {}});
    }
    // The largest first, so that no thread ends with a large one while others idle.
    std::stable_sort(parts_.begin(), parts_.end(), [](const Part& a, const Part& b) {
      return a.core.problem.cost.size() > b.core.problem.cost.size();
    });
  }

  CoverPlan run(const CoverProblem& problem) {
    if (effort_.gap > 0) {  // a quick look may be enough, even for a country
      search(std::min(kSmallSteps, effort_.steps));
      price();
    }
    if (!is_enough(problem)) {
      search(effort_.steps);
      price();
    }
    if (!is_enough(problem)) {
      divide();
    }
    CoverPlan plan;
    plan.sites = core_.fixed;
    plan.out_of_reach = core_.out_of_reach;
    for (const Part& part : parts_) {
      for (const std::uint32_t site : part.sites) {
        plan.sites.push_back(part.core.site_of[site]);
      }
    }
    plan.bound = totals(problem).bound;
    std::sort(plan.sites.begin(), plan.sites.end());
    std::sort(plan.out_of_reach.begin(), plan.out_of_reach.end());
    plan.cost = cost_of(problem, plan.sites);
    plan.seed = effort_.seed;
    plan.input_hash = input_hash(problem);
    plan.pairs = problem.covers.items.size();
    plan.cancelled = watch_.cancelled();
    return plan;
  }

 private:
  void stage(std::string_view name, std::size_t pieces, const std::function<void(std::size_t)>& piece) {
    std::atomic<std::size_t> done = 0;
    executor_.run(pieces, [&](std::size_t i) {
      piece(i);
      watch_.progress(name, ++done, pieces);
    });
  }

  struct Totals {
    MicroCost cost = 0;
    MicroCost bound = 0;
  };
  [[nodiscard]] Totals totals(const CoverProblem& problem) const {
    Totals sum{cost_of(problem, core_.fixed), cost_of(problem, core_.fixed)};
    for (const Part& part : parts_) {
      sum.cost += part.cost;
      sum.bound += std::min(part.cost, rounded_up(part.bound, quantum_));
    }
    return sum;
  }
  [[nodiscard]] bool is_enough(const CoverProblem& problem) const {
    const Totals sum = totals(problem);
    return effort_.gap > 0 && static_cast<double>(sum.cost - sum.bound) <= effort_.gap * static_cast<double>(sum.cost);
  }

  // Covers from several starts for each part; of equal ones the first counts.
  void search(std::uint64_t steps) {
    std::vector<std::vector<std::uint32_t>> found(parts_.size() * effort_.starts);
    stage("search", found.size(), [&](std::size_t i) {
      const Part& part = parts_[i / effort_.starts];
      WeightingSearch options;
      options.seed = effort_.seed * 1'000'003 + i % effort_.starts;
      options.steps = part.is_small() ? std::min(kSmallSteps, steps) : steps;
      options.cancelled = watch_.cancelled;
      found[i] = search_cover(part.core.problem, options);
    });
    for (std::size_t i = 0; i < found.size(); ++i) {
      Part& part = parts_[i / effort_.starts];
      const MicroCost cost = cost_of(part.core.problem, found[i]);
      if (part.sites.empty() || cost < part.cost) {
        part.sites = std::move(found[i]);
        part.cost = cost;
      }
    }
  }

  void price() {
    stage("bound", parts_.size(), [&](std::size_t i) {
      Part& part = parts_[i];
      const bool hurried = watch_.cancelled();
      if (part.is_small() && !hurried) {
        ExactCover exact = cheapest_cover(part.core.problem,
                                          {.limit = part.cost, .nodes = effort_.nodes, .cancelled = watch_.cancelled});
        if (exact.sites) {
          part.sites = std::move(*exact.sites);
          part.cost = cost_of(part.core.problem, part.sites);
        }
        part.bound = std::max(part.bound, exact.lower);
        return;
      }
      const CoverProblem& problem = part.core.problem;
      Prices prices = search_prices(problem, transposed(problem.covers, problem.settlements),
                                    {.upper = part.cost,
                                     .iterations = hurried ? kHurriedPricing : kPricing,
                                     .patience = kPatience,
                                     .agility = kAgility,
                                     .quantum = quantum_});
      part.bound = std::max(part.bound, prices.bound);
      part.prices = std::move(prices.of);
    });
  }

  // The blocks of all large parts that are still open, as one list of work.
  void divide() {
    std::vector<std::size_t> owner;
    std::vector<CoverProblem> blocks;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const bool closed = rounded_up(parts_[i].bound, quantum_) >= parts_[i].cost;
      if (parts_[i].prices.empty() || closed || !can_share(parts_[i].core.problem)) {
        continue;
      }
      const CoverProblem& problem = parts_[i].core.problem;
      for (CoverProblem& block :
           block_problems(problem, parts_[i].prices, blocks_of(problem, effort_.block_settlements))) {
        blocks.push_back(std::move(block));
        owner.push_back(i);
      }
    }
    std::vector<MicroCost> bounds(blocks.size(), 0);
    stage("blocks", blocks.size(), [&](std::size_t i) {
      bounds[i] = watch_.cancelled() ? 0 : block_bound(blocks[i], effort_.nodes, effort_.seed + i, watch_.cancelled);
    });
    std::vector<MicroCost> sums(parts_.size(), 0);
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      sums[owner[i]] += bounds[i];
    }
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      parts_[i].bound = std::max(parts_[i].bound, sums[i]);
    }
  }

  const CoverEffort& effort_;
  Executor& executor_;
  const Watch& watch_;
  MicroCost quantum_;
  CoverCore core_;
  std::vector<Part> parts_;
};

}  // namespace

Result<CoverPlan> solve_cover(const CoverProblem& problem, const CoverEffort& effort, Executor& executor,
                              const Watch& watch) {
  if (const Status fine = check(problem); !fine.ok()) {
    return fine.error();
  }
  if (effort.starts == 0 || effort.block_settlements == 0) {
    return Error{ErrorCode::InvalidArgument, "at least one start and one settlement a block are needed"};
  }
  return Solver{problem, effort, executor, watch}.run(problem);
}

}  // namespace karkara::planner
