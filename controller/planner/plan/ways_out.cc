#include "controller/planner/plan/ways_out.h"

#include <algorithm>
#include <cmath>

namespace karkara::planner {
namespace {

constexpr double kMostOfAKind = 1'000;  // at one mast; what asks for more is told as overloaded

std::uint32_t count_for(double rate, double demand) {
  return rate > 0 ? static_cast<std::uint32_t>(std::clamp(std::ceil(demand / rate), 1.0, kMostOfAKind)) : 1;
}

Money times_price(Money price, std::uint32_t count) {
  return price > kMostMoney / count ? kMostMoney : price * count;
}

}  // namespace

OwnWays ways_of(const PlanNode& node) {
  return {node.gateway, node.sim, node.vsat};
}

OwnWays cheapest_of(const OwnWays& a, const OwnWays& b) {
  return {a.gateway || b.gateway, std::min(a.sim, b.sim), std::min(a.vsat, b.vsat)};
}

WayOut way_out(const WayRates& rates, const OwnWays& ways, double demand) {
  if (ways.gateway && !(rates.gateway > 0 && demand > rates.gateway)) {
    return {BackhaulKind::Gateway, 1, 0};
  }
  const std::uint32_t terminals = count_for(rates.vsat, demand);
  const WayOut vsat{BackhaulKind::Vsat, terminals, times_price(ways.vsat, terminals)};
  if (ways.sim == kNoWayOut) {
    return vsat;
  }
  const std::uint32_t modems = count_for(rates.sim, demand);
  const WayOut sim{BackhaulKind::Sim, modems, times_price(ways.sim, modems)};
  return sim.price < vsat.price ? sim : vsat;
}

WayOut way_out_at(const PlanModel& model, std::uint32_t node, double demand) {
  const PlanNode& at = model.nodes[node];
  return model.way_rates ? way_out(*model.way_rates, ways_of(at), demand) : WayOut{at.root_kind, 1, at.root};
}

PlanCost times(const PlanCost& cost, std::uint32_t count) {
  return {times_price(cost.capex, count), times_price(cost.opex, count), times_price(cost.npv, count)};
}

}  // namespace karkara::planner
