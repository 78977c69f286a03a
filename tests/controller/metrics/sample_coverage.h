// A plan of some phases over a number of communes, with one site up.
#pragma once

#include "controller/planner/live/live_coverage.h"
#include "tests/controller/planner_io/sample_plan.h"

namespace karkara {

// One settlement of 10 people in each commune; those of the first are served by the site of the last phase, and it is
// up.
inline std::shared_ptr<const planner::LiveCoverage> sample_coverage(std::size_t communes, std::uint32_t phases = 2) {
  auto plan = std::make_shared<planner::Plan>();
  plan->currency = "USD";
  plan->sites = {planner::sample_site("A", planner::sample_place(13.5, 2.1), planner::BackhaulKind::Vsat, 1'000, 10)};
  plan->sites[0].phase = phases;
  planner::PlanDivisions divisions{{{"Tahoua", "Abalak", "commune 0"}}, {}};
  for (std::size_t i = 0; i < communes; ++i) {
    const std::string id = std::to_string(i);
    plan->settlements.push_back(planner::sample_settlement(id.c_str(), "x", planner::sample_place(13.5, 2.1), 10,
                                                           i == 0 ? 0 : planner::kNoSite));
    divisions.settlements.push_back({"Tahoua", "Abalak", "commune " + id});
  }
  auto coverage = std::make_shared<planner::LiveCoverage>(plan, divisions);
  coverage->set_up(0, true);
  return coverage;
}

}  // namespace karkara
