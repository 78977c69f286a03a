#include "controller/planner/plan/plan_search.h"

#include <algorithm>
#include <cmath>

#include "controller/planner/cover/weighting_search.h"
#include "controller/planner/plan/entry_bound.h"
#include "controller/planner/plan/former_plan.h"
#include "controller/planner/plan/margin_bands.h"
#include "controller/planner/plan/plan_fit.h"
#include "controller/planner/plan/plan_report.h"
#include "controller/planner/plan/plan_target.h"
#include "controller/planner/plan/protection.h"
#include "controller/planner/plan/site_options.h"
#include "controller/planner/plan/window_search.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kShownWindows = 20;  // a plan is shown no more often: making it whole takes a second
constexpr std::size_t kPriceSteps = 12;    // of the search for the price on people
constexpr CoverEffort kQuick{.seed = 1, .steps = 100'000, .starts = 1, .block_settlements = 160, .nodes = 200};
// Of local search for each option: a few villages need no more, however much effort a country is given.
constexpr std::uint64_t kCoverSteps = 2'000;

class PlanSearch {
 public:
  PlanSearch(const PlanInput& input, const TerrainView& terrain, std::uint64_t hash, const PlanEffort& effort,
             Executor& executor, const PlanWatch& watch, const Plan* from)
      : input_{input},
        terrain_{terrain},
        hash_{hash},
        effort_{effort},
        executor_{executor},
        watch_{watch},
        from_{from},
        seed_{input.seed} {
    effort_.cover.seed = input.seed;
  }

  Result<Plan> run() {
    auto model = make_model(input_, terrain_, executor_, watch_);
    if (!model) {
      return model.error();
    }
    model_ = *std::move(model);
    wanted_ = wanted_of(input_);
    if (from_ != nullptr) {
      begin_from();
    }
    const Status done = is_priced() ? search_priced() : search_all();
    if (!done.ok()) {
      return done.error();
    }
    if (Attempt last = carried(model_, input_, best_); !is_priced() || is_more_than_asked(last) != by_budget()) {
      best_ = std::move(last);
    }
    return input_.most_cut_off ? with_second_ways() : report(best_);
  }

 private:
  [[nodiscard]] bool by_budget() const { return input_.target.kind == TargetKind::Budget; }
  [[nodiscard]] bool is_priced() const { return by_budget() || input_.target.kind == TargetKind::Share; }

  void begin_from() {
    former_ = former_plan(*from_, model_, input_, hash_);
    for (const std::string& sentence : former_->told) {
      watch_.told(sentence);
    }
    seed_ += static_cast<std::uint64_t>(from_->totals.cost.npv);  // the same parts again would find the same
    bound_ = former_->same_input ? from_->bound : std::nullopt;
    if (bound_ && gap_of(former_->attempt, from_->totals.cost.npv) < 0) {
      bound_.reset();  // a plan is no better than what is proven
    }
  }

  // A search that ended before all was proven proves it again.
  [[nodiscard]] bool is_proven_already() const { return bound_ && !from_->cancelled; }

  // What is left of the former plan, and for whom that does not serve what a greedy cover takes.
  [[nodiscard]] Attempt first_attempt() const {
    const std::vector<std::uint32_t> greedy = greedy_cover(options_.problem);
    if (!former_) {
      return finished(greedy);
    }
    const Chosen& chosen = former_->attempt.chosen;
    return serves_all(model_, options_, chosen)
               ? former_->attempt
               : planner::finished(task(), with_whom_it_lacks(model_, options_, chosen, greedy));
  }

  Status search_all() {
    options_ = site_options(model_, wanted_);
    if (options_.settlement.empty()) {
      return Error{ErrorCode::FailedPrecondition, "no mast reaches any of the settlements that are wanted"};
    }
    best_ = first_attempt();
    watch_.improved(report(best_));
    if (is_proven_already()) {
      improve();
      return {};
    }
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
    bound_ = std::max(bound_.value_or(0), sites + ways_out);
    watch_.proven(sites, ways_out);
    take(finished(cover->sites));
    watch_.improved(report(best_));
    improve();
    return {};
  }

  // With a limit on people a site, whom it serves is chosen before the search: what is proven about that choice alone
  // is no bound on other choices.
  [[nodiscard]] SiteOptions basis() const { return is_limited() ? roomy_options(model_, wanted_, options_) : options_; }

  [[nodiscard]] bool is_limited() const { return model_.reached.begin.size() > 1; }

  Result<MicroCost> bound_of(const CoverPlan& cover, const CoverEffort& effort) {
    if (!is_limited()) {
      return cover.bound;
    }
    const auto wider = solve_cover(basis().problem, enough(effort), executor_, watch_);
    return wider ? Result<MicroCost>{wider->bound} : wider.error();
  }

  // A price on people who stay unserved that the target agrees with, between nothing and what serves all.
  Status search_priced() {
    if (former_) {
      wanted_.price = 1;  // second ways ask for options, too, where the former plan is good enough
      options_ = site_options(model_, wanted_);
      keep(former_->attempt);
    }
    double low = std::log(1.0);
    double high = std::log(static_cast<double>(kMostPrice));
    for (std::size_t i = 0; i < kPriceSteps && !watch_.cancelled() && !is_good_enough(); ++i) {
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
    if (fitted_ && (watch_.cancelled() || is_good_enough())) {
      best_ = *fitted_;
      return {};
    }
    const auto cover = solve_at(static_cast<MicroCost>(std::exp(by_budget() ? low : high)), effort_.cover);
    if (!cover) {
      return cover.error();
    }
    best_ = finished(cover->sites);
    keep(best_);
    if (former_) {
      take(former_->attempt);
    }
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
    const std::int64_t proven = target_bound(input_, wanted_, options_, at_price);
    const std::int64_t before = bound_.value_or(proven);
    bound_ = by_budget() ? std::min(before, proven) : std::max(before, proven);
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

  // Of a share or a budget the plan counts that meets it.
  [[nodiscard]] bool is_good_enough() const {
    if (!bound_ || (is_priced() && !fitted_)) {
      return false;
    }
    const Attempt& counts = is_priced() ? *fitted_ : best_;
    return gap_of(counts, counts.backhaul.cost) <= effort_.gap + 1e-12;  // a bound that is met leaves no gap
  }

  // (cost - bound) / cost, or for a budget (bound - people) / bound.
  [[nodiscard]] double gap_of(const Attempt& attempt, Money whole) const {
    const auto bound = static_cast<double>(*bound_);
    if (by_budget()) {
      const auto people = static_cast<double>(weight_served(model_, wanted_, attempt.chosen));
      return bound > 0 ? (bound - people) / bound : 0;
    }
    const auto cost = static_cast<double>(whole);
    return cost > 0 ? (cost - bound) / cost : 0;
  }

  // A few villages need few windows, however much effort a country is given.
  void improve() {
    const WindowSearch search{task(), effort_.window_steps, watch_.cancelled};
    const auto masts =
        best_.chosen.serving.size() -
        static_cast<std::size_t>(std::count(best_.chosen.serving.begin(), best_.chosen.serving.end(), kNoMast));
    const std::size_t most = std::min(effort_.windows, masts);
    for (std::size_t i = 0; i < most && !watch_.cancelled() && !is_good_enough(); ++i) {
      const bool better = search.improve(best_, seed_ * 15'485'863 + i, executor_);
      watch_.progress("parts of the plan", i + 1, most);
      if (better && is_priced()) {
        keep(best_);
      } else if (better && i % kShownWindows == 0) {
        watch_.improved(report(best_));
      }
    }
  }

  Result<Plan> with_second_ways() {
    watch_.progress("second ways out", 0, 1);
    const auto safe = protect({model_, input_, wanted_, options_, terrain_, executor_, watch_.cancelled}, best_);
    if (!safe && safe.error().code == ErrorCode::Aborted) {
      return report(best_);  // a plan so far
    }
    return safe ? Result<Plan>{report(safe->attempt, &safe->ways)} : safe.error();
  }

  // A plan's file may say of the same input what no search would.
  [[nodiscard]] bool former_meets_target() const {
    const Attempt& attempt = former_->attempt;
    if (!is_priced()) {
      return serves_all(model_, options_, attempt.chosen);
    }
    return is_more_than_asked(attempt) != by_budget() &&
           (!by_budget() || from_->totals.cost.npv <= input_.target.budget);
  }

  [[nodiscard]] Plan report(const Attempt& attempt, const SecondWays* ways = nullptr) const {
    Plan plan = plan_of(model_, input_, terrain_, attempt, executor_, ways);
    const bool keeps_former = former_ && former_->same_input && former_meets_target() &&
                              from_->most_cut_off == plan.most_cut_off && is_worse(plan, *from_, wanted_);
    if (keeps_former) {
      plan = *from_;
    }
    plan.input_hash = hash_;
    plan.bound = bound_;
    plan.cancelled = watch_.cancelled();
    plan.gap = bound_ ? gap_of(keeps_former ? former_->attempt : attempt, plan.totals.cost.npv) : plan.gap;
    return plan;
  }

  static constexpr MicroCost kMostPrice = 1'000'000 * kPerMoney;  // for one person

  const PlanInput& input_;
  const TerrainView& terrain_;
  std::uint64_t hash_;
  PlanEffort effort_;
  Executor& executor_;
  const PlanWatch& watch_;
  const Plan* from_;
  std::uint64_t seed_;
  std::optional<FormerPlan> former_;
  PlanModel model_;
  Wanted wanted_;
  SiteOptions options_;
  Attempt best_;
  std::optional<Attempt> fitted_;  // the best that meets a share or a budget
  std::optional<std::int64_t> bound_;
};

}  // namespace

Result<Plan> search_plan(const PlanInput& input, const TerrainView& terrain, std::uint64_t terrain_hash,
                         const PlanEffort& effort, Executor& executor, const PlanWatch& watch, const Plan* from) {
  if (const Status fine = check(input); !fine.ok()) {
    return fine.error();
  }
  auto plan = PlanSearch{input, terrain, input_hash(input, terrain_hash), effort, executor, watch, from}.run();
  if (plan) {
    add_margin_bands(input, terrain, executor, *plan);
  }
  return plan;
}

}  // namespace karkara::planner
