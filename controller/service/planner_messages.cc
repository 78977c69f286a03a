#include "controller/service/planner_messages.h"

#include <algorithm>
#include <set>

#include "common/host/nearest_name.h"
#include "controller/planner/outputs/text.h"
#include "controller/planner/roadmap/plan_failures.h"

namespace karkara {
namespace {

constexpr std::size_t kMostNetworks = 8;
constexpr std::size_t kLongestName = 200;  // to be compared with all others

using planner::AreaCoverage;
using planner::BackhaulKind;
using planner::clean_utf8;
using planner::CoverageSums;
using planner::Plan;
using planner::PlanSettlement;
using planner::PlanSite;

std::uint64_t count(std::int64_t number) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, number));
}

v1::PlanCost cost_message(const planner::PlanCost& cost) {
  v1::PlanCost message;
  message.set_capex(cost.capex);
  message.set_opex_a_year(cost.opex);
  message.set_net_present(cost.npv);
  return message;
}

std::string called(const PlanSite& site) {
  return clean_utf8(site.name.empty() ? site.id : site.name);
}

std::uint32_t standing_in(const PlanPicture& picture) {
  return static_cast<std::uint32_t>(std::count_if(picture.standing.begin(), picture.standing.end(),
                                                  [](const std::string& id) { return !id.empty(); }));
}

void add_sites(const Plan& plan, v1::PlanSummary& summary) {
  std::array<std::uint32_t, 3> roles{};
  std::array<std::uint32_t, 4> kinds{};
  for (const PlanSite& site : plan.sites) {
    ++roles.at(static_cast<std::size_t>(site.role));
    ++kinds.at(static_cast<std::size_t>(site.backhaul));
  }
  summary.set_sites_new(roles[static_cast<std::size_t>(planner::SiteRole::Access)]);
  summary.set_sites_relay(roles[static_cast<std::size_t>(planner::SiteRole::Relay)]);
  summary.set_sites_existing(roles[static_cast<std::size_t>(planner::SiteRole::Existing)]);
  summary.set_ways_out_hop(kinds[static_cast<std::size_t>(BackhaulKind::Hop)]);
  summary.set_ways_out_vsat(kinds[static_cast<std::size_t>(BackhaulKind::Vsat)]);
  summary.set_ways_out_sim(kinds[static_cast<std::size_t>(BackhaulKind::Sim)]);
  summary.set_ways_out_gateway(kinds[static_cast<std::size_t>(BackhaulKind::Gateway)]);
}

void add_second_ways(const Plan& plan, v1::PlanSummary& summary) {
  if (!plan.most_cut_off) {
    return;
  }
  const planner::PlanSafety safety = safety_of(plan);
  v1::PlanSecondWays& told = *summary.mutable_second_ways();
  const auto number = [&](BackhaulKind kind) {
    return static_cast<std::uint32_t>(std::count_if(plan.second_ways.begin(), plan.second_ways.end(),
                                                    [&](const auto& way) { return way.kind == kind; }));
  };
  told.set_most_people(count(*plan.most_cut_off));
  told.set_hops(number(BackhaulKind::Hop));
  told.set_sims(number(BackhaulKind::Sim));
  told.set_vsats(number(BackhaulKind::Vsat));
  *told.mutable_cost() = cost_message(plan.totals.second_ways);
  told.set_sites_two_ways(static_cast<std::uint32_t>(safety.two_ways.sites));
  told.set_people_two_ways(count(safety.two_ways.people));
  told.set_sites_own_way(static_cast<std::uint32_t>(safety.own_way.sites));
  told.set_people_own_way(count(safety.own_way.people));
  told.set_sites_one_way(static_cast<std::uint32_t>(safety.one_way.sites));
  told.set_people_one_way(count(safety.one_way.people));
  if (safety.worst) {
    told.set_worst(clean_utf8(name_of(plan, *safety.worst)));
    told.set_people_worst(count(safety.worst->people));
  }
}

v1::PlanServer server_message(const PlanPicture& picture, const planner::PlanServer& server) {
  const PlanSite& site = picture.live.plan().sites[server.site];
  v1::PlanServer message;
  message.set_site(clean_utf8(site.id));
  message.set_name(called(site));
  message.set_metres(server.distance.value());
  message.set_margin_db(server.margin.value());
  message.set_rate_bps(server.rate.value());
  message.set_mast_metres(site.mast.value());
  message.set_fleet_site(picture.standing[server.site]);
  message.set_up(picture.live.is_up(server.site));
  return message;
}

v1::PlanHop hop_message(const PlanSite& from, const PlanSite& to, const planner::PlanHop& of, bool unproven) {
  v1::PlanHop hop;
  hop.set_from(called(from));
  hop.set_to(called(to));
  hop.set_radio(clean_utf8(of.profile));
  hop.set_metres(of.length.value());
  hop.set_clearance(of.clearance);
  hop.set_clearance_low_k(of.clearance_low);
  hop.set_availability_percent(of.availability.value());
  hop.set_rate_bps(of.rate.value());
  hop.set_unproven(unproven);
  return hop;
}

