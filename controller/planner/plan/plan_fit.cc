#include "controller/planner/plan/plan_fit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace karkara::planner {
namespace {

constexpr std::size_t kMostChanges = 4'000;
constexpr std::size_t kFewTries = 3;
constexpr std::size_t kMostBookings = 3;  // masts that are raised serve others, who need other hops

Error too_early() {
  return {ErrorCode::Aborted, "the search was ended before a plan met the target"};
}

class Fitting {
 public:
  Fitting(const PlanModel& model, const PlanInput& input, const Wanted& wanted, const SiteOptions& options,
          const std::function<bool()>& cancelled, Attempt& plan)
      : model_{model},
        input_{input},
        wanted_{wanted},
        options_{options},
        cancelled_{cancelled},
        plan_{plan},
        asked_{asked_weight(input, wanted)} {}

  Status run() {
    while (by_budget() && plan_.backhaul.cost > input_.target.budget) {
      if (cancelled_()) {
        return too_early();
      }
      if (!drop_one(0, model_.nodes.size()) && !drop_worst()) {
        return Error{ErrorCode::FailedPrecondition, "the budget is below what the fixed sites cost"};
      }
    }
    for (std::size_t i = 0; i < kMostChanges && !cancelled_() && wants_more() && add_one(); ++i) {
    }
    if (by_budget()) {
      return {};
    }
    if (served() < asked_) {
      return cancelled_() ? too_early()
                          : Error{ErrorCode::FailedPrecondition, "no plan serves that share of the people"};
    }
    for (std::size_t i = 0; i < kMostChanges && !cancelled_() && drop_one(asked_, kFewTries); ++i) {
    }
    return {};
  }

 private:
  [[nodiscard]] bool by_budget() const { return input_.target.kind == TargetKind::Budget; }
  [[nodiscard]] std::int64_t served() const { return weight_served(model_, wanted_, plan_.chosen); }
  [[nodiscard]] bool wants_more() const { return by_budget() || served() < asked_; }

  // How many masts serve each settlement.
  [[nodiscard]] std::vector<std::uint32_t> counts() const {
    std::vector<std::uint32_t> counts(wanted_.row.size(), 0);
    for (std::uint32_t node = 0; node + 1 < model_.access.begin.size(); ++node) {
      for (const AccessPair& pair : model_.access.of(node)) {
        counts[pair.settlement] += static_cast<std::int32_t>(pair.least) <= plan_.chosen.serving[node] ? 1 : 0;
      }
    }
    return counts;
  }

  // Masts that may go while at least so many stay served, the one that costs most for each person whom it alone serves
  // first.
  [[nodiscard]] std::vector<std::uint32_t> removable(std::int64_t least) const {
    const std::vector<std::uint32_t> counted = counts();
    const std::int64_t now = served();
    std::vector<std::pair<double, std::uint32_t>> order;
    for (std::uint32_t node = 0; node + 1 < model_.access.begin.size(); ++node) {
      const std::int8_t height = plan_.chosen.serving[node];
      if (height == kNoMast || std::find(model_.forced.begin(), model_.forced.end(), node) != model_.forced.end()) {
        continue;
      }
      std::int64_t lost = 0;
      for (const AccessPair& pair : model_.access.of(node)) {
        const bool alone = static_cast<std::int32_t>(pair.least) <= height && counted[pair.settlement] == 1;
        lost += alone ? wanted_.weight[pair.settlement] : 0;
      }
      if (now - lost >= least) {
        const Money cost = std::max<Money>(model_.nodes[node].access[static_cast<std::size_t>(height)], 1);
        order.emplace_back(static_cast<double>(lost) / static_cast<double>(cost), node);
      }
    }
    std::sort(order.begin(), order.end());
    std::vector<std::uint32_t> nodes;
    nodes.reserve(order.size());
    for (const auto& entry : order) {
      nodes.push_back(entry.second);
    }
    return nodes;
  }

