#include "controller/planner/plan/protection.h"

#include <algorithm>
#include <optional>

#include "controller/planner/plan/plan_report.h"
#include "controller/planner/plan/plan_sites.h"
#include "controller/planner/plan/second_way_search.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kRaisedRounds = 3;   // then no mast is raised for a second way
constexpr std::size_t kBudgetRounds = 12;  // then the plan is the fixed sites alone
constexpr std::size_t kFillRounds = 2;
constexpr std::size_t kStepsWhenCancelled = 200;  // of fitting a budget; a small plan needs no more

// Whom the masts serve best, with their bonus, of each node.
std::vector<std::int64_t> people_served(const ProtectionTask& task, const Attempt& attempt, const SecondWays& ways) {
  const Plan plan = plan_of(task.model, task.input, task.terrain, attempt, task.executor, &ways);
  const std::vector<std::uint32_t> node_of = nodes_of_sites(task.model, attempt, ways);
  std::vector<std::int64_t> people(task.model.nodes.size(), 0);
  for (std::size_t i = 0; i < plan.settlements.size(); ++i) {
    if (const auto& server = plan.settlements[i].server) {
      people[node_of[server->site]] +=
          plan.settlements[i].people.value_or(0) + (task.input.bonus.empty() ? 0 : task.input.bonus[i]);
    }
  }
  return people;
}

// Raised masts serve people whom others served, so the ways that were bought are held against whom the masts serve
// then.
Protection protected_masts(const ProtectionTask& task, const Attempt& best) {
  const std::vector<std::int64_t> at_first = people_served(task, best, {});
  std::vector<std::int64_t> people = at_first;
  Protection found;
  for (std::size_t round = 0; round <= kRaisedRounds; ++round) {
    // Where capacity is asked, a raised mast might serve more than it carries.
    const bool may_raise = round < kRaisedRounds && task.input.busy_kbit_per_person <= 0;
    if (!may_raise) {
      people = at_first;
    }
    SecondWaysFound ways = find_second_ways({task.model, task.input, best, people, may_raise, task.cancelled});
    found = {best, std::move(ways.ways), ways.price};
    const bool raised = ways.height != best.backhaul.height;
    found.attempt.backhaul.height = std::move(ways.height);
    found.attempt.backhaul.cost += ways.raising;
    people = raised ? people_served(task, found.attempt, found.ways) : at_first;
    if (suffice({task.model, task.input, found.attempt, people, may_raise, task.cancelled}, found.ways)) {
      break;
    }
  }
  return found;
}

// Masts that fit a smaller budget than the plan's, so that the rest pays for their second ways.
class BudgetProtection {
 public:
  BudgetProtection(const ProtectionTask& task, const Attempt& best)
      : task_{task}, best_{best}, budget_{task.input.target.budget}, narrow_{task.input} {}

  Result<Protection> run() {
    Protection all = protected_masts(task_, best_);
    Money room = budget_;
    Money over = cost(all) - budget_;
    std::optional<Protection> fits;
    if (over <= 0) {
      fits = std::move(all);
    }
    for (std::size_t round = 1; !fits; ++round) {
      room = round < kBudgetRounds ? room - std::max(over, room / 16 + 1) : 0;
      auto tried = within(std::max<Money>(room, 0));
      if (!tried) {
        return tried.error();
      }
      over = cost(*tried) - budget_;
      if (over <= 0) {
        fits = *std::move(tried);
      } else if (room <= 0) {
        return Error{ErrorCode::FailedPrecondition,
                     "the budget is below what the fixed sites and their second ways out cost"};
      }
    }
    return fill(room, *std::move(fits));
  }

 private:
  static Money cost(const Protection& plan) { return plan.attempt.backhaul.cost + plan.price; }

  Result<Protection> within(Money room) {
    narrow_.target.budget = room;
    Attempt masts = best_;
    const Status fits = fit(
        task_.model, narrow_, task_.wanted, task_.options, [&] { return is_over(); }, masts);
    if (!fits.ok()) {
      return fits.error();
    }
    return protected_masts(task_, masts);
  }

  bool is_over() { return ++steps_ > kStepsWhenCancelled && task_.cancelled(); }

  [[nodiscard]] std::int64_t served(const Protection& plan) const {
    return weight_served(task_.model, task_.wanted, plan.attempt.chosen);
  }

  // With some of the money that is left.
  Protection fill(Money room, Protection fits) {
    for (std::size_t round = 0; round < kFillRounds && room < budget_; ++round) {
      const Money left = budget_ - cost(fits);
      const auto tried = within(std::min(budget_, room + left / 2 + 1));
      if (!tried || cost(*tried) > budget_ || served(*tried) <= served(fits)) {
        break;
      }
      room += left / 2 + 1;
      fits = *tried;
    }
    return fits;
  }

  const ProtectionTask& task_;
  const Attempt& best_;
  Money budget_;
  PlanInput narrow_;
  std::size_t steps_ = 0;
};

}  // namespace

Result<Protection> protect(const ProtectionTask& task, const Attempt& best) {
  Result<Protection> found =
      task.input.target.kind == TargetKind::Budget ? BudgetProtection{task, best}.run() : protected_masts(task, best);
  if (found) {
    const std::vector<std::int64_t> people = people_served(task, found->attempt, found->ways);
    if (!suffice({task.model, task.input, found->attempt, people, false, task.cancelled}, found->ways)) {
      return Error{ErrorCode::FailedPrecondition, "the second ways out that were found do not keep what n-1 promises"};
    }
  }
  return found;
}

}  // namespace karkara::planner