void add_detours(const Plan& plan, std::uint32_t server, v1::PlanExplanation& message) {
  if (!plan.most_cut_off) {
    return;
  }
  const planner::PlanWays ways{plan};
  for (const planner::Detour& detour : detours_of(ways, server)) {
    v1::PlanDetour& told = *message.add_detours();
    for (const std::uint32_t site : detour.when_down) {
      told.add_when_down(called(plan.sites[site]));
    }
    for (const planner::WayStep& step : detour.steps) {
      const PlanSite& from = plan.sites[step.from];
      if (step.to == planner::kNoSite) {
        told.set_way_out(std::string{to_string(ways.kind(step.way))});
        told.set_way_out_site(called(from));
      } else {
        *told.add_hops() = hop_message(from, plan.sites[step.to], ways.hop(step.way), ways.is_unproven(step.way));
      }
    }
  }
}

// From the server to the way out; plans whose hops go around in a circle were refused when they were read.
void add_hops(const Plan& plan, std::uint32_t from, v1::PlanExplanation& message) {
  const PlanSite* site = &plan.sites[from];
  for (; site->backhaul == BackhaulKind::Hop; site = &plan.sites[site->hop.parent]) {
    *message.add_hops() = hop_message(*site, plan.sites[site->hop.parent], site->hop, site->unproven);
  }
  message.set_way_out(std::string{to_string(site->backhaul)});
  message.set_way_out_site(called(*site));
  for (std::size_t i = 0; i < std::min(kMostNetworks, site->networks.size()); ++i) {
    message.add_networks(clean_utf8(to_string(site->networks[i])));
  }
}

void add_missing(const Plan& plan, const PlanSettlement& row, v1::PlanExplanation& message) {
  message.set_why(std::string{to_string(row.why)});
  if (row.nearest_site == planner::kNoSite) {
    return;
  }
  const PlanSite& site = plan.sites[row.nearest_site];
  message.set_nearest_site(called(site));
  message.set_nearest_metres(distance(site.place, row.place).value());
  if (row.missing.value() > 0) {
    message.set_missing_db(row.missing.value());
  }
  if (row.obstruction) {
    message.set_obstruction_latitude(row.obstruction->latitude.value());
    message.set_obstruction_longitude(row.obstruction->longitude.value());
  }
  if (row.height_needed.value() > 0) {
    message.set_height_needed_metres(row.height_needed.value());
  }
}

v1::ServedNow served_message(planner::ServedBy served) {
  switch (served) {
    case planner::ServedBy::Nobody: return v1::SERVED_NOW_NOBODY;
    case planner::ServedBy::Best: return v1::SERVED_NOW_BEST;
    case planner::ServedBy::Second: return v1::SERVED_NOW_SECOND;
  }
  return v1::SERVED_NOW_NOBODY;
}

struct FoundSettlement {
  std::size_t at = 0;
  std::uint32_t called_so = 0;
};

// By id, else by name.
Result<FoundSettlement> find_settlement(const Plan& plan, const std::string& wanted) {
  FoundSettlement found;
  for (std::size_t i = 0; i < plan.settlements.size(); ++i) {
    if (plan.settlements[i].id == wanted) {
      return FoundSettlement{i, 1};
    }
    if (plan.settlements[i].name == wanted && found.called_so++ == 0) {
      found.at = i;
    }
  }
  if (found.called_so > 0) {
    return found;
  }
  if (wanted.size() > kLongestName) {
    return Error{ErrorCode::NotFound, "no settlement has so long a name"};
  }
  std::vector<std::string> known;
  known.reserve(plan.settlements.size());
  for (const PlanSettlement& row : plan.settlements) {
    known.push_back(clean_utf8(row.name));
  }
  return Error{ErrorCode::NotFound,
               "no settlement of the plan has the id or name '" + wanted + "'" + did_you_mean(wanted, known)};
}

v1::Coverage coverage_message(const AreaCoverage& area) {
  const CoverageSums& sums = area.sums;
  v1::Coverage message;
  message.set_region(clean_utf8(area.name[0]));
  message.set_department(clean_utf8(area.name[1]));
  message.set_commune(clean_utf8(area.name[2]));
  message.set_level(area.level);
  message.set_people(count(sums.people));
  message.set_people_planned(count(sums.people_planned));
  message.set_people_served_now(count(sums.people_served));
  message.set_people_by_second(count(sums.people_by_second));
  message.set_settlements(sums.settlements);
  message.set_settlements_planned(sums.settlements_planned);
  message.set_settlements_served_now(sums.settlements_served);
  message.set_settlements_unknown_people(sums.settlements_unknown);
  for (const std::int64_t people : sums.people_by_phase) {
    message.add_people_by_phase(count(people));
  }
  message.set_sites(sums.sites);
  message.set_sites_up(sums.sites_up);
  *message.mutable_cost() = cost_message(sums.cost);
  return message;
}

