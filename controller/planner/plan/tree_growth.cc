#include "controller/planner/plan/tree_growth.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <queue>

#include "controller/planner/plan/ways_out.h"

namespace karkara::planner {
namespace {

// Trees that grow together.
class Trees {
 public:
  explicit Trees(std::size_t nodes) : of_(nodes) { std::iota(of_.begin(), of_.end(), 0U); }
  std::uint32_t find(std::uint32_t node) {
    while (of_[node] != node) {
      node = of_[node] = of_[of_[node]];
    }
    return node;
  }
  void join(std::uint32_t a, std::uint32_t b) { of_[std::max(a, b)] = std::min(a, b); }

 private:
  std::vector<std::uint32_t> of_;
};

struct Raise {
  Money cost = std::numeric_limits<Money>::max();
  std::int8_t a = 0;
  std::int8_t b = 0;
};

struct Offer {
  Money saving;
  std::uint32_t pair;
  // The greatest saving on top; of equal ones the first pair.
  bool operator<(const Offer& other) const {
    return saving != other.saving ? saving < other.saving : pair > other.pair;
  }
};

class TreeGrowth {
 public:
  TreeGrowth(const PlanModel& model, const Chosen& chosen, Frame frame)
      : model_{model},
        chosen_{chosen},
        trees_{model.nodes.size()},
        root_(model.nodes.size()),
        demand_{chosen.demand.empty() ? std::vector<double>(model.nodes.size()) : chosen.demand},
        slowest_(model.nodes.size(), std::numeric_limits<double>::infinity()) {
    built_.height = std::move(frame.height);
    for (std::uint32_t i = 0; i < model.nodes.size(); ++i) {
      root_[i] = way_out_at(model, i, demand_[i]).price;
      if (model.way_rates) {
        ways_.push_back(ways_of(model.nodes[i]));
      }
    }
    for (const std::uint32_t pair : frame.kept) {
      keep(pair);
    }
  }

  Backhaul run() {
    for (std::uint32_t node = 0; node < built_.height.size(); ++node) {
      offer_all(node, true);
    }
    while (!offers_.empty()) {
      const Offer offer = offers_.top();
      offers_.pop();
      const Offer now = offer_of(offer.pair);
      if (now.saving < offer.saving) {
        if (now.saving > 0) {
          offers_.push(now);
        }
        continue;
      }
      raise_and_join(offer.pair);
    }
    note_hops();
    drop_idle_relays();
    lower();
    hang();
    return std::move(built_);
  }

 private:
  [[nodiscard]] bool is_built(std::uint32_t node) const { return built_.height[node] != kNoMast; }
  [[nodiscard]] std::uint32_t end_a(std::uint32_t pair) const { return model_.hops.pairs[pair].a; }
  [[nodiscard]] std::uint32_t end_b(std::uint32_t pair) const { return model_.hops.pairs[pair].b; }

  void keep(std::uint32_t pair) {
    const std::uint32_t a = end_a(pair);
    const std::uint32_t b = end_b(pair);
    if (!is_built(a) || !is_built(b) || trees_.find(a) == trees_.find(b)) {
      return;
    }
    if (sees(pair, a, built_.height[a]) && carries(pair, trees_.find(a), trees_.find(b))) {
      join(pair);
    }
  }

  // Whether the other end's mast is high enough for one of that height here.
  [[nodiscard]] bool sees(std::uint32_t pair, std::uint32_t here, int height) const {
    const std::uint8_t far = model_.far(pair, here, static_cast<std::size_t>(height));
    return far != kTooLow && far <= built_.height[model_.other(pair, here)];
  }

  void offer_all(std::uint32_t node, bool once) {
    if (!is_built(node)) {
      return;
    }
    for (const std::uint32_t pair : model_.hops_of[node]) {
      const std::uint32_t other = model_.other(pair, node);
      if (is_built(other) && (!once || node < other)) {
        const Offer offer = offer_of(pair);
        if (offer.saving > 0) {
          offers_.push(offer);
        }
      }
    }
  }

