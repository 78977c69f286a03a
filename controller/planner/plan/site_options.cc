#include "controller/planner/plan/site_options.h"

#include <algorithm>
#include <numeric>

namespace karkara::planner {
namespace {

class OptionMaker {
 public:
  OptionMaker(const PlanModel& model, const AccessTable& access, const Wanted& wanted)
      : model_{model}, access_{access}, wanted_{wanted} {}

  SiteOptions make() {
    number_rows();
    const std::size_t serving = access_.begin.size() - 1;
    for (std::uint32_t node = 0; node < serving; ++node) {
      if (model_.nodes[node].serves) {
        add_node(node);
      }
    }
    if (wanted_.price > 0) {
      add_unserved();
    }
    options_.problem.settlements = options_.settlement.size();
    return std::move(options_);
  }

 private:
  void number_rows() {
    std::vector<char> reached(wanted_.row.size(), 0);
    for (std::uint32_t node = 0; node + 1 < access_.begin.size(); ++node) {
      for (const AccessPair& pair : access_.of(node)) {
        if (model_.nodes[node].serves && pair.least <= model_.nodes[node].top) {
          reached[pair.settlement] = 1;
        }
      }
    }
    options_.row.assign(wanted_.row.size(), kNoSite);
    for (std::uint32_t i = 0; i < wanted_.row.size(); ++i) {
      if (wanted_.row[i] == 0 || (wanted_.price > 0 && wanted_.weight[i] <= 0)) {
        continue;
      }
      if (reached[i] == 0) {
        options_.out_of_reach.push_back(i);
        continue;
      }
      options_.row[i] = static_cast<std::uint32_t>(options_.settlement.size());
      options_.settlement.push_back(i);
    }
    first_forced_ = static_cast<std::uint32_t>(options_.settlement.size());
    options_.settlement.resize(options_.settlement.size() + model_.forced.size(), kNoSite);
  }

  void add_node(std::uint32_t node) {
    const auto forced = std::find(model_.forced.begin(), model_.forced.end(), node);
    std::vector<std::uint32_t> before;
    MicroCost cost_before = 0;
    for (std::uint8_t height = 0; height <= model_.nodes[node].top; ++height) {
      std::vector<std::uint32_t> rows;
      for (const AccessPair& pair : access_.of(node)) {
        if (pair.least <= height && options_.row[pair.settlement] != kNoSite) {
          rows.push_back(options_.row[pair.settlement]);
        }
      }
      std::sort(rows.begin(), rows.end());
      if (forced != model_.forced.end()) {
        rows.push_back(first_forced_ + static_cast<std::uint32_t>(forced - model_.forced.begin()));
      }
      const MicroCost cost = cost_at(node, height);
      if (!rows.empty() && (rows != before || cost < cost_before)) {
        add(node, static_cast<std::int8_t>(height), rows, cost);
        before = std::move(rows);
        cost_before = cost;
      }
    }
  }

  [[nodiscard]] MicroCost cost_at(std::uint32_t node, std::size_t height) const {
    const Money money = model_.nodes[node].access[height] + least_way_out(model_, node, height);
    return std::clamp(money * kPerMoney, kPerMoney, kMostOptionCost);
  }

  void add(std::uint32_t node, std::int8_t height, const std::vector<std::uint32_t>& rows, MicroCost cost) {
    options_.problem.covers.push_back(rows);
    options_.problem.cost.push_back(cost);
    options_.node.push_back(node);
    options_.height.push_back(height);
  }

  void add_unserved() {
    for (std::uint32_t row = 0; row < first_forced_; ++row) {
      const std::int64_t people = wanted_.weight[options_.settlement[row]];
      // As many people as a price times them would overflow: dearer than any mast is dear enough.
      const MicroCost price = people > kMostOptionCost / wanted_.price ? kMostOptionCost : wanted_.price * people;
      add(kNoSite, kNoMast, {row}, price);
    }
  }

