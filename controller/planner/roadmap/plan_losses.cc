#include "controller/planner/roadmap/plan_losses.h"

namespace karkara::planner {

PlanLoss loss_of(const Plan& plan, std::span<const std::uint32_t> lost) {
  std::vector<std::vector<std::uint32_t>> hanging(plan.sites.size());
  for (std::uint32_t i = 0; i < plan.sites.size(); ++i) {
    const PlanSite& site = plan.sites[i];
    if (site.backhaul == BackhaulKind::Hop && site.hop.parent < plan.sites.size()) {
      hanging[site.hop.parent].push_back(i);
    }
  }
  std::vector<char> down(plan.sites.size());
  std::vector<std::uint32_t> waiting{lost.begin(), lost.end()};
  while (!waiting.empty()) {
    const std::uint32_t site = waiting.back();
    waiting.pop_back();
    if (site < down.size() && down[site] == 0) {
      down[site] = 1;
      waiting.insert(waiting.end(), hanging[site].begin(), hanging[site].end());
    }
  }
  PlanLoss loss;
  for (std::uint32_t i = 0; i < down.size(); ++i) {
    if (down[i] != 0) {
      loss.down.push_back(i);
    }
  }
  const auto stands = [&](const std::optional<PlanServer>& server) {
    return server && server->site < down.size() && down[server->site] == 0;
  };
  for (std::uint32_t i = 0; i < plan.settlements.size(); ++i) {
    const PlanSettlement& settlement = plan.settlements[i];
    if (!settlement.server || stands(settlement.server)) {
      continue;
    }
    const std::int64_t people = settlement.people.value_or(0);
    if (stands(settlement.second)) {
      loss.fall_back.push_back(i);
      loss.people_falling_back += people;
    } else {
      loss.unserved.push_back(i);
      loss.people_unserved += people;
    }
  }
  return loss;
}

}  // namespace karkara::planner
