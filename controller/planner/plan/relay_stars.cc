#include "controller/planner/plan/relay_stars.h"

#include <algorithm>
#include <limits>

namespace karkara::planner {
namespace {

class Stars {
 public:
  Stars(const PlanModel& model, const Chosen& chosen, const Backhaul& built, const std::vector<std::uint32_t>& near)
      : model_{model}, chosen_{chosen}, built_{built}, tree_(model.nodes.size(), kNoSite), hops_(near.size()) {
    std::vector<std::uint32_t> place(model.nodes.size(), kNoSite);
    for (std::uint32_t i = 0; i < near.size(); ++i) {
      place[near[i]] = i;
    }
    for (std::uint32_t node = 0; node < tree_.size(); ++node) {
      if (built.height[node] != kNoMast) {
        tree_[node] = head_of(node);
        add_hops(node, place);
      }
    }
  }

  [[nodiscard]] std::vector<Star> paying(const std::vector<std::uint32_t>& near) const {
    std::vector<Star> found;
    for (std::size_t i = 0; i < near.size(); ++i) {
      Star star = best_at(near[i], hops_[i]);
      if (star.gain > 0) {
        found.push_back(std::move(star));
      }
    }
    std::stable_sort(found.begin(), found.end(), [](const Star& a, const Star& b) { return a.gain > b.gain; });
    std::vector<char> taken(model_.nodes.size(), 0);
    std::vector<Star> apart;
    for (Star& star : found) {
      if (std::none_of(star.trees.begin(), star.trees.end(), [&](std::uint32_t tree) { return taken[tree] != 0; })) {
        for (const std::uint32_t tree : star.trees) {
          taken[tree] = 1;
        }
        apart.push_back(std::move(star));
      }
    }
    return apart;
  }

 private:
  struct Arm {
    std::uint32_t tree;
    Money hop;
  };

  // Few masts are built of all that could be: from their side all hops are found soonest.
  void add_hops(std::uint32_t mast, const std::vector<std::uint32_t>& place) {
    for (const std::uint32_t pair : model_.hops_of[mast]) {
      const std::uint32_t here = place[model_.other(pair, mast)];
      if (here != kNoSite) {
        hops_[here].push_back(pair);
      }
    }
  }

  [[nodiscard]] std::uint32_t head_of(std::uint32_t node) const {
    while (built_.parent[node] != kNoSite) {
      node = built_.parent[node];
    }
    return node;
  }

  [[nodiscard]] Star best_at(std::uint32_t node, const std::vector<std::uint32_t>& hops) const {
    const PlanNode& at = model_.nodes[node];
    const bool stands = built_.height[node] != kNoMast;
    Star best;
    if (!stands && !at.relays) {
      return best;
    }
    for (int height = stands ? built_.height[node] + 1 : 0; height <= at.top; ++height) {
      const auto index = static_cast<std::int8_t>(height);
      const Money extra =
          stands ? mast_price(model_, chosen_, node, index) - mast_price(model_, chosen_, node, built_.height[node])
                 : at.relay[static_cast<std::size_t>(height)];
      Star star = star_at(node, index, extra, hops);
      if (star.gain > best.gain) {
        best = std::move(star);
      }
    }
    return best;
  }

  [[nodiscard]] Star star_at(std::uint32_t node, std::int8_t height, Money extra,
                             const std::vector<std::uint32_t>& hops) const {
    const std::vector<Arm> arms = arms_of(node, height, hops);
    Star star{-extra, node, height, {}};
    Money kept = std::numeric_limits<Money>::max();
    if (tree_[node] != kNoSite) {
      kept = model_.nodes[tree_[node]].root;
      star.trees.push_back(tree_[node]);
    } else if (!arms.empty()) {
      // The tree with the cheapest way out keeps it, at the price of the hop there.
      const auto sink = std::min_element(arms.begin(), arms.end(),
                                         [&](const Arm& a, const Arm& b) { return root(a) + a.hop < root(b) + b.hop; });
      kept = root(*sink);
      star.gain -= sink->hop;
      star.trees.push_back(sink->tree);
    }
    for (const Arm& arm : arms) {
      const Money saved = std::max(root(arm), kept) - arm.hop;
      if (arm.tree != star.trees.front() && saved > 0) {
        kept = std::min(kept, root(arm));
        star.gain += saved;
        star.trees.push_back(arm.tree);
      }
    }
    return star;
  }

  [[nodiscard]] Money root(const Arm& arm) const { return model_.nodes[arm.tree].root; }

  // The cheapest clear hop to each other tree, masts there as high as they are.
  [[nodiscard]] std::vector<Arm> arms_of(std::uint32_t node, std::int8_t height,
                                         const std::vector<std::uint32_t>& hops) const {
    std::vector<Arm> arms;
    for (const std::uint32_t pair : hops) {
      const std::uint32_t other = model_.other(pair, node);
      const std::uint8_t far = model_.far(pair, node, static_cast<std::size_t>(height));
      if (tree_[other] == tree_[node] || far == kTooLow || far > built_.height[other]) {
        continue;
      }
      const auto known =
          std::find_if(arms.begin(), arms.end(), [&](const Arm& arm) { return arm.tree == tree_[other]; });
      if (known == arms.end()) {
        arms.push_back({tree_[other], model_.hop_price[pair]});
      } else {
        known->hop = std::min(known->hop, model_.hop_price[pair]);
      }
    }
    return arms;
  }

  const PlanModel& model_;
  const Chosen& chosen_;
  const Backhaul& built_;
  std::vector<std::uint32_t> tree_;               // of each node: the head of its tree
  std::vector<std::vector<std::uint32_t>> hops_;  // of each of the near nodes, to masts that are built
};

}  // namespace

std::vector<Star> paying_stars(const PlanModel& model, const Chosen& chosen, const Backhaul& built,
                               const std::vector<std::uint32_t>& near) {
  return Stars{model, chosen, built, near}.paying(near);
}

}  // namespace karkara::planner
