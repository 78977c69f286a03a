#include "controller/planner/plan/plan.h"

namespace karkara::planner {

std::string_view to_string(SiteRole role) {
  switch (role) {
    case SiteRole::Access: return "access";
    case SiteRole::Relay: return "relay";
    case SiteRole::Existing: return "existing";
  }
  return "unknown";
}

std::string_view to_string(BackhaulKind kind) {
  switch (kind) {
    case BackhaulKind::Gateway: return "gateway";
    case BackhaulKind::Hop: return "hop";
    case BackhaulKind::Sim: return "sim";
    case BackhaulKind::Vsat: return "vsat";
  }
  return "unknown";
}

std::string_view to_string(WhyUnserved why) {
  switch (why) {
    case WhyUnserved::Served: return "served";
    case WhyUnserved::NoCandidate: return "no-candidate";
    case WhyUnserved::TooFar: return "too-far";
    case WhyUnserved::Obstructed: return "obstructed";
    case WhyUnserved::UnknownTerrain: return "unknown-terrain";
    case WhyUnserved::TooDear: return "too-dear";
  }
  return "unknown";
}

PlanTotals totals_of(const Plan& plan) {
  PlanTotals totals;
  for (const PlanSettlement& settlement : plan.settlements) {
    const std::int64_t people = settlement.people.value_or(0);
    const bool served = settlement.server.has_value();
    totals.people += people;
    totals.people_eligible += settlement.eligible ? people : 0;
    totals.people_served += served ? people : 0;
    totals.people_served_eligible += served && settlement.eligible ? people : 0;
    totals.settlements_served += served ? 1 : 0;
    totals.settlements_unknown_people += settlement.people ? 0 : 1;
    totals.settlements_unproven += served && settlement.unproven ? 1 : 0;
  }
  for (const PlanSite& site : plan.sites) {
    for (const PlanCost* cost : {&site.mast_cost, &site.backhaul_cost}) {
      totals.cost.capex += cost->capex;
      totals.cost.opex += cost->opex;
      totals.cost.npv += cost->npv;
    }
    totals.sites_unproven += site.unproven ? 1 : 0;
  }
  return totals;
}

}  // namespace karkara::planner
