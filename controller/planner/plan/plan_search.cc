#include "controller/planner/plan/plan_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "common/splitmix.h"
#include "controller/planner/cover/weighting_search.h"
#include "controller/planner/plan/entry_bound.h"
#include "controller/planner/plan/plan_fit.h"
#include "controller/planner/plan/plan_report.h"
#include "controller/planner/plan/site_options.h"
#include "controller/planner/plan/window_search.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kTries = 4;          // in a round, each with a seed of its own
constexpr std::size_t kShownWindows = 20;  // a plan is shown no more often: making it whole takes a second
constexpr std::size_t kPriceSteps = 12;    // of the search for the price on people
constexpr std::uint64_t kJitter = 40;      // thousandths that a stuck round's costs are off, either way
constexpr CoverEffort kQuick{.seed = 1, .steps = 100'000, .starts = 1, .block_settlements = 160, .nodes = 200};
// Of local search for each option: a few villages need no more, however much effort a country is given.
constexpr std::uint64_t kCoverSteps = 2'000;
constexpr std::uint64_t kRoundSteps = 100;

class PlanSearch {
 public:
  PlanSearch(const PlanInput& input, const TerrainView& terrain, std::uint64_t hash, const PlanEffort& effort,
             Executor& executor, const PlanWatch& watch)
      : input_{input}, terrain_{terrain}, hash_{hash}, effort_{effort}, executor_{executor}, watch_{watch} {
    effort_.cover.seed = input.seed;
  }

  Result<Plan> run() {
    auto model = make_model(input_, terrain_, executor_, watch_);
    if (!model) {
      return model.error();
    }
    model_ = *std::move(model);
    weigh();
    const Status done = is_priced() ? search_priced() : search_all();
    if (!done.ok()) {
      return done.error();
    }
    return report(best_);
  }

 private:
  [[nodiscard]] bool by_budget() const { return input_.target.kind == TargetKind::Budget; }
  [[nodiscard]] bool is_priced() const { return by_budget() || input_.target.kind == TargetKind::Share; }

  void weigh() {
    for (std::size_t i = 0; i < input_.settlements.size(); ++i) {
      const std::int64_t people = input_.settlements[i].people.value_or(0);
      const bool eligible = people >= input_.eligible_from && people <= input_.eligible_to;
      wanted_.row.push_back(input_.target.kind != TargetKind::Eligible || eligible ? 1 : 0);
      wanted_.weight.push_back(people + (input_.bonus.empty() ? 0 : input_.bonus[i]));
    }
  }

  Status search_all() {
    options_ = site_options(model_, wanted_);
    if (options_.settlement.empty()) {
      return Error{ErrorCode::FailedPrecondition, "no mast reaches any of the settlements that are wanted"};
    }
    best_ = finished(greedy_cover(options_.problem));
    watch_.improved(report(best_));
    const auto cover = solve_cover(options_.problem, enough(effort_.cover), executor_, watch_);
    if (!cover) {
      return cover.error();
    }
    const auto bound = bound_of(*cover, effort_.cover);
    if (!bound) {
      return bound.error();
    }
    const Money sites = (*bound + kPerMoney - 1) / kPerMoney;
    const Money ways_out = entry_bound(model_, basis());
    bound_ = sites + ways_out;
    watch_.proven(sites, ways_out);
    take(finished(cover->sites));
    watch_.improved(report(best_));
    improve();
    return {};
  }

  // With a limit on people a site, whom it serves is chosen before the search: what is proven about that choice alone
  // is no bound on other choices.
  [[nodiscard]] SiteOptions basis() const {
    return input_.most_people > 0 ? roomy_options(model_, wanted_, options_) : options_;
  }

  Result<MicroCost> bound_of(const CoverPlan& cover, const CoverEffort& effort) {
    if (input_.most_people <= 0) {
      return cover.bound;
    }
    const auto wider = solve_cover(basis().problem, enough(effort), executor_, watch_);
    return wider ? Result<MicroCost>{wider->bound} : wider.error();
  }

  // A price on people who stay unserved that the target agrees with, between nothing and what serves all.
  Status search_priced() {
    double low = std::log(1.0);
    double high = std::log(static_cast<double>(kMostPrice));
    for (std::size_t i = 0; i < kPriceSteps && !watch_.cancelled(); ++i) {
      const double middle = (low + high) / 2;
      const auto cover = solve_at(static_cast<MicroCost>(std::exp(middle)), kQuick);
      if (!cover) {
        return cover.error();
      }
      const Attempt attempt = finished(cover->sites);
      keep(attempt);
      (is_more_than_asked(attempt) ? high : low) = middle;
      watch_.progress("price on people", i + 1, kPriceSteps);
    }
    if (fitted_ && watch_.cancelled()) {
      best_ = *fitted_;
      return {};
    }
    const auto cover = solve_at(static_cast<MicroCost>(std::exp(by_budget() ? low : high)), effort_.cover);
    if (!cover) {
      return cover.error();
    }
    best_ = finished(cover->sites);
    keep(best_);
    improve();
    return settle();
  }

  // The plan at a price misses the target by a little: made to meet it, unless a better one did already.
  Status settle() {
    Attempt attempt = best_;
    const Status fits = fit(model_, input_, wanted_, options_, watch_.cancelled, attempt);
    if (fits.ok()) {
      keep(attempt);
    }
    if (!fitted_) {
      return fits;
    }
    best_ = *fitted_;
    return {};
  }

  // Only plans that meet the share or the budget are shown; the best of them is the answer.
  void keep(const Attempt& attempt) {
    const bool meets = is_more_than_asked(attempt) != by_budget();
    if (meets && (!fitted_ || is_better(attempt, *fitted_))) {
      fitted_ = attempt;
      watch_.improved(report(attempt));
    }
  }

  [[nodiscard]] bool is_better(const Attempt& a, const Attempt& b) const {
    const std::int64_t more =
        !by_budget() ? 0 : weight_served(model_, wanted_, a.chosen) - weight_served(model_, wanted_, b.chosen);
    return more != 0 ? more > 0 : a.backhaul.cost < b.backhaul.cost;
  }

  [[nodiscard]] CoverEffort enough(CoverEffort effort) const {
    effort.steps = std::min<std::uint64_t>(effort.steps, kCoverSteps * options_.node.size());
    return effort;
  }

  Result<CoverPlan> solve_at(MicroCost price, const CoverEffort& effort) {
    wanted_.price = std::max<MicroCost>(price, 1);
    options_ = site_options(model_, wanted_);
    if (options_.settlement.empty()) {
      return Error{ErrorCode::FailedPrecondition, "no mast reaches anybody whose number is known"};
    }
    auto cover = solve_cover(options_.problem, enough(effort), executor_, watch_);
    if (!cover) {
      return cover;
    }
    const auto bound = bound_of(*cover, effort);
    if (!bound) {
      return bound.error();
    }
    prove(*bound);
    return cover;
  }

  // What a bound at a price on people says about the target.
  void prove(MicroCost at_price) {
    const std::int64_t within_reach = weight_in_reach();
    if (by_budget()) {
      const double unserved =
          static_cast<double>(at_price - input_.target.budget * kPerMoney) / static_cast<double>(wanted_.price);
      const double lost = std::clamp(unserved, 0.0, static_cast<double>(within_reach));
      const std::int64_t most = within_reach - static_cast<std::int64_t>(lost);
      bound_ = bound_ ? std::min(*bound_, most) : most;
      return;
    }
    const std::int64_t may_stay = std::max<std::int64_t>(0, within_reach - asked_weight(input_, wanted_));
    const MicroCost least =
        std::max<MicroCost>(0, saturated(at_price - static_cast<__int128>(wanted_.price) * may_stay));
    bound_ = std::max(bound_.value_or(0), (least + kPerMoney - 1) / kPerMoney);
  }

  [[nodiscard]] std::int64_t weight_in_reach() const {
    std::int64_t sum = 0;
    for (const std::uint32_t settlement : options_.settlement) {
      sum += settlement == kNoSite ? 0 : wanted_.weight[settlement];
    }
    return sum;
  }

  [[nodiscard]] bool is_more_than_asked(const Attempt& attempt) const {
    return by_budget() ? attempt.backhaul.cost > input_.target.budget
                       : weight_served(model_, wanted_, attempt.chosen) >= asked_weight(input_, wanted_);
  }

  [[nodiscard]] PlanTask task() const { return {model_, input_, wanted_, options_}; }

  [[nodiscard]] Attempt finished(const std::vector<std::uint32_t>& sites) const {
    return planner::finished(task(), chosen_of(model_, options_, sites));
  }

  [[nodiscard]] MicroCost price_of(const Attempt& attempt) const { return planner::price_of(task(), attempt); }

  bool take(Attempt attempt) {
    if (price_of(attempt) >= price_of(best_)) {
      return false;
    }
    best_ = std::move(attempt);
    return true;
  }

  [[nodiscard]] bool is_good_enough() const {
    return wanted_.price == 0 && bound_ &&
           static_cast<double>(best_.backhaul.cost - *bound_) <= effort_.gap * static_cast<double>(best_.backhaul.cost);
  }

  void improve() {
    improve_whole();
    improve_parts();
  }

  // A few villages need few windows, however much effort a country is given.
  void improve_parts() {
    const WindowSearch search{task(), watch_.cancelled};
    const auto masts =
        best_.chosen.serving.size() -
        static_cast<std::size_t>(std::count(best_.chosen.serving.begin(), best_.chosen.serving.end(), kNoMast));
    const std::size_t most = std::min(effort_.windows, masts);
    for (std::size_t i = 0; i < most && !watch_.cancelled() && !is_good_enough(); ++i) {
      const bool better = search.improve(best_, input_.seed * 15'485'863 + i, executor_);
      watch_.progress("parts of the plan", i + 1, most);
      if (better && is_priced()) {
        keep(best_);
      } else if (better && i % kShownWindows == 0) {
        watch_.improved(report(best_));
      }
    }
  }

  // Sites anew with what joining the present trees costs, from several seeds; the best of a round counts.
  void improve_whole() {
    bool stuck = false;
    for (std::size_t round = 0; round < effort_.rounds && !watch_.cancelled() && !is_good_enough(); ++round) {
      std::vector<Attempt> tries(kTries);
      const std::vector<MicroCost> joining = costs_of_joining();
      const std::vector<std::uint32_t> start = options_of(options_, model_, best_.chosen);
      executor_.run(kTries, [&](std::size_t i) { tries[i] = one_try(round * kTries + i, joining, start, stuck); });
      stuck = true;
      for (Attempt& attempt : tries) {
        stuck = !take(std::move(attempt)) && stuck;
      }
      watch_.progress("sites and backhaul", round + 1, effort_.rounds);
      if (is_priced()) {
        keep(best_);
      } else if (!stuck) {
        watch_.improved(report(best_));
      }
    }
  }

  [[nodiscard]] Attempt one_try(std::size_t number, const std::vector<MicroCost>& joining,
                                const std::vector<std::uint32_t>& start, bool stuck) const {
    CoverProblem problem = options_.problem;
    problem.cost = joining;
    std::uint64_t state = input_.seed * 1'000'003 + number;
    for (MicroCost& cost : problem.cost) {
      cost += stuck ? cost / 1'000 * static_cast<MicroCost>(splitmix64(state) % kJitter) : 0;
    }
    WeightingSearch search;
    search.seed = input_.seed * 7'919 + number;
    search.steps = std::min<std::uint64_t>(effort_.steps, kRoundSteps * problem.cost.size());
    search.cancelled = watch_.cancelled;
    return finished(search_cover(problem, search, start));
  }

  [[nodiscard]] std::vector<MicroCost> costs_of_joining() const {
    std::vector<std::uint32_t> all(options_.node.size());
    std::iota(all.begin(), all.end(), 0U);
    return joining_costs(model_, options_, best_, all);
  }

  [[nodiscard]] Plan report(const Attempt& attempt) const {
    Plan plan = plan_of(model_, input_, terrain_, attempt, executor_);
    plan.input_hash = hash_;
    plan.bound = bound_;
    plan.cancelled = watch_.cancelled();
    const auto cost = static_cast<double>(plan.totals.cost.npv);
    if (bound_ && plan.by_budget) {
      const auto people = static_cast<double>(weight_served(model_, wanted_, attempt.chosen));
      plan.gap = *bound_ > 0 ? (static_cast<double>(*bound_) - people) / static_cast<double>(*bound_) : 0;
    } else if (bound_) {
      plan.gap = cost > 0 ? (cost - static_cast<double>(*bound_)) / cost : 0;
    }
    return plan;
  }

  static constexpr MicroCost kMostPrice = 1'000'000 * kPerMoney;  // for one person

  const PlanInput& input_;
  const TerrainView& terrain_;
  std::uint64_t hash_;
  PlanEffort effort_;
  Executor& executor_;
  const PlanWatch& watch_;
  PlanModel model_;
  Wanted wanted_;
  SiteOptions options_;
  Attempt best_;
  std::optional<Attempt> fitted_;  // the best that meets a share or a budget
  std::optional<std::int64_t> bound_;
};

}  // namespace

Result<Plan> search_plan(const PlanInput& input, const TerrainView& terrain, std::uint64_t terrain_hash,
                         const PlanEffort& effort, Executor& executor, const PlanWatch& watch) {
  if (const Status fine = check(input); !fine.ok()) {
    return fine.error();
  }
  return PlanSearch{input, terrain, input_hash(input, terrain_hash), effort, executor, watch}.run();
}

}  // namespace karkara::planner