  const PlanModel& model_;
  const AccessTable& access_;
  const Wanted& wanted_;
  SiteOptions options_;
  std::uint32_t first_forced_ = 0;
};

// How many masts serve each settlement.
std::vector<std::uint32_t> counts_of(const PlanModel& model, const Chosen& chosen, std::size_t settlements) {
  std::vector<std::uint32_t> counts(settlements, 0);
  for (std::uint32_t node = 0; node + 1 < model.access.begin.size(); ++node) {
    if (chosen.serving[node] == kNoMast) {
      continue;
    }
    for (const AccessPair& pair : model.access.of(node)) {
      counts[pair.settlement] += static_cast<std::int32_t>(pair.least) <= chosen.serving[node] ? 1 : 0;
    }
  }
  return counts;
}

}  // namespace

SiteOptions site_options(const PlanModel& model, const Wanted& wanted) {
  return OptionMaker{model, model.access, wanted}.make();
}

SiteOptions roomy_options(const PlanModel& model, const Wanted& wanted, const SiteOptions& limited) {
  Wanted rows = wanted;
  for (std::size_t i = 0; i < rows.row.size(); ++i) {
    rows.row[i] = limited.row[i] != kNoSite ? 1 : 0;
  }
  return OptionMaker{model, model.reached, rows}.make();
}

Chosen chosen_of(const PlanModel& model, const SiteOptions& options, const std::vector<std::uint32_t>& sites) {
  Chosen chosen;
  chosen.serving.assign(model.nodes.size(), kNoMast);
  for (const std::uint32_t option : sites) {
    if (options.node[option] != kNoSite) {
      std::int8_t& height = chosen.serving[options.node[option]];
      height = std::max(height, options.height[option]);
    }
  }
  return chosen;
}

std::vector<std::uint32_t> options_of(const SiteOptions& options, const PlanModel& model, const Chosen& chosen) {
  std::vector<std::uint32_t> best(model.nodes.size(), kNoSite);
  std::vector<std::uint32_t> sites;
  for (std::uint32_t option = 0; option < options.node.size(); ++option) {
    const std::uint32_t node = options.node[option];
    if (node != kNoSite && options.height[option] <= chosen.serving[node]) {
      best[node] = option;  // heights rise
    }
  }
  std::vector<char> covered(options.settlement.size(), 0);
  for (const std::uint32_t option : best) {
    if (option != kNoSite) {
      sites.push_back(option);
      for (const std::uint32_t row : options.problem.covers[option]) {
        covered[row] = 1;
      }
    }
  }
  for (std::uint32_t option = 0; option < options.node.size(); ++option) {
    if (options.node[option] == kNoSite && covered[options.problem.covers[option].front()] == 0) {
      sites.push_back(option);
    }
  }
  std::sort(sites.begin(), sites.end());
  return sites;
}

std::vector<char> served_by(const PlanModel& model, const Chosen& chosen) {
  std::size_t settlements = 0;
  for (const PlanNode& node : model.nodes) {
    settlements += node.settlement != kNoSite ? 1 : 0;
  }
  std::vector<char> served(settlements, 0);
  const std::vector<std::uint32_t> counts = counts_of(model, chosen, settlements);
  std::transform(counts.begin(), counts.end(), served.begin(),
                 [](std::uint32_t count) { return static_cast<char>(count > 0); });
  return served;
}

bool serves_all(const PlanModel& model, const SiteOptions& options, const Chosen& chosen) {
  const std::vector<std::uint32_t> counts = counts_of(model, chosen, options.row.size());
  for (std::size_t settlement = 0; settlement < counts.size(); ++settlement) {
    if (options.row[settlement] != kNoSite && counts[settlement] == 0) {
      return false;
    }
  }
  return std::all_of(model.forced.begin(), model.forced.end(),
                     [&](std::uint32_t node) { return chosen.serving[node] != kNoMast; });
}

void trim(const PlanModel& model, const SiteOptions& options, Chosen& chosen) {
  std::vector<std::uint32_t> counts = counts_of(model, chosen, options.row.size());
  std::vector<std::uint32_t> order;
  for (std::uint32_t node = 0; node + 1 < model.access.begin.size(); ++node) {
    if (chosen.serving[node] != kNoMast) {
      order.push_back(node);
    }
  }
  const auto worth = [&](std::uint32_t node) { return model.access.begin[node + 1] - model.access.begin[node]; };
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return worth(a) < worth(b); });
  for (const std::uint32_t node : order) {
    const bool forced = std::find(model.forced.begin(), model.forced.end(), node) != model.forced.end();
    // The highest of what its own need.
    std::int8_t needed = forced ? std::int8_t{0} : kNoMast;
    for (const AccessPair& pair : model.access.of(node)) {
      const bool is_row = options.row[pair.settlement] != kNoSite;
      const auto least = static_cast<std::int8_t>(pair.least);
      if (is_row && least <= chosen.serving[node] && counts[pair.settlement] == 1) {
        needed = std::max(needed, least);
      }
    }
    for (const AccessPair& pair : model.access.of(node)) {
      const auto least = static_cast<std::int8_t>(pair.least);
      counts[pair.settlement] -= least <= chosen.serving[node] && least > needed ? 1 : 0;
    }
    chosen.serving[node] = std::min(needed, chosen.serving[node]);
  }
}

}  // namespace karkara::planner
