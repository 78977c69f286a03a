#include "controller/planner/plan/plan_marks.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <utility>

namespace karkara::planner {
namespace {

constexpr std::size_t kNamedSquares = 5;

// The table of hops knows heights and lengths; what their heights do to fading shows only here.
std::ptrdiff_t weak_hops(const PlanInput& input, const Plan& plan) {
  const auto is_weak = [&](const auto& site) {
    const auto radio = std::find_if(input.backhaul.begin(), input.backhaul.end(),
                                    [&](const RadioProfile& one) { return one.id == site.hop.profile; });
    return radio != input.backhaul.end() && site.hop.availability < radio->availability;
  };
  return std::count_if(plan.sites.begin(), plan.sites.end(), is_weak) +
         std::count_if(plan.second_ways.begin(), plan.second_ways.end(), is_weak);
}

// How often the radio's model warns of each thing on the ways to settlements, the most frequent first.
void add_warnings(Plan& plan) {
  std::map<std::string, std::size_t> counts;
  for (const PlanSettlement& row : plan.settlements) {
    for (const std::string& doubt : row.doubts) {
      ++counts[doubt];
    }
  }
  std::vector<std::pair<std::string, std::size_t>> order{counts.begin(), counts.end()};
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  for (const auto& [doubt, count] : order) {
    plan.marks.push_back(std::to_string(count) + " of " + std::to_string(plan.totals.settlements_served) +
                         " links to settlements: the model warns: " + doubt);
  }
}

void add_overloads(const PlanModel& model, Plan& plan) {
  const auto add = [&](std::ptrdiff_t count, const char* what) {
    if (count > 0) {
      plan.marks.push_back(std::to_string(count) + what);
    }
  };
  add(std::count_if(plan.loads.begin(), plan.loads.end(), is_channel_full),
      " sites are asked for more in the busy hour than their access radio carries");
  add(std::count_if(plan.loads.begin(), plan.loads.end(), is_way_out_full),
      " ways out carry less than what passes them in the busy hour");
  if (model.way_rates && model.reached.begin.size() > 1) {
    plan.marks.emplace_back("a site serves no more than its radio carries in the busy hour; the bound has no limit");
  }
}

void add_second_ways(const PlanInput& input, Plan& plan) {
  if (!input.most_cut_off) {
    return;
  }
  if (!plan.most_cut_off) {
    plan.marks.emplace_back("second ways out (N-1) were asked for, but are not in this plan yet");
    return;
  }
  plan.marks.emplace_back("the bound counts no second ways out (N-1)");
  const auto standby = std::count_if(plan.second_ways.begin(), plan.second_ways.end(),
                                     [](const PlanSecondWay& way) { return way.kind == BackhaulKind::Vsat; });
  if (standby > 0 && !input.costs.vsat_standby_opex) {
    plan.marks.push_back(std::to_string(standby) +
                         " satellite terminals stand by at the price of ones that are used: the list has no other");
  }
  if (input.busy_kbit_per_person > 0) {
    plan.marks.emplace_back("while something is down, second ways out may carry less than the busy hour asks for");
  }
}

// In numbers that any language reads: "+6.1 dB (1 km), -2.0 dB (x 10); RMSE 9.9 -> 7.2 dB, n = 340".
std::string in_short(const AccessCorrection& correction) {
  char text[160];
  std::snprintf(text, sizeof text, "%+.1f dB (1 km), %+.1f dB (x 10); RMSE %.1f -> %.1f dB, n = %zu",
                correction.correction.offset.value(), correction.correction.per_decade.value(),
                correction.rmse_uncorrected.value(), correction.rmse_unseen.value(), correction.measurements);
  return text;
}

}  // namespace

void add_marks(const PlanModel& model, const PlanInput& input, Plan& plan) {
  plan.marks = model.marks;
  const auto unproven = plan.totals.sites_unproven +
                        static_cast<std::uint64_t>(std::count_if(plan.second_ways.begin(), plan.second_ways.end(),
                                                                 [](const auto& way) { return way.unproven; }));
  if (unproven > 0) {
    plan.marks.push_back(std::to_string(unproven) + " hops are unproven: the ground is coarser than 3 arc-seconds");
  }
  if (const auto weak = weak_hops(input, plan); weak > 0) {
    plan.marks.push_back(std::to_string(weak) + " hops keep less of the year than their radio is asked to");
  }
  if (model.access.unknown + model.hops.unknown > 0) {
    plan.marks.push_back(std::to_string(model.access.unknown + model.hops.unknown) +
                         " links run over unknown ground: neither the plan nor the bound counts them");
    UnknownSquares squares = model.access.unknown_in;
    add_squares(model.hops.unknown_in, squares);
    plan.marks.push_back("unknown ground, by square degrees with their links: " + text_of(squares, kNamedSquares));
  }
  add_warnings(plan);
  if (!input.backhaul.empty()) {
    plan.marks.emplace_back("the bound is over these radios' hops as the table has them");
  }
  if (input.most_people > 0) {
    plan.marks.push_back(std::to_string(input.most_people) +
                         " people a site at most, the nearest; the bound has no limit");
  }
  add_overloads(model, plan);
  plan.marks.insert(plan.marks.end(), input.marks.begin(), input.marks.end());
  add_second_ways(input, plan);
  const auto add_assumed = [&](const std::string& of, const std::vector<Origin>& origins) {
    const auto assumed = std::count_if(origins.begin(), origins.end(), [](const Origin& one) { return one.assumed; });
    if (assumed > 0) {
      plan.marks.push_back(of + ": " + std::to_string(assumed) + " of " + std::to_string(origins.size()) +
                           " values are assumed");
    }
  };
  if (input.access.measured) {
    plan.marks.push_back(input.access.id + " (" + in_short(*input.access.measured) +
                         "): the model is corrected by measurements");
  }
  add_assumed(input.costs.id, input.costs.origins);
  add_assumed(input.cover, input.cover_origins);
  add_assumed(input.access.id, input.access.origins);
  for (const RadioProfile& profile : input.backhaul) {
    add_assumed(profile.id, profile.origins);
  }
  if (!input.bonus.empty()) {
    plan.marks.emplace_back("the choice counts schools and health centres as more people");
  }
}

}  // namespace karkara::planner
