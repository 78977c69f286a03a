#include "controller/planner/plan/plan.h"

#include <cstdio>

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

// Sums of many small parts may miss the whole by a hair.
bool is_channel_full(const PlanLoad& load) {
  return load.airtime > 1 + 1e-6;
}

bool is_way_out_full(const PlanLoad& load) {
  return load.carried.value() > 0 && load.passing.value() > load.carried.value() * (1 + 1e-6);
}

std::string to_string(const PlanNetwork& network) {
  const std::string owner = network.owner.empty() ? "somebody" : network.owner;
  if (network.tower.empty()) {
    return "an area that " + owner + " claims";
  }
  char away[32];
  std::snprintf(away, sizeof away, ", %.1f km away", network.distance.value() / 1000);
  return owner + "'s tower " + network.tower + (network.distance.value() > 0 ? away : "");
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
  const auto add = [](const PlanCost& cost, PlanCost& to) {
    to.capex += cost.capex;
    to.opex += cost.opex;
    to.npv += cost.npv;
  };
  for (const PlanSite& site : plan.sites) {
    add(site.mast_cost, totals.cost);
    add(site.backhaul_cost, totals.cost);
    totals.sites_unproven += site.unproven ? 1 : 0;
  }
  for (const PlanSecondWay& way : plan.second_ways) {
    add(way.cost, totals.second_ways);
  }
  add(totals.second_ways, totals.cost);
  return totals;
}

}  // namespace karkara::planner
