#include "controller/planner/plan/plan_input.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "controller/planner/plan/site_wishes.h"

namespace karkara::planner {
namespace {

Error refused(std::string why) {
  return {ErrorCode::InvalidArgument, std::move(why)};
}

Status check_ids(const PlanInput& input) {
  const std::string conflict = SiteWishes{input}.conflict();
  return conflict.empty() ? Status{} : refused(conflict);
}

Status check_target(const PlanTarget& target) {
  if (target.kind == TargetKind::Share && !(target.share > 0 && target.share <= 1)) {
    return refused("a share of the people is over 0 and at most 100 %");
  }
  if (target.kind == TargetKind::Budget && (target.budget <= 0 || target.budget > kMostMoney)) {
    return refused("a budget is over 0 and at most a million million");
  }
  return {};
}

}  // namespace

Status check(const PlanInput& input) {
  if (input.settlements.empty()) {
    return refused("no settlement is left to plan for");
  }
  const auto fits = [&](std::size_t size) { return size == 0 || size == input.settlements.size(); };
  if (!fits(input.bonus.size()) || !fits(input.sim.size()) || !fits(input.sim_by.size())) {
    return refused("bonus and operator's network are told for every settlement or for none");
  }
  if (std::any_of(input.sim_by.items.begin(), input.sim_by.items.end(),
                  [&](std::uint32_t network) { return network >= input.networks.size(); })) {
    return refused("an operator's network is of nobody");
  }
  if (input.access.use != RadioUse::Access) {
    return refused(input.access.id + ": is no access radio");
  }
  if (input.most_cut_off.value_or(0) < 0) {
    return refused("one failure cuts off nobody or more, not fewer");
  }
  for (const RadioProfile& radio : input.backhaul) {
    const bool priced = std::any_of(input.costs.hops.begin(), input.costs.hops.end(),
                                    [&](const HopPrice& price) { return price.profile == radio.id; });
    if (radio.use != RadioUse::Backhaul || !priced) {
      return refused(radio.id + ": is no backhaul radio with a price in " + input.costs.id);
    }
  }
  for (const auto& status : {check_ids(input), check_target(input.target), check(input.costs), check(input.access)}) {
    if (!status.ok()) {
      return status;
    }
  }
  return {};
}

double busy_demand(const PlanInput& input, std::size_t settlement) {
  const auto people = static_cast<double>(input.settlements[settlement].people.value_or(0));
  return std::round(people * input.busy_kbit_per_person * 1'000);  // whole: sums are the same in any order
}

std::string target_text(const PlanInput& input) {
  char text[80];
  switch (input.target.kind) {
    case TargetKind::Everybody: return "everybody";
    case TargetKind::Eligible:
      std::snprintf(text, sizeof text, "eligible %lld..%lld", static_cast<long long>(input.eligible_from),
                    static_cast<long long>(input.eligible_to));
      return text;
    case TargetKind::Share: std::snprintf(text, sizeof text, "share %g%%", 100 * input.target.share); return text;
    case TargetKind::Budget:
      std::snprintf(text, sizeof text, "budget %lld", static_cast<long long>(input.target.budget));
      return text;
  }
  return "";
}

}  // namespace karkara::planner
