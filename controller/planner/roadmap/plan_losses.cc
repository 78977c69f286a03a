#include "controller/planner/roadmap/plan_losses.h"

#include "controller/planner/roadmap/plan_ways.h"

namespace karkara::planner {

namespace {

std::vector<char> in_touch_without(const Plan& plan, std::span<const std::uint32_t> lost,
                                   std::span<const std::uint32_t> cut) {
  if (cut.empty()) {
    return PlanWays{plan}.in_touch(lost);
  }
  Plan left = plan;
  for (const std::uint32_t site : cut) {
    if (site < left.sites.size()) {
      left.sites[site].backhaul = BackhaulKind::Hop;  // to nowhere
      left.sites[site].hop.parent = kNoSite;
    }
  }
  return PlanWays{left}.in_touch(lost);
}

}  // namespace

PlanLoss loss_of(const Plan& plan, std::span<const std::uint32_t> lost, std::span<const std::uint32_t> cut) {
  const std::vector<char> before = PlanWays{plan}.in_touch({});
  const std::vector<char> after = in_touch_without(plan, lost, cut);
  std::vector<char> down(plan.sites.size());
  for (std::size_t i = 0; i < down.size(); ++i) {
    down[i] = before[i] != after[i] ? 1 : 0;
  }
  for (const std::uint32_t site : lost) {
    if (site < down.size()) {
      down[site] = 1;
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
