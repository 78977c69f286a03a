#include "controller/planner/roadmap/compare.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

namespace karkara::planner {
namespace {

constexpr Metres kMoved{10};
constexpr double kMarginMoved = 1;  // dB

template <class Rows>
std::map<std::string, std::uint32_t> numbers_by_id(const Rows& rows) {
  std::map<std::string, std::uint32_t> numbers;
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    numbers.emplace(rows[i].id, i);
  }
  return numbers;
}

Money npv_of(const PlanSite& site) {
  return site.mast_cost.npv + site.backhaul_cost.npv;
}

std::string way_out(const Plan& plan, const PlanSite& site) {
  std::string text{to_string(site.backhaul)};
  if (site.backhaul == BackhaulKind::Hop && site.hop.parent < plan.sites.size()) {
    text += " to " + plan.sites[site.hop.parent].id;
  }
  return text;
}

std::string metres(Metres length) {
  return std::to_string(std::llround(length.value()));
}

std::vector<std::string> differences(const Plan& a_plan, const PlanSite& a, const Plan& b_plan, const PlanSite& b) {
  std::vector<std::string> what;
  const auto note = [&](const std::string& name, const std::string& before, const std::string& after) {
    if (before != after) {
      what.push_back(name + " " + before + " -> " + after);
    }
  };
  if (const Metres moved = distance(a.place, b.place); moved > kMoved) {
    what.push_back("moved " + metres(moved) + " m");
  }
  note("role", std::string{to_string(a.role)}, std::string{to_string(b.role)});
  note("mast", metres(a.mast) + " m", metres(b.mast) + " m");
  note("radio", a.profile, b.profile);
  note("way out", way_out(a_plan, a), way_out(b_plan, b));
  note("hop radio", a.hop.profile, b.hop.profile);
  note("phase", std::to_string(a.phase), std::to_string(b.phase));
  note("people", std::to_string(a.people), std::to_string(b.people));
  return what;
}

std::string server_of(const Plan& plan, const PlanSettlement& settlement) {
  return settlement.server && settlement.server->site < plan.sites.size() ? plan.sites[settlement.server->site].id
                                                                          : "nobody";
}

void compare_sites(const Plan& before, const Plan& after, PlanComparison& result) {
  const auto old_sites = numbers_by_id(before.sites);
  auto new_sites = numbers_by_id(after.sites);
  for (const auto& [id, number] : old_sites) {
    const PlanSite& site = before.sites[number];
    const auto match = new_sites.find(id);
    if (match == new_sites.end()) {
      result.sites.push_back({id, number, kNoSite, {}, -npv_of(site)});
      continue;
    }
    const PlanSite& other = after.sites[match->second];
    auto what = differences(before, site, after, other);
    const Money npv = npv_of(other) - npv_of(site);
    if (!what.empty() || npv != 0) {
      result.sites.push_back({id, number, match->second, std::move(what), npv});
    }
    new_sites.erase(match);
  }
  for (const auto& [id, number] : new_sites) {
    result.sites.push_back({id, kNoSite, number, {}, npv_of(after.sites[number])});
  }
  std::sort(result.sites.begin(), result.sites.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
}

void compare_settlement(const Plan& before, std::uint32_t old_number, const Plan& after, std::uint32_t new_number,
                        PlanComparison& result) {
  const PlanSettlement& a = before.settlements[old_number];
  const PlanSettlement& b = after.settlements[new_number];
  SettlementChange change{a.id, old_number, new_number, !a.server && b.server, a.server && !b.server, {}, 0};
  change.people = b.people.value_or(0);
  const std::string from = server_of(before, a);
  const std::string to = server_of(after, b);
  const double moved = a.server && b.server ? (b.server->margin - a.server->margin).value() : 0;
  if (from == to && std::abs(moved) < kMarginMoved) {
    return;
  }
  change.what = from == to ? "by " + from : from + " -> " + to;
  if (a.server && b.server) {
    char text[40];
    std::snprintf(text, sizeof text, ", margin %+.1f dB", moved);
    change.what += text;
  } else if (!b.server) {
    change.what += ": " + std::string{to_string(b.why)};
  }
  result.settlements.push_back(std::move(change));
}

}  // namespace

PlanComparison compare(const Plan& before, const Plan& after) {
  PlanComparison result;
  result.same_input = before.input_hash == after.input_hash;
  result.before = before.totals;
  result.after = after.totals;
  compare_sites(before, after, result);
  const auto old_places = numbers_by_id(before.settlements);
  auto new_places = numbers_by_id(after.settlements);
  for (const auto& [id, number] : old_places) {
    const auto match = new_places.find(id);
    if (match == new_places.end()) {
      result.only_before.push_back(id);
      continue;
    }
    compare_settlement(before, number, after, match->second, result);
    new_places.erase(match);
  }
  for (const auto& [id, number] : new_places) {
    result.only_after.push_back(id);
  }
  return result;
}

}  // namespace karkara::planner
