#include "controller/planner/plan/entry_bound.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace karkara::planner {
namespace {

constexpr Money kNoHop = std::numeric_limits<Money>::max();
// Places of a set: where hops are cheap everywhere, sets grow to whole regions and are worth one way out.
constexpr std::size_t kMostOfASet = 600;

class DualAscent {
 public:
  DualAscent(const PlanModel& model, const SiteOptions& options)
      : model_{model},
        options_{options},
        into_a_(model.hops.pairs.size(), kNoHop),
        into_b_(model.hops.pairs.size(), kNoHop),
        out_(model.nodes.size(), kNoHop),
        is_in_(model.nodes.size(), 0),
        leads_out_(model.nodes.size(), 0) {
    for (std::uint32_t node = 0; node < model.nodes.size(); ++node) {
      if (may_stand(node)) {
        price_entries(node);
      }
    }
    for (std::uint32_t node = 0; node < model.nodes.size(); ++node) {
      if (out_[node] == 0) {
        spread_out(node);
      }
    }
  }

  Money run() {
    std::vector<std::vector<std::uint32_t>> servers = servers_of_rows();
    // Whom few places could serve lives far from others: there sets stay small.
    std::stable_sort(servers.begin(), servers.end(), [](const auto& a, const auto& b) { return a.size() < b.size(); });
    for (const std::vector<std::uint32_t>& places : servers) {
      ascend(places);
    }
    return sum_;
  }

 private:
  [[nodiscard]] bool may_stand(std::uint32_t node) const {
    const PlanNode& at = model_.nodes[node];
    return at.serves || at.relays || at.gateway;
  }

  [[nodiscard]] Money& slack_into(std::uint32_t node, std::uint32_t pair) {
    return model_.hops.pairs[pair].a == node ? into_a_[pair] : into_b_[pair];
  }

  // Of each way into the node, what it costs above what the cover counts for a mast of the lowest height that can use
  // it; higher ones are counted less. A mast that only passes on is not in the cover, and pays for itself too.
  void price_entries(std::uint32_t node) {
    const PlanNode& at = model_.nodes[node];
    Heights counted{};
    for (std::size_t height = 0; height <= at.top; ++height) {
      counted[height] = at.serves ? least_way_out(model_, node, height) : -at.relay[height];
    }
    if (at.gateway) {
      out_[node] = 0;
      return;
    }
    out_[node] = at.root - counted[0];
    for (const std::uint32_t pair : model_.hops_of[node]) {
      const std::uint32_t other = model_.other(pair, node);
      std::size_t height = 0;
      while (height <= at.top && model_.far(pair, node, height) > model_.nodes[other].top) {
        ++height;
      }
      if (height <= at.top && may_stand(other)) {
        slack_into(node, pair) = model_.hop_price[pair] - counted[height];
      }
    }
  }

  [[nodiscard]] std::vector<std::vector<std::uint32_t>> servers_of_rows() const {
    std::vector<std::vector<std::uint32_t>> servers(options_.settlement.size());
    for (std::uint32_t option = 0; option < options_.node.size(); ++option) {
      for (const std::uint32_t row : options_.problem.covers[option]) {
        std::vector<std::uint32_t>& list = servers[row];
        if (options_.node[option] != kNoSite && (list.empty() || list.back() != options_.node[option])) {
          list.push_back(options_.node[option]);
        }
      }
    }
    return servers;
  }

  // The set pays for all its entries alike until one is paid, and takes in where that comes from; until one leads out.
  void ascend(const std::vector<std::uint32_t>& places) {
    std::vector<std::uint32_t> set;
    bool open = true;
    for (const std::uint32_t place : places) {
      open = open && take_in(place, set);
    }
    while (open && close_over_paid(set)) {
      const Money pays = least_entry(set);
      sum_ += pays;
      open = pay(set, pays);
    }
    for (const std::uint32_t node : set) {
      is_in_[node] = 0;
    }
  }

  // False where a way leads out.
  bool take_in(std::uint32_t node, std::vector<std::uint32_t>& set) {
    if (leads_out_[node] != 0) {
      return false;
    }
    if (is_in_[node] == 0) {
      is_in_[node] = 1;
      set.push_back(node);
    }
    return true;
  }

  // False when a paid hop comes from where a way leads out, or when the set grows too large.
  bool close_over_paid(std::vector<std::uint32_t>& set) {
    for (std::size_t i = 0; i < set.size(); ++i) {
      for (const std::uint32_t pair : model_.hops_of[set[i]]) {
        if (slack_into(set[i], pair) == 0 && !take_in(model_.other(pair, set[i]), set)) {
          return false;
        }
      }
      if (set.size() > kMostOfASet) {
        give_up(set);
        return false;
      }
    }
    return true;
  }

  // Sets that meet this one would grow as large: left alone, which only lowers the bound.
  void give_up(const std::vector<std::uint32_t>& set) {
    for (const std::uint32_t node : set) {
      leads_out_[node] = 1;
    }
  }

  [[nodiscard]] Money least_entry(const std::vector<std::uint32_t>& set) {
    Money least = kNoHop;
    for (const std::uint32_t node : set) {
      least = std::min(least, out_[node]);
      for (const std::uint32_t pair : model_.hops_of[node]) {
        if (is_in_[model_.other(pair, node)] == 0) {
          least = std::min(least, slack_into(node, pair));
        }
      }
    }
    return least;
  }

  // False when a way out is paid.
  bool pay(const std::vector<std::uint32_t>& set, Money pays) {
    for (const std::uint32_t node : set) {
      out_[node] -= pays;
      for (const std::uint32_t pair : model_.hops_of[node]) {
        Money& slack = slack_into(node, pair);
        slack -= is_in_[model_.other(pair, node)] == 0 && slack != kNoHop ? pays : 0;
      }
    }
    bool open = true;
    for (const std::uint32_t node : set) {
      if (out_[node] == 0) {
        spread_out(node);
        open = false;
      }
    }
    return open;
  }

  // All that paid hops reach from there.
  void spread_out(std::uint32_t from) {
    std::vector<std::uint32_t> open{from};
    leads_out_[from] = 1;
    while (!open.empty()) {
      const std::uint32_t node = open.back();
      open.pop_back();
      for (const std::uint32_t pair : model_.hops_of[node]) {
        const std::uint32_t other = model_.other(pair, node);
        if (leads_out_[other] == 0 && slack_into(other, pair) == 0) {
          leads_out_[other] = 1;
          open.push_back(other);
        }
      }
    }
  }

  const PlanModel& model_;
  const SiteOptions& options_;
  std::vector<Money> into_a_;  // of each pair: what a hop into its end a is not yet paid; kNoHop where none is
  std::vector<Money> into_b_;
  std::vector<Money> out_;  // of each node: the same of its own way out
  std::vector<char> is_in_;
  std::vector<char> leads_out_;
  Money sum_ = 0;
};

}  // namespace

Money entry_bound(const PlanModel& model, const SiteOptions& options) {
  return DualAscent{model, options}.run();
}

}  // namespace karkara::planner
