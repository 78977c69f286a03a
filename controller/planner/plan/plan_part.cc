#include "controller/planner/plan/plan_part.h"

#include <algorithm>
#include <array>

namespace karkara::planner {
namespace {

class PartMaker {
 public:
  PartMaker(const PlanModel& model, const SiteOptions& options, const Wanted& wanted, const Attempt& plan)
      : model_{model},
        options_{options},
        wanted_{wanted},
        plan_{plan},
        number_(model.nodes.size(), kNoSite),
        row_(options.row.size(), kNoSite) {}

  PlanPart make(const std::vector<std::uint32_t>& open) {
    part_.open = open.size();
    part_.model.heights = model_.heights;
    for (const std::uint32_t node : open) {
      add(node, model_.nodes[node]);
    }
    add_rows(open);
    add_hops(open);
    for (const std::uint32_t forced : model_.forced) {
      if (number_[forced] != kNoSite && number_[forced] < part_.open) {
        part_.model.forced.push_back(number_[forced]);
      }
    }
    part_.wanted.price = wanted_.price;
    part_.options = site_options(part_.model, part_.wanted);
    add_start();
    return std::move(part_);
  }

 private:
  std::uint32_t add(std::uint32_t node, const PlanNode& as) {
    number_[node] = static_cast<std::uint32_t>(part_.node_of.size());
    part_.node_of.push_back(node);
    part_.model.nodes.push_back(as);
    part_.model.nodes.back().settlement = kNoSite;
    return number_[node];
  }

  [[nodiscard]] bool is_open(std::uint32_t node) const { return number_[node] < part_.open; }

  // Settlements within reach of an open place that no other mast serves.
  void add_rows(const std::vector<std::uint32_t>& open) {
    std::vector<char> closed(options_.row.size(), 0);
    for (std::uint32_t node = 0; node + 1 < model_.access.begin.size(); ++node) {
      const std::int8_t height = plan_.chosen.serving[node];
      if (height != kNoMast && !is_open(node)) {
        for (const AccessPair& pair : model_.access.of(node)) {
          if (static_cast<std::int32_t>(pair.least) <= height) {
            closed[pair.settlement] = 1;
          }
        }
      }
    }
    Incidence rows;
    std::vector<std::uint32_t> list;
    for (const std::uint32_t node : open) {
      list.clear();
      if (node + 1 < model_.access.begin.size() && model_.nodes[node].serves) {
        for (const AccessPair& pair : model_.access.of(node)) {
          if (options_.row[pair.settlement] != kNoSite && closed[pair.settlement] == 0 &&
              pair.least <= model_.nodes[node].top) {
            list.push_back(row_of(pair.settlement));
            part_.model.access.pairs.push_back({list.back(), pair.least});
          }
        }
      }
      rows.push_back(list);
      part_.model.access.begin.push_back(part_.model.access.pairs.size());
    }
    part_.servers = transposed(rows, part_.wanted.row.size());
  }

  std::uint32_t row_of(std::uint32_t settlement) {
    std::uint32_t& row = row_[settlement];
    if (row == kNoSite) {
      row = static_cast<std::uint32_t>(part_.wanted.row.size());
      part_.wanted.row.push_back(1);
      part_.wanted.weight.push_back(wanted_.weight[settlement]);
    }
    return row;
  }

  void add_hops(const std::vector<std::uint32_t>& open) {
    for (const std::uint32_t node : open) {
      for (const std::uint32_t pair : model_.hops_of[node]) {
        const std::uint32_t other = model_.other(pair, node);
        if (number_[other] == kNoSite && plan_.backhaul.height[other] != kNoMast) {
          add(other, standing(other));
        }
        // Of two open ends, once.
        if (number_[other] != kNoSite && (!is_open(other) || node < other)) {
          add_hop(pair);
        }
      }
    }
    Incidence ends;
    for (const HopPair& pair : part_.model.hops.pairs) {
      const std::array<std::uint32_t, 2> both{pair.a, pair.b};
      ends.push_back(both);
    }
    part_.model.hops_of = transposed(ends, part_.node_of.size());
  }

  [[nodiscard]] PlanNode standing(std::uint32_t node) const {
    PlanNode as = model_.nodes[node];
    as.top = static_cast<std::uint8_t>(plan_.backhaul.height[node]);
    as.serves = as.relays = false;
    as.gateway = true;
    as.root = 0;
    return as;
  }

  void add_hop(std::uint32_t pair) {
    HopPair hop = model_.hops.pairs[pair];
    hop.a = number_[hop.a];
    hop.b = number_[hop.b];
    part_.model.hops.pairs.push_back(hop);
    part_.model.seen_from_b.push_back(model_.seen_from_b[pair]);
    part_.model.hop_price.push_back(model_.hop_price[pair]);
    part_.pair_of.push_back(pair);
  }

  void add_start() {
    const std::size_t count = part_.node_of.size();
    Chosen& chosen = part_.start.chosen;
    Backhaul& built = part_.start.backhaul;
    chosen.serving.assign(count, kNoMast);
    built.height.assign(count, kNoMast);
    built.hop.assign(count, kNoSite);
    built.parent.assign(count, kNoSite);
    std::vector<std::uint32_t> hop_number;
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t node = part_.node_of[i];
      built.height[i] = plan_.backhaul.height[node];
      if (i >= part_.open || built.height[i] == kNoMast) {
        continue;
      }
      chosen.serving[i] = plan_.chosen.serving[node];
      built.cost += mast_price(part_.model, chosen, i, built.height[i]);
      const std::uint32_t hop = plan_.backhaul.hop[node];
      if (hop == kNoSite) {
        built.cost += model_.nodes[node].root;
        continue;
      }
      built.cost += model_.hop_price[hop];
      built.parent[i] = number_[plan_.backhaul.parent[node]];
      const auto& near = part_.model.hops_of[i];
      built.hop[i] =
          *std::find_if(near.begin(), near.end(), [&](std::uint32_t at) { return part_.pair_of[at] == hop; });
    }
  }

  const PlanModel& model_;
  const SiteOptions& options_;
  const Wanted& wanted_;
  const Attempt& plan_;
  std::vector<std::uint32_t> number_;  // of each place of the whole
  std::vector<std::uint32_t> row_;     // of each settlement of the whole
  PlanPart part_;
};

}  // namespace

PlanPart part_of(const PlanModel& model, const SiteOptions& options, const Wanted& wanted, const Attempt& plan,
                 const std::vector<std::uint32_t>& open) {
  return PartMaker{model, options, wanted, plan}.make(open);
}

std::vector<char> rows_served(const PlanPart& part, const Chosen& chosen) {
  std::vector<char> served(part.wanted.row.size(), 0);
  for (std::uint32_t node = 0; node < part.open; ++node) {
    if (chosen.serving[node] != kNoMast) {
      for (const AccessPair& pair : part.model.access.of(node)) {
        if (static_cast<std::int32_t>(pair.least) <= chosen.serving[node]) {
          served[pair.settlement] = 1;
        }
      }
    }
  }
  return served;
}

MicroCost price_of(const PlanPart& part, const Attempt& attempt) {
  __int128 price = static_cast<__int128>(attempt.backhaul.cost) * kPerMoney;
  if (part.wanted.price > 0) {
    const std::vector<char> served = rows_served(part, attempt.chosen);
    for (std::size_t row = 0; row < served.size(); ++row) {
      price += served[row] != 0 ? 0 : static_cast<__int128>(part.wanted.price) * part.wanted.weight[row];
    }
  }
  return saturated(price);
}

}  // namespace karkara::planner