  [[nodiscard]] Chosen without(std::uint32_t node) const {
    Chosen chosen = plan_.chosen;
    chosen.serving[node] = kNoMast;
    return chosen;
  }

  // The first of so many masts without which the plan is cheaper goes. False when there is none.
  bool drop_one(std::int64_t least, std::size_t tries) {
    std::vector<std::uint32_t> nodes = removable(least);
    nodes.resize(std::min(nodes.size(), tries));
    return std::any_of(nodes.begin(), nodes.end(), [&](std::uint32_t node) {
      return !cancelled_() && accept(without(node), plan_.backhaul.cost - 1);
    });
  }

  // The worst goes although the rest, which hung on it, costs more: where no single mast saves anything, several do.
  bool drop_worst() {
    const std::vector<std::uint32_t> nodes = removable(0);
    return !nodes.empty() && accept(without(nodes.front()), std::numeric_limits<Money>::max());
  }

  bool accept(Chosen chosen, Money most) {
    Attempt tried = hung(model_, input_, std::move(chosen));
    if (tried.backhaul.cost > most) {
      return false;
    }
    plan_ = std::move(tried);
    return true;
  }

  // The option that serves most new people for its cost, and still fits. False when none does.
  bool add_one() {
    const std::vector<std::uint32_t> counted = counts();
    const Money left = by_budget() ? input_.target.budget - plan_.backhaul.cost : Money{1} << 50U;
    std::vector<std::pair<double, std::uint32_t>> order;
    for (std::uint32_t option = 0; option < options_.node.size(); ++option) {
      const std::uint32_t node = options_.node[option];
      if (node == kNoSite || plan_.chosen.serving[node] >= options_.height[option]) {
        continue;
      }
      std::int64_t won = 0;
      for (const std::uint32_t row : options_.problem.covers[option]) {
        const std::uint32_t settlement = options_.settlement[row];
        won += settlement != kNoSite && counted[settlement] == 0 ? wanted_.weight[settlement] : 0;
      }
      const Money cost = cost_to_add(node, options_.height[option]);
      if (won > 0 && cost <= left) {
        order.emplace_back(-static_cast<double>(won) / static_cast<double>(std::max<Money>(cost, 1)), option);
      }
    }
    std::sort(order.begin(), order.end());
    order.resize(std::min<std::size_t>(order.size(), 5));
    return std::any_of(order.begin(), order.end(), [&](const auto& entry) {
      Chosen with = plan_.chosen;
      with.serving[options_.node[entry.second]] = options_.height[entry.second];
      return accept(std::move(with), plan_.backhaul.cost + left);
    });
  }

  [[nodiscard]] Money cost_to_add(std::uint32_t node, std::int8_t height) const {
    const auto index = static_cast<std::size_t>(height);
    const std::int8_t now = plan_.chosen.serving[node];
    if (now != kNoMast) {
      return model_.nodes[node].access[index] - model_.nodes[node].access[static_cast<std::size_t>(now)];
    }
    return model_.nodes[node].access[index] + prices_to_join(model_, plan_.chosen, plan_.backhaul, node)[index];
  }

  const PlanModel& model_;
  const PlanInput& input_;
  const Wanted& wanted_;
  const SiteOptions& options_;
  const std::function<bool()>& cancelled_;
  Attempt& plan_;
  std::int64_t asked_;
};

// Each settlement at the mast with the greatest margin, of equal ones at the first, as the written plan has it.
std::vector<double> booked(const PlanModel& model, const PlanInput& input, const Chosen& chosen) {
  std::vector<std::uint32_t> server(input.settlements.size(), kNoSite);
  std::vector<double> margin(input.settlements.size(), std::numeric_limits<double>::lowest());
  for (std::uint32_t node = 0; node + 1 < model.access.begin.size(); ++node) {
    const std::int8_t height = chosen.serving[node];
    for (std::size_t i = height == kNoMast ? model.access.begin[node + 1] : model.access.begin[node];
         i < model.access.begin[node + 1]; ++i) {
      const AccessPair& pair = model.access.pairs[i];
      const double here = model.access_margin[i * model.heights + static_cast<std::size_t>(height)];
      if (static_cast<std::int32_t>(pair.least) <= height && here > margin[pair.settlement]) {
        margin[pair.settlement] = here;
        server[pair.settlement] = node;
      }
    }
  }
  std::vector<double> demand(model.nodes.size(), 0);
  for (std::size_t i = 0; i < server.size(); ++i) {
    if (server[i] != kNoSite) {
      demand[server[i]] += busy_demand(input, i);
    }
  }
  return demand;
}

}  // namespace

