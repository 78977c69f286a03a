// A plan small enough to know by heart. Sites: A stands and has a way out, B hops to A, C hops over the relay R to A, D
// has VSAT. Six settlements: one of unknown people, one behind a hill, one with a name that wants to be run.
#pragma once

#include "controller/planner/plan/plan.h"

namespace karkara::planner {

inline constexpr const char* kHostileName = "=HYPERLINK(\"http://x\")<script>&'";

inline Place sample_place(double latitude, double longitude) {
  return {Degrees{latitude}, Degrees{longitude}};
}

inline PlanSite sample_site(const char* id, Place place, BackhaulKind kind, Money capex, std::int64_t people) {
  PlanSite site;
  site.id = id;
  site.name = std::string{"Site "} + id;
  site.place = place;
  site.code = "NE006003001";
  site.mast = Metres{30};
  site.profile = "lte700";
  site.backhaul = kind;
  site.chain_rate = BitsPerSecond{12.5e6};
  site.mast_cost = {capex, capex / 10, 2 * capex};
  site.people = people;
  site.settlements = people > 0 ? 1 : 0;
  return site;
}

inline void hop_to(PlanSite& site, std::uint32_t parent) {
  site.hop = {parent, "hop58", Metres{12'345}, 1.25, 0.8, Percent{99.95}, BitsPerSecond{150e6}};
  site.backhaul_cost = {1'000, 100, 2'000};
}

inline PlanSettlement sample_settlement(const char* id, const char* name, Place place,
                                        std::optional<std::int64_t> people, std::uint32_t site) {
  PlanSettlement one;
  one.id = id;
  one.name = name;
  one.place = place;
  one.people = people;
  one.code = "NE006003001";
  one.eligible = people && *people >= 250 && *people <= 2'500;
  if (site != kNoSite) {
    one.server = PlanServer{site, Metres{1'500}, Db{12.3}, BitsPerSecond{5e6}};
  }
  return one;
}

inline Plan sample_plan() {
  Plan plan;
  plan.currency = "USD";
  plan.target = "100%";
  plan.years = 10;
  plan.discount = 0.08;
  plan.seed = 7;
  plan.input_hash = 0xABCDEF0123456789U;
  plan.marks = {"the price of VSAT is assumed"};
  plan.sites = {sample_site("A", sample_place(13.5, 2.1), BackhaulKind::Gateway, 0, 4'000),
                sample_site("B", sample_place(13.6, 2.1), BackhaulKind::Hop, 50'000, 1'000),
                sample_site("R", sample_place(13.5, 2.3), BackhaulKind::Hop, 20'000, 0),
                sample_site("C", sample_place(13.5, 2.5), BackhaulKind::Hop, 40'000, 900),
                sample_site("D", sample_place(14.5, 3.5), BackhaulKind::Vsat, 60'000, 100)};
  plan.sites[0].role = SiteRole::Existing;
  plan.sites[2].role = SiteRole::Relay;
  plan.sites[2].profile.clear();
  hop_to(plan.sites[1], 0);
  hop_to(plan.sites[2], 0);
  hop_to(plan.sites[3], 2);
  plan.sites[3].unproven = true;
  plan.sites[4].code = "NE005001001";
  plan.settlements = {sample_settlement("1", "Gona", sample_place(13.5, 2.1), 4'000, 0),
                      sample_settlement("2", kHostileName, sample_place(13.6, 2.1), 1'000, 1),
                      sample_settlement("3", "Hamdallaye", sample_place(13.5, 2.5), 900, 3),
                      sample_settlement("4", "Abalak", sample_place(14.5, 3.5), 100, 4),
                      sample_settlement("5", "Behind", sample_place(13.7, 2.2), 300, kNoSite),
                      sample_settlement("6", "", sample_place(13.5, 2.11), std::nullopt, 0)};
  plan.settlements[1].second = PlanServer{0, Metres{11'000}, Db{1}, BitsPerSecond{1e6}};
  plan.settlements[4].why = WhyUnserved::Obstructed;
  plan.settlements[4].nearest_site = 1;
  plan.settlements[4].missing = Db{8.5};
  plan.settlements[4].obstruction = sample_place(13.65, 2.15);
  plan.settlements[4].height_needed = Metres{55};
  plan.settlements[3].code = "NE005001001";
  plan.sites[0].settlements = 2;
  plan.totals = totals_of(plan);
  plan.bound = plan.totals.cost.npv * 95 / 100;
  plan.gap = 0.05;
  return plan;
}

inline PlanSecondWay sample_second_hop(std::uint32_t site, std::uint32_t other) {
  PlanSecondWay way;
  way.site = site;
  way.kind = BackhaulKind::Hop;
  way.hop = {other, "hop11", Metres{40'000}, 1.1, 0.7, Percent{99.9}, BitsPerSecond{80e6}};
  way.cost = {9'000, 300, 11'000};
  way.unproven = true;
  return way;
}

// The same, where C has a satellite terminal that stands by and B a second hop to C.
inline Plan safe_sample_plan() {
  Plan plan = sample_plan();
  plan.most_cut_off = 500;
  PlanSecondWay vsat;
  vsat.site = 3;
  vsat.cost = {3'000, 600, 7'000};
  plan.second_ways = {sample_second_hop(1, 3), vsat};
  plan.totals = totals_of(plan);
  return plan;
}

}  // namespace karkara::planner