std::string hex_of(std::uint64_t number) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(number));
  return text;
}

}  // namespace

v1::PlanSummary summary_of(const PlanPicture& picture) {
  const Plan& plan = picture.live.plan();
  const planner::PlanTotals& totals = plan.totals;
  v1::PlanSummary summary;
  summary.set_job(picture.job.number());
  summary.set_currency(clean_utf8(plan.currency));
  summary.set_target(clean_utf8(plan.target));
  summary.set_people(count(totals.people));
  summary.set_people_served(count(totals.people_served));
  summary.set_people_eligible(count(totals.people_eligible));
  summary.set_people_served_eligible(count(totals.people_served_eligible));
  summary.set_settlements(plan.settlements.size());
  summary.set_settlements_served(totals.settlements_served);
  summary.set_settlements_unknown_people(totals.settlements_unknown_people);
  summary.set_settlements_unproven(totals.settlements_unproven);
  add_sites(plan, summary);
  *summary.mutable_cost() = cost_message(totals.cost);
  summary.set_years(plan.years);
  summary.set_discount_percent(100 * plan.discount);
  if (plan.bound) {
    summary.set_bound(*plan.bound);
    summary.set_gap_percent(100 * plan.gap);
  }
  summary.set_by_budget(plan.by_budget);
  summary.set_cancelled(plan.cancelled);
  summary.set_seed(plan.seed);
  summary.set_input(hex_of(plan.input_hash));
  for (const std::string& mark : plan.marks) {
    summary.add_notes(clean_utf8(mark));
  }
  summary.set_made_unix(picture.job.ended_unix());
  add_second_ways(plan, summary);
  summary.set_sites_in_fleet(standing_in(picture));
  summary.set_sites_up(picture.live.whole().sites_up);
  return summary;
}

Result<v1::PlanExplanation> explanation_of(const PlanPicture& picture, const std::string& settlement) {
  const Plan& plan = picture.live.plan();
  const auto found = find_settlement(plan, settlement);
  if (!found) {
    return found.error();
  }
  const PlanSettlement& row = plan.settlements[found->at];
  const planner::AreaNames& areas = picture.divisions->settlements[found->at];
  v1::PlanExplanation message;
  message.set_id(clean_utf8(row.id));
  message.set_name(clean_utf8(row.name));
  message.set_latitude(row.place.latitude.value());
  message.set_longitude(row.place.longitude.value());
  if (row.people) {
    message.set_people(count(*row.people));
  }
  message.set_eligible(row.eligible);
  message.set_region(clean_utf8(areas[0]));
  message.set_department(clean_utf8(areas[1]));
  message.set_commune(clean_utf8(areas[2]));
  message.set_unproven(row.unproven);
  for (const std::string& doubt : row.doubts) {
    message.add_doubts(clean_utf8(doubt));
  }
  message.set_served_now(served_message(picture.live.served_by(static_cast<std::uint32_t>(found->at))));
  message.set_same_name(found->called_so);
  if (!row.server) {
    add_missing(plan, row, message);
    return message;
  }
  *message.mutable_server() = server_message(picture, *row.server);
  if (row.second) {
    *message.mutable_second() = server_message(picture, *row.second);
  }
  message.set_phase(plan.sites[row.server->site].phase);
  add_hops(plan, row.server->site, message);
  add_detours(plan, row.server->site, message);
  return message;
}

Result<v1::CoverageReply> coverage_of(const PlanPicture& picture, const std::string& region, Instant now) {
  v1::CoverageReply reply;
  if (region.size() > kLongestName) {
    return Error{ErrorCode::NotFound, "no region has so long a name"};
  }
  std::set<std::string> regions;
  for (const AreaCoverage& area : picture.live.areas()) {
    const bool is_whole = area.level == (region.empty() ? 0U : 1U);
    regions.insert(clean_utf8(area.name[0]));
    if (!region.empty() && (area.level == 0 || clean_utf8(area.name[0]) != region)) {
      continue;
    }
    *(is_whole ? reply.mutable_whole() : reply.add_areas()) = coverage_message(area);
  }
  if (!reply.has_whole()) {
    const std::vector<std::string> known{regions.begin(), regions.end()};
    return Error{ErrorCode::NotFound, "no region of the plan is called '" + region + "'" + did_you_mean(region, known)};
  }
  reply.set_sites_planned(static_cast<std::uint32_t>(picture.live.plan().sites.size()));
  reply.set_sites_in_fleet(standing_in(picture));
  reply.set_sites_up(picture.live.whole().sites_up);
  reply.set_currency(clean_utf8(picture.live.plan().currency));
  reply.set_job(picture.job.number());
  reply.set_age_ms(std::chrono::duration_cast<std::chrono::milliseconds>(now - picture.changed).count());
  return reply;
}

}  // namespace karkara
