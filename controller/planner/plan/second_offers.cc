#include "controller/planner/plan/second_offers.h"

#include <algorithm>

#include "controller/planner/plan/ways_out.h"

namespace karkara::planner {
namespace {

class OfferMaker {
 public:
  OfferMaker(const PlanModel& model, const PlanInput& input, const Attempt& plan)
      : model_{model}, input_{input}, built_{plan.backhaul}, traffic_{traffic_of(plan.backhaul, plan.chosen.demand)} {}

  std::vector<SecondOffer> make() {
    for (std::uint32_t node = 0; node < model_.nodes.size(); ++node) {
      if (built_.height[node] != kNoMast) {
        if (built_.hop[node] != kNoSite) {
          offer_own(node);
        }
        offer_hops(node);
      }
    }
    return std::move(offers_);
  }

 private:
  // Whether the first way out runs over the tower with that id, or ends with a network that has no other.
  [[nodiscard]] bool runs_over(std::uint32_t node, const std::string& tower) const {
    while (built_.hop[node] != kNoSite) {
      node = built_.parent[node];
      const std::uint32_t mast = model_.nodes[node].mast;
      if (mast != kNoSite && input_.masts[mast].id == tower) {
        return true;
      }
    }
    const PlanNode& last = model_.nodes[node];
    const BackhaulKind bought = way_out_at(model_, node, traffic_[node]).kind;
    if (bought != BackhaulKind::Sim || last.settlement == kNoSite || input_.sim_by.size() == 0) {
      return false;
    }
    const auto networks = input_.sim_by[last.settlement];
    return networks.size() == 1 && input_.networks[networks.front()].tower == tower;
  }

  // A network whose only tower carries the first way out, too, falls with it.
  [[nodiscard]] bool has_network(std::uint32_t node) const {
    const PlanNode& at = model_.nodes[node];
    if (at.mast != kNoSite) {
      return input_.masts[at.mast].operates;
    }
    if (at.settlement == kNoSite || input_.sim.empty() || input_.sim[at.settlement] == 0) {
      return false;
    }
    if (input_.sim_by.size() == 0) {
      return true;  // nobody told whose
    }
    const auto networks = input_.sim_by[at.settlement];
    return networks.empty() || std::any_of(networks.begin(), networks.end(), [&](std::uint32_t network) {
             const std::string& tower = input_.networks[network].tower;
             return tower.empty() || !runs_over(node, tower);
           });
  }

  void offer_own(std::uint32_t node) {
    const Degrees latitude = model_.nodes[node].place.latitude;
    const Money vsat = way_out_cost(input_.costs, standby_vsat(input_.costs), latitude).npv;
    const Money sim = way_out_cost(input_.costs, input_.costs.sim, latitude).npv;
    const bool is_sim = has_network(node) && sim < vsat;
    offers_.push_back({{node, is_sim ? BackhaulKind::Sim : BackhaulKind::Vsat}, is_sim ? sim : vsat});
  }

  // Each pair once, from its lower number; none between two that have ways out of their own: when one falls, so does
  // the hop, and nobody else's failure matters to either.
  void offer_hops(std::uint32_t node) {
    for (const std::uint32_t pair : model_.hops_of[node]) {
      const std::uint32_t other = model_.other(pair, node);
      const bool both_lead_out = built_.hop[node] == kNoSite && built_.hop[other] == kNoSite;
      if (other < node || built_.height[other] == kNoMast || both_lead_out || is_first_way(node, other)) {
        continue;
      }
      const SecondWay way{node, BackhaulKind::Hop, pair, other};
      offers_.push_back({way, model_.hop_price[pair]});
    }
  }

  [[nodiscard]] bool is_first_way(std::uint32_t a, std::uint32_t b) const {
    return (built_.hop[a] != kNoSite && built_.parent[a] == b) || (built_.hop[b] != kNoSite && built_.parent[b] == a);
  }

  const PlanModel& model_;
  const PlanInput& input_;
  const Backhaul& built_;
  std::vector<double> traffic_;  // of each node
  std::vector<SecondOffer> offers_;
};

}  // namespace

std::vector<SecondOffer> second_offers(const PlanModel& model, const PlanInput& input, const Attempt& plan) {
  return OfferMaker{model, input, plan}.make();
}

std::optional<RaisedEnds> raised_ends(const PlanModel& model, const Chosen& chosen,
                                      const std::vector<std::int8_t>& height, const SecondWay& way) {
  const std::int8_t here = height[way.node];
  if (way.kind != BackhaulKind::Hop) {
    return RaisedEnds{here, 0, 0};
  }
  const std::int8_t there = height[way.other];
  const Money standing = mast_price(model, chosen, way.node, here) + mast_price(model, chosen, way.other, there);
  std::optional<RaisedEnds> best;
  for (std::int8_t at = here; at <= static_cast<std::int8_t>(model.nodes[way.node].top); ++at) {
    const std::uint8_t far = model.far(way.pair, way.node, static_cast<std::size_t>(at));
    if (far > model.nodes[way.other].top) {
      continue;
    }
    const auto other = std::max(there, static_cast<std::int8_t>(far));
    const Money price =
        mast_price(model, chosen, way.node, at) + mast_price(model, chosen, way.other, other) - standing;
    if (!best || price < best->price) {
      best = RaisedEnds{at, other, price};
    }
  }
  return best;
}

}  // namespace karkara::planner