  [[nodiscard]] Raise raise_for(std::uint32_t pair) const {
    const std::uint32_t a = end_a(pair);
    const std::uint32_t b = end_b(pair);
    Raise best;
    for (auto at_a = built_.height[a]; at_a <= model_.nodes[a].top; ++at_a) {
      const std::uint8_t far = model_.hops.pairs[pair].far[static_cast<std::size_t>(at_a)];
      if (far > model_.nodes[b].top) {
        continue;
      }
      const auto at_b = std::max(built_.height[b], static_cast<std::int8_t>(far));
      const Money cost = price(a, at_a) - price(a, built_.height[a]) + price(b, at_b) - price(b, built_.height[b]);
      if (cost < best.cost) {
        best = {cost, at_a, at_b};
      }
      if (at_b == built_.height[b]) {
        break;  // higher costs more at a, and nothing less at b
      }
    }
    return best;
  }

  Offer offer_of(std::uint32_t pair) {
    const std::uint32_t a = trees_.find(end_a(pair));
    const std::uint32_t b = trees_.find(end_b(pair));
    if (a == b || !carries(pair, a, b)) {
      return {0, pair};
    }
    const Raise raise = raise_for(pair);
    if (raise.cost == std::numeric_limits<Money>::max()) {
      return {0, pair};
    }
    return {root_[a] + root_[b] - joined_root(a, b) - model_.hop_price[pair] - raise.cost, pair};
  }

  // What the way out of both trees as one costs: the cheaper of theirs, or what carries both.
  [[nodiscard]] Money joined_root(std::uint32_t a, std::uint32_t b) const {
    return model_.way_rates ? way_out(*model_.way_rates, cheapest_of(ways_[a], ways_[b]), demand_[a] + demand_[b]).price
                            : std::min(root_[a], root_[b]);
  }

  // All that a joined tree needs might pass its slowest hop.
  [[nodiscard]] bool carries(std::uint32_t pair, std::uint32_t a, std::uint32_t b) const {
    if (model_.hop_rate.empty()) {
      return true;
    }
    return demand_[a] + demand_[b] <= std::min({slowest_[a], slowest_[b], model_.hop_rate[pair]});
  }

  void raise_and_join(std::uint32_t pair) {
    const std::uint32_t a = end_a(pair);
    const std::uint32_t b = end_b(pair);
    const Raise raise = raise_for(pair);
    const bool a_rises = raise.a > built_.height[a];
    const bool b_rises = raise.b > built_.height[b];
    built_.height[a] = raise.a;
    built_.height[b] = raise.b;
    join(pair);
    if (a_rises) {
      offer_all(a, false);
    }
    if (b_rises) {
      offer_all(b, false);
    }
  }

  void join(std::uint32_t pair) {
    const std::uint32_t tree_a = trees_.find(end_a(pair));
    const std::uint32_t tree_b = trees_.find(end_b(pair));
    const Money root = joined_root(tree_a, tree_b);
    trees_.join(tree_a, tree_b);
    const std::uint32_t tree = trees_.find(tree_a);
    root_[tree] = root;
    if (model_.way_rates) {
      ways_[tree] = cheapest_of(ways_[tree_a], ways_[tree_b]);
    }
    demand_[tree] = demand_[tree_a] + demand_[tree_b];
    slowest_[tree] = std::min(slowest_[tree_a], slowest_[tree_b]);
    if (!model_.hop_rate.empty()) {
      slowest_[tree] = std::min(slowest_[tree], model_.hop_rate[pair]);
    }
    joined_.push_back(pair);
  }

  void note_hops() {
    hops_.resize(model_.nodes.size());
    for (const std::uint32_t pair : joined_) {
      hops_[end_a(pair)].push_back(pair);
      hops_[end_b(pair)].push_back(pair);
    }
  }

  [[nodiscard]] bool only_passes_on(std::uint32_t node) const {
    return is_built(node) && chosen_.serving[node] == kNoMast && !model_.nodes[node].gateway;
  }

