// Trees grow as Kruskal's do: the hop that saves most joins two trees, of which the dearer way out is given up. Relays
// and raised masts that pay only for several hops at once are tried as stars, between growths.
#include "controller/planner/plan/backhaul_tree.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <queue>

#include "controller/planner/plan/relay_stars.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kStarRounds = 6;

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

class Growth {
 public:
  // `least` is the least height of each node that is built.
  Growth(const PlanModel& model, const Chosen& chosen, std::vector<std::int8_t> least)
      : model_{model},
        chosen_{chosen},
        least_{std::move(least)},
        trees_{model.nodes.size()},
        root_(model.nodes.size()),
        demand_{chosen.demand.empty() ? std::vector<double>(model.nodes.size()) : chosen.demand},
        slowest_(model.nodes.size(), std::numeric_limits<double>::infinity()) {
    built_.height = least_;
    for (std::size_t i = 0; i < model.nodes.size(); ++i) {
      root_[i] = model.nodes[i].root;
    }
  }

  Backhaul run() {
    for (std::uint32_t node = 0; node < least_.size(); ++node) {
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
      join(offer.pair);
    }
    lower();
    hang();
    return std::move(built_);
  }

 private:
  [[nodiscard]] bool is_built(std::uint32_t node) const { return built_.height[node] != kNoMast; }

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
    const std::uint32_t a = model_.hops.pairs[pair].a;
    const std::uint32_t b = model_.hops.pairs[pair].b;
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
    const std::uint32_t a = trees_.find(model_.hops.pairs[pair].a);
    const std::uint32_t b = trees_.find(model_.hops.pairs[pair].b);
    if (a == b || !carries(pair, a, b)) {
      return {0, pair};
    }
    const Raise raise = raise_for(pair);
    if (raise.cost == std::numeric_limits<Money>::max()) {
      return {0, pair};
    }
    return {std::max(root_[a], root_[b]) - model_.hop_price[pair] - raise.cost, pair};
  }

  // All that a joined tree needs might pass its slowest hop.
  [[nodiscard]] bool carries(std::uint32_t pair, std::uint32_t a, std::uint32_t b) const {
    if (model_.hop_rate.empty()) {
      return true;
    }
    return demand_[a] + demand_[b] <= std::min({slowest_[a], slowest_[b], model_.hop_rate[pair]});
  }

  void join(std::uint32_t pair) {
    const std::uint32_t a = model_.hops.pairs[pair].a;
    const std::uint32_t b = model_.hops.pairs[pair].b;
    const Raise raise = raise_for(pair);
    const bool a_rises = raise.a > built_.height[a];
    const bool b_rises = raise.b > built_.height[b];
    built_.height[a] = raise.a;
    built_.height[b] = raise.b;
    const std::uint32_t tree_a = trees_.find(a);
    const std::uint32_t tree_b = trees_.find(b);
    trees_.join(tree_a, tree_b);
    const std::uint32_t tree = trees_.find(a);
    root_[tree] = std::min(root_[tree_a], root_[tree_b]);
    demand_[tree] = demand_[tree_a] + demand_[tree_b];
    slowest_[tree] = std::min(slowest_[tree_a], slowest_[tree_b]);
    if (!model_.hop_rate.empty()) {
      slowest_[tree] = std::min(slowest_[tree], model_.hop_rate[pair]);
    }
    joined_.push_back(pair);
    if (a_rises) {
      offer_all(a, false);
    }
    if (b_rises) {
      offer_all(b, false);
    }
  }

  // A later raise may have made an earlier one needless.
  void lower() {
    std::vector<std::vector<std::uint32_t>> hops(model_.nodes.size());
    for (const std::uint32_t pair : joined_) {
      hops[model_.hops.pairs[pair].a].push_back(pair);
      hops[model_.hops.pairs[pair].b].push_back(pair);
    }
    for (std::uint32_t node = 0; node < hops.size(); ++node) {
      while (is_built(node) && built_.height[node] > least_[node] && holds(node, hops[node])) {
        --built_.height[node];
      }
    }
  }

  // Whether all hops stay clear with the node's mast one lower.
  [[nodiscard]] bool holds(std::uint32_t node, const std::vector<std::uint32_t>& hops) const {
    return std::all_of(hops.begin(), hops.end(), [&](std::uint32_t pair) {
      const std::uint8_t far = model_.far(pair, node, static_cast<std::size_t>(built_.height[node] - 1));
      return far != kTooLow && far <= built_.height[model_.other(pair, node)];
    });
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
        best = best == kNoSite || model_.nodes[node].root < model_.nodes[best].root ? node : best;
      }
    }
    std::vector<std::vector<std::uint32_t>> hops(count);
    for (const std::uint32_t pair : joined_) {
      hops[model_.hops.pairs[pair].a].push_back(pair);
      hops[model_.hops.pairs[pair].b].push_back(pair);
    }
    for (std::uint32_t tree = 0; tree < count; ++tree) {
      if (head[tree] != kNoSite) {
        built_.cost += model_.nodes[head[tree]].root;
        spread(head[tree], hops);
      }
    }
    for (std::uint32_t node = 0; node < count; ++node) {
      built_.cost += price(node, built_.height[node]);
    }
    for (const std::uint32_t pair : joined_) {
      built_.cost += model_.hop_price[pair];
    }
  }

  void spread(std::uint32_t head, const std::vector<std::vector<std::uint32_t>>& hops) {
    std::vector<std::uint32_t> open{head};
    while (!open.empty()) {
      const std::uint32_t node = open.back();
      open.pop_back();
      for (const std::uint32_t pair : hops[node]) {
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
  std::vector<std::int8_t> least_;
  Trees trees_;
  std::vector<Money> root_;  // by tree
  std::vector<double> demand_;
  std::vector<double> slowest_;
  std::vector<std::uint32_t> joined_;
  std::priority_queue<Offer> offers_;
  Backhaul built_;
};

}  // namespace

Money mast_price(const PlanModel& model, const Chosen& chosen, std::uint32_t node, std::int8_t height) {
  if (height == kNoMast) {
    return 0;
  }
  const PlanNode& at = model.nodes[node];
  if (chosen.serving[node] != kNoMast) {
    return at.access[static_cast<std::size_t>(height)];
  }
  return at.gateway ? 0 : at.relay[static_cast<std::size_t>(height)];
}

Backhaul cheapest_backhaul(const PlanModel& model, const Chosen& chosen) {
  std::vector<std::int8_t> least = chosen.serving;
  for (std::size_t node = 0; node < least.size(); ++node) {
    if (least[node] == kNoMast && model.nodes[node].gateway) {
      least[node] = static_cast<std::int8_t>(model.nodes[node].top);
    }
  }
  Backhaul best = Growth{model, chosen, least}.run();
  for (std::size_t round = 0; round < kStarRounds; ++round) {
    const std::vector<Star> stars = paying_stars(model, chosen, best);
    std::vector<std::int8_t> with = least;
    for (const Star& star : stars) {
      with[star.node] = star.height;
    }
    Backhaul tried = stars.empty() ? best : Growth{model, chosen, with}.run();
    if (tried.cost >= best.cost) {
      break;
    }
    best = std::move(tried);
    least = std::move(with);
  }
  return best;
}

Money price_to_join(const PlanModel& model, const Chosen& chosen, const Backhaul& built, std::uint32_t node,
                    std::size_t height) {
  const PlanNode& at = model.nodes[node];
  Money least = at.root;
  for (const std::uint32_t pair : model.hops_of[node]) {
    const std::uint32_t other = model.other(pair, node);
    const std::int8_t there = built.height[other];
    if (there == kNoMast || other == node || model.hop_price[pair] >= least) {
      continue;
    }
    for (std::size_t here = height; here <= at.top; ++here) {
      const std::uint8_t far = model.far(pair, node, here);
      if (far > model.nodes[other].top) {
        continue;
      }
      const auto raised = std::max(there, static_cast<std::int8_t>(far));
      const Money price = model.hop_price[pair] + at.access[here] - at.access[height] +
                          mast_price(model, chosen, other, raised) - mast_price(model, chosen, other, there);
      least = std::min(least, price);
      if (raised == there) {
        break;
      }
    }
  }
  return least;
}

}  // namespace karkara::planner
