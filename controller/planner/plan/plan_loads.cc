#include "controller/planner/plan/plan_loads.h"

#include <algorithm>

namespace karkara::planner {
namespace {

BitsPerSecond carried_by(const PlanSite& site, const CostBook& costs, std::uint32_t ways_out) {
  switch (site.backhaul) {
    case BackhaulKind::Hop: return site.hop.rate;
    case BackhaulKind::Gateway: return costs.gateway_rate;
    case BackhaulKind::Sim: return costs.sim.rate * ways_out;
    case BackhaulKind::Vsat: return costs.vsat.rate * ways_out;
  }
  return {};
}

}  // namespace

std::vector<PlanLoad> loads_of(const Plan& plan, const PlanInput& input, const std::vector<std::uint32_t>& ways_out) {
  std::vector<PlanLoad> loads;
  if (input.busy_kbit_per_person <= 0) {
    return loads;
  }
  loads.resize(plan.sites.size());
  for (std::size_t i = 0; i < plan.settlements.size(); ++i) {
    if (const auto& server = plan.settlements[i].server) {
      const double demand = busy_demand(input, i);
      PlanLoad& load = loads[server->site];
      load.served = load.served + BitsPerSecond{demand};
      load.airtime += demand / std::max(server->rate, input.access.least_down).value();
    }
  }
  for (std::uint32_t site = 0; site < loads.size(); ++site) {
    for (std::uint32_t at = site; at != kNoSite; at = plan.sites[at].hop.parent) {
      loads[at].passing = loads[at].passing + loads[site].served;
    }
    loads[site].ways_out = ways_out[site];
    loads[site].carried = carried_by(plan.sites[site], input.costs, ways_out[site]);
  }
  return loads;
}

}  // namespace karkara::planner
