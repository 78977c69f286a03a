// The masts of a plan as people read them: where, how high, what each costs, its way out and what that gives. Refuses
// to choose. Called by plan_report.
#pragma once

#include <cstdint>
#include <vector>

#include "controller/planner/executor.h"
#include "controller/planner/plan/plan.h"
#include "controller/planner/plan/plan_fit.h"
#include "controller/planner/plan/second_offers.h"
#include "controller/planner/terrain/terrain_view.h"

namespace karkara::planner {

struct SitesOfPlan {
  std::vector<PlanSite> sites;          // whom they serve is not yet in them
  std::vector<std::uint32_t> node_of;   // of each site
  std::vector<std::uint32_t> ways_out;  // of each site: how many of its own kind; 1 for a hop
  std::vector<PlanSecondWay> second_ways;
};

[[nodiscard]] SitesOfPlan sites_of_plan(const PlanModel& model, const PlanInput& input, const TerrainView& terrain,
                                        const Attempt& attempt, const SecondWays& ways, Executor& executor);

// Of each site, its node: what is built, without gateways that nobody hangs on.
[[nodiscard]] std::vector<std::uint32_t> nodes_of_sites(const PlanModel& model, const Attempt& attempt,
                                                        const SecondWays& ways);

// Whose networks can be bought by a SIM at a settlement or standing mast, as the input says.
[[nodiscard]] std::vector<PlanNetwork> networks_at(const PlanInput& input, std::uint32_t settlement, std::uint32_t mast,
                                                   const Place& place);

}  // namespace karkara::planner
