#include "controller/planner/plan/plan_marks.h"

#include <algorithm>

namespace karkara::planner {
namespace {

// The table of hops knows heights and lengths; what their heights do to fading shows only here.
std::ptrdiff_t weak_hops(const PlanInput& input, const Plan& plan) {
  return std::count_if(plan.sites.begin(), plan.sites.end(), [&](const PlanSite& site) {
    const auto radio = std::find_if(input.backhaul.begin(), input.backhaul.end(),
                                    [&](const RadioProfile& one) { return one.id == site.hop.profile; });
    return radio != input.backhaul.end() && site.hop.availability < radio->availability;
  });
}

}  // namespace

void add_marks(const PlanModel& model, const PlanInput& input, Plan& plan) {
  plan.marks = model.marks;
  if (plan.totals.sites_unproven > 0) {
    plan.marks.push_back(std::to_string(plan.totals.sites_unproven) +
                         " hops are unproven: the ground is coarser than 3 arc-seconds");
  }
  if (const auto weak = weak_hops(input, plan); weak > 0) {
    plan.marks.push_back(std::to_string(weak) + " hops keep less of the year than their radio is asked to");
  }
  if (model.access.unknown + model.hops.unknown > 0) {
    plan.marks.push_back(std::to_string(model.access.unknown + model.hops.unknown) +
                         " links run over unknown ground: neither the plan nor the bound counts them");
  }
  if (!input.backhaul.empty()) {
    plan.marks.emplace_back("the bound is over these radios' hops as the table has them");
  }
  if (input.most_people > 0) {
    plan.marks.push_back(std::to_string(input.most_people) +
                         " people a site at most, the nearest; the bound has no limit");
  }
  const auto add_assumed = [&](const std::string& of, const std::vector<Origin>& origins) {
    const auto assumed = std::count_if(origins.begin(), origins.end(), [](const Origin& one) { return one.assumed; });
    if (assumed > 0) {
      plan.marks.push_back(of + ": " + std::to_string(assumed) + " of " + std::to_string(origins.size()) +
                           " values are assumed");
    }
  };
  add_assumed(input.costs.id, input.costs.origins);
  add_assumed(input.access.id, input.access.origins);
  for (const RadioProfile& profile : input.backhaul) {
    add_assumed(profile.id, profile.origins);
  }
  if (!input.bonus.empty()) {
    plan.marks.emplace_back("the choice counts schools and health centres as more people");
  }
}

}  // namespace karkara::planner