  // A mast that only passes on and has one hop, or none, is paid for nothing, unless its own way out is cheap.
  void drop_idle_relays() {
    for (std::uint32_t node = 0; node < hops_.size(); ++node) {
      for (std::uint32_t at = node; at != kNoSite && only_passes_on(at) && hops_[at].size() < 2;) {
        const std::uint32_t next = hops_[at].empty() ? kNoSite : model_.other(hops_[at].front(), at);
        if (next != kNoSite && !pays_to_drop(at, next)) {
          break;
        }
        if (next != kNoSite) {
          std::erase(hops_[next], hops_[at].front());
          std::erase(joined_, hops_[at].front());
        }
        hops_[at].clear();
        built_.height[at] = kNoMast;
        at = next;
      }
    }
  }

  [[nodiscard]] bool pays_to_drop(std::uint32_t node, std::uint32_t next) {
    const Money kept = price(node, built_.height[node]) + model_.hop_price[hops_[node].front()];
    return kept > own_root(next) - own_root(node);
  }

  // What its whole tree's way out would cost there.
  [[nodiscard]] Money own_root(std::uint32_t node) {
    return way_out_at(model_, node, demand_[trees_.find(node)]).price;
  }

  // A later raise may have made an earlier one needless.
  void lower() {
    for (std::uint32_t node = 0; node < hops_.size(); ++node) {
      const PlanNode& at = model_.nodes[node];
      const std::int8_t serving = chosen_.serving[node];
      const int least = serving != kNoMast ? serving : at.gateway ? at.top : 0;
      while (built_.height[node] > least && holds(node)) {
        --built_.height[node];
      }
    }
  }

  // Whether all hops stay clear with the node's mast one lower.
  [[nodiscard]] bool holds(std::uint32_t node) const {
    return std::all_of(hops_[node].begin(), hops_[node].end(),
                       [&](std::uint32_t pair) { return sees(pair, node, built_.height[node] - 1); });
  }

  // Each tree hangs from the node with the cheapest way out; of equal ones from the first.
  void hang() {
    const std::size_t count = model_.nodes.size();
    built_.hop.assign(count, kNoSite);
    built_.parent.assign(count, kNoSite);
    std::vector<std::uint32_t> head(count, kNoSite);
    for (std::uint32_t node = 0; node < count; ++node) {
      if (is_built(node)) {
        std::uint32_t& best = head[trees_.find(node)];
        best = best == kNoSite || own_root(node) < own_root(best) ? node : best;
      }
    }
    for (std::uint32_t tree = 0; tree < count; ++tree) {
      if (head[tree] != kNoSite) {
        built_.cost += own_root(head[tree]);
        spread(head[tree]);
      }
    }
    for (std::uint32_t node = 0; node < count; ++node) {
      built_.cost += price(node, built_.height[node]);
    }
    for (const std::uint32_t pair : joined_) {
      built_.cost += model_.hop_price[pair];
    }
  }

  void spread(std::uint32_t head) {
    std::vector<std::uint32_t> open{head};
    while (!open.empty()) {
      const std::uint32_t node = open.back();
      open.pop_back();
      for (const std::uint32_t pair : hops_[node]) {
        const std::uint32_t other = model_.other(pair, node);
        if (pair != built_.hop[node]) {
          built_.hop[other] = pair;
          built_.parent[other] = node;
          open.push_back(other);
        }
      }
    }
  }

  [[nodiscard]] Money price(std::uint32_t node, std::int8_t height) const {
    return mast_price(model_, chosen_, node, height);
  }

  const PlanModel& model_;
  const Chosen& chosen_;
  Trees trees_;
  std::vector<Money> root_;    // by tree
  std::vector<OwnWays> ways_;  // by tree, where capacity is asked
  std::vector<double> demand_;
  std::vector<double> slowest_;
  std::vector<std::uint32_t> joined_;
  std::vector<std::vector<std::uint32_t>> hops_;  // of each node, of those that joined
  std::priority_queue<Offer> offers_;
  Backhaul built_;
};

}  // namespace

Backhaul grown(const PlanModel& model, const Chosen& chosen, Frame frame) {
  return TreeGrowth{model, chosen, std::move(frame)}.run();
}

}  // namespace karkara::planner
