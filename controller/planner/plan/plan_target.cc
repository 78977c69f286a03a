#include "controller/planner/plan/plan_target.h"

#include <algorithm>

namespace karkara::planner {

Wanted wanted_of(const PlanInput& input) {
  Wanted wanted;
  for (std::size_t i = 0; i < input.settlements.size(); ++i) {
    const std::int64_t people = input.settlements[i].people.value_or(0);
    const bool eligible = people >= input.eligible_from && people <= input.eligible_to;
    wanted.row.push_back(input.target.kind != TargetKind::Eligible || eligible ? 1 : 0);
    wanted.weight.push_back(people + (input.bonus.empty() ? 0 : input.bonus[i]));
  }
  return wanted;
}

std::int64_t target_bound(const PlanInput& input, const Wanted& wanted, const SiteOptions& options,
                          MicroCost at_price) {
  std::int64_t within_reach = 0;
  for (const std::uint32_t settlement : options.settlement) {
    within_reach += settlement == kNoSite ? 0 : wanted.weight[settlement];
  }
  if (input.target.kind == TargetKind::Budget) {
    const double unserved =
        static_cast<double>(at_price - input.target.budget * kPerMoney) / static_cast<double>(wanted.price);
    return within_reach - static_cast<std::int64_t>(std::clamp(unserved, 0.0, static_cast<double>(within_reach)));
  }
  const std::int64_t may_stay = std::max<std::int64_t>(0, within_reach - asked_weight(input, wanted));
  const MicroCost least = std::max<MicroCost>(0, saturated(at_price - static_cast<__int128>(wanted.price) * may_stay));
  return (least + kPerMoney - 1) / kPerMoney;
}

}  // namespace karkara::planner
