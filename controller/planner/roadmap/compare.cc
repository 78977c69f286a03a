#include "controller/planner/roadmap/compare.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

#include "controller/planner/plan/plan_input.h"

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
  if (!site.networks.empty()) {
    text += " of " + to_string(site.networks.front());
  }
  return text;
}

// What a site has besides its first way out; the price of a hop between two sites stands with the one it is told of.
struct SecondWaysOf {
  std::vector<std::string> text;
  std::vector<Money> npv;

  explicit SecondWaysOf(const Plan& plan) : text(plan.sites.size()), npv(plan.sites.size()) {
    for (const PlanSecondWay& way : plan.second_ways) {
      if (way.site >= text.size()) {
        continue;
      }
      npv[way.site] += way.cost.npv;
      const bool hops = way.kind == BackhaulKind::Hop && way.hop.parent < text.size();
      add(text[way.site], std::string{to_string(way.kind)} + (hops ? " to " + plan.sites[way.hop.parent].id : ""));
      if (hops) {
        add(text[way.hop.parent], std::string{to_string(way.kind)} + " to " + plan.sites[way.site].id);
      }
    }
  }

  static void add(std::string& to, const std::string& one) { to += (to.empty() ? "" : ", ") + one; }
};

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

std::string or_none(const std::string& text) {
  return text.empty() ? "none" : text;
}

void compare_sites(const Plan& before, const Plan& after, PlanComparison& result) {
  const SecondWaysOf old_ways{before};
  const SecondWaysOf new_ways{after};
  const auto old_sites = numbers_by_id(before.sites);
  auto new_sites = numbers_by_id(after.sites);
  for (const auto& [id, number] : old_sites) {
    const PlanSite& site = before.sites[number];
    const auto match = new_sites.find(id);
    if (match == new_sites.end()) {
      result.sites.push_back({id, number, kNoSite, {}, -npv_of(site) - old_ways.npv[number]});
      continue;
    }
    const PlanSite& other = after.sites[match->second];
    auto what = differences(before, site, after, other);
    if (old_ways.text[number] != new_ways.text[match->second]) {
      what.push_back("second way out " + or_none(old_ways.text[number]) + " -> " +
                     or_none(new_ways.text[match->second]));
    }
    const Money npv = npv_of(other) + new_ways.npv[match->second] - npv_of(site) - old_ways.npv[number];
    if (!what.empty() || npv != 0) {
      result.sites.push_back({id, number, match->second, std::move(what), npv});
    }
    new_sites.erase(match);
  }
  for (const auto& [id, number] : new_sites) {
    result.sites.push_back({id, kNoSite, number, {}, npv_of(after.sites[number]) + new_ways.npv[number]});
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
  result.same_input = is_same_data(before.input_hash, after.input_hash);
  result.before = before.totals;
  result.after = after.totals;
  result.before_most_cut_off = before.most_cut_off;
  result.after_most_cut_off = after.most_cut_off;
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