std::vector<double> demand_of(const PlanModel& model, const PlanInput& input, const Chosen& chosen) {
  return model.way_rates ? booked(model, input, chosen) : std::vector<double>{};
}

Attempt hung(const PlanModel& model, const PlanInput& input, Chosen chosen) {
  chosen.demand = demand_of(model, input, chosen);
  Attempt attempt{std::move(chosen), {}};
  attempt.backhaul = cheapest_backhaul(model, attempt.chosen);
  return carried(model, input, attempt);
}

Attempt carried(const PlanModel& model, const PlanInput& input, const Attempt& attempt) {
  Attempt now = attempt;
  for (std::size_t i = 0; i <= kMostBookings && model.way_rates; ++i) {
    std::vector<double> demand = demand_of(model, input, raised_by(now));
    if (demand == now.chosen.demand) {
      break;
    }
    if (i == kMostBookings) {  // it goes to and fro: trees that carry either
      std::transform(demand.begin(), demand.end(), now.chosen.demand.begin(), demand.begin(),
                     [](double a, double b) { return std::max(a, b); });
    }
    now.chosen.demand = std::move(demand);
    now.backhaul = cheapest_backhaul(model, now.chosen);
  }
  return now;
}

Chosen raised_by(const Attempt& attempt) {
  Chosen raised = attempt.chosen;
  for (std::size_t node = 0; node < raised.serving.size(); ++node) {
    if (raised.serving[node] != kNoMast) {
      raised.serving[node] = attempt.backhaul.height[node];
    }
  }
  return raised;
}

std::vector<MicroCost> joining_costs(const PlanModel& model, const SiteOptions& options, const Attempt& plan,
                                     const std::vector<std::uint32_t>& which) {
  std::vector<MicroCost> costs;
  std::uint32_t known = kNoSite;
  Heights join{};
  for (const std::uint32_t option : which) {
    const std::uint32_t node = options.node[option];
    if (node == kNoSite) {
      costs.push_back(options.problem.cost[option]);
      continue;
    }
    if (node != known) {
      join = prices_to_join(model, plan.chosen, plan.backhaul, node);
      known = node;
    }
    const auto height = static_cast<std::size_t>(options.height[option]);
    const __int128 cost = (static_cast<__int128>(model.nodes[node].access[height]) + join[height]) * kPerMoney;
    costs.push_back(static_cast<MicroCost>(std::clamp<__int128>(cost, kPerMoney, kMostOptionCost)));
  }
  return costs;
}

std::int64_t weight_served(const PlanModel& model, const Wanted& wanted, const Chosen& chosen) {
  const std::vector<char> served = served_by(model, chosen);
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < served.size(); ++i) {
    sum += served[i] != 0 ? wanted.weight[i] : 0;
  }
  return sum;
}

std::int64_t asked_weight(const PlanInput& input, const Wanted& wanted) {
  const auto all = std::accumulate(wanted.weight.begin(), wanted.weight.end(), std::int64_t{0});
  return static_cast<std::int64_t>(std::ceil(input.target.share * static_cast<double>(all) - 1e-9));
}

Status fit(const PlanModel& model, const PlanInput& input, const Wanted& wanted, const SiteOptions& options,
           const std::function<bool()>& cancelled, Attempt& plan) {
  return Fitting{model, input, wanted, options, cancelled, plan}.run();
}

}  // namespace karkara::planner
