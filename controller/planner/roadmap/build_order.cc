#include "controller/planner/roadmap/build_order.h"

#include <algorithm>
#include <limits>

namespace karkara::planner {
namespace {

Money capex_of(const PlanSite& site) {
  return site.mast_cost.capex + site.backhaul_cost.capex;
}

std::uint32_t parent_of(const Plan& plan, std::uint32_t site) {
  const PlanSite& one = plan.sites[site];
  return one.backhaul == BackhaulKind::Hop ? one.hop.parent : kNoSite;
}

bool is_idle_gateway(const PlanSite& site) {
  return site.backhaul == BackhaulKind::Gateway && site.settlements == 0 && capex_of(site) == 0;
}

// People for money; what costs nothing comes first.
bool is_better(const BuildStep& a, const BuildStep& b, bool by_npv) {
  const auto price = [&](const BuildStep& step) {
    return static_cast<double>(by_npv ? step.cost.npv : step.cost.capex);
  };
  return static_cast<double>(a.weight) * price(b) > static_cast<double>(b.weight) * price(a);
}

}  // namespace

BuildOrder::BuildOrder(const Plan& plan, std::vector<std::int64_t> weight, std::vector<std::uint32_t> rank)
    : plan_{plan},
      weight_{std::move(weight)},
      rank_{std::move(rank)},
      built_(plan.sites.size()),
      stranded_(plan.sites.size()),
      second_ways_(plan.sites.size()) {
  for (std::uint32_t way = 0; way < plan.second_ways.size(); ++way) {
    for (const std::uint32_t end : {plan.second_ways[way].site, plan.second_ways[way].hop.parent}) {
      if (end < second_ways_.size()) {
        second_ways_[end].push_back(way);
      }
    }
  }
  std::vector<char> is_parent(plan.sites.size());
  for (std::uint32_t site = 0; site < plan.sites.size(); ++site) {
    if (const std::uint32_t parent = parent_of(plan, site); parent < is_parent.size()) {
      is_parent[parent] = 1;
    }
  }
  for (std::uint32_t site = 0; site < plan.sites.size(); ++site) {
    // A gateway that only second ways lead to stands already: no step would come to it.
    built_[site] = is_parent[site] == 0 && is_idle_gateway(plan.sites[site]) ? 1 : 0;
    std::uint32_t at = site;
    std::size_t steps = 0;
    while (plan.sites[at].backhaul == BackhaulKind::Hop && stranded_[site] == 0) {
      at = parent_of(plan, at);
      if (at >= plan.sites.size() || ++steps > plan.sites.size()) {
        stranded_[site] = 1;
        break;
      }
    }
  }
}

BuildStep BuildOrder::sums_to(std::uint32_t site) const {
  BuildStep step;
  for (std::uint32_t at = site; at != kNoSite && built_[at] == 0; at = parent_of(plan_, at)) {
    const PlanSite& one = plan_.sites[at];
    step.people += one.people;
    step.settlements += one.settlements;
    step.weight += weight_[at];
    step.cost.capex += capex_of(one);
    step.cost.opex += one.mast_cost.opex + one.backhaul_cost.opex;
    step.cost.npv += one.mast_cost.npv + one.backhaul_cost.npv;
  }
  add_second_ways(site, step);
  return step;
}

bool BuildOrder::stands_with(std::uint32_t wanted, std::uint32_t site) const {
  for (std::uint32_t at = site; at != kNoSite && built_[at] == 0; at = parent_of(plan_, at)) {
    if (at == wanted) {
      return true;
    }
  }
  return built_[wanted] != 0;
}

void BuildOrder::add_second_ways(std::uint32_t site, BuildStep& step) const {
  for (std::uint32_t at = site; at != kNoSite && built_[at] == 0; at = parent_of(plan_, at)) {
    for (const std::uint32_t number : second_ways_[at]) {
      const PlanSecondWay& way = plan_.second_ways[number];
      const std::uint32_t other = way.site == at ? way.hop.parent : way.site;
      // Of two ends that are both built now, the one that the way is told of.
      const bool both_new = other != kNoSite && built_[other] == 0;
      if ((both_new && way.site != at) || (other != kNoSite && !stands_with(other, site))) {
        continue;
      }
      step.cost.capex += way.cost.capex;
      step.cost.opex += way.cost.opex;
      step.cost.npv += way.cost.npv;
    }
  }
}

std::optional<BuildStep> BuildOrder::best(Money most_capex, bool by_npv) const {
  std::optional<BuildStep> found;
  std::uint32_t found_site = kNoSite;
  std::uint32_t found_rank = std::numeric_limits<std::uint32_t>::max();
  for (std::uint32_t site = 0; site < plan_.sites.size(); ++site) {
    if (built_[site] != 0 || stranded_[site] != 0 || rank_[site] > found_rank || rank_[site] == kNotNow) {
      continue;
    }
    const BuildStep step = sums_to(site);
    // A relay alone serves nobody: it is built with what hangs on it.
    if (step.settlements == 0 || step.cost.capex > most_capex) {
      continue;
    }
    if (!found || rank_[site] < found_rank || is_better(step, *found, by_npv)) {
      found = step;
      found_site = site;
      found_rank = rank_[site];
    }
  }
  for (std::uint32_t at = found_site; at != kNoSite && built_[at] == 0; at = parent_of(plan_, at)) {
    found->sites.push_back(at);
  }
  if (found) {
    std::reverse(found->sites.begin(), found->sites.end());
  }
  return found;
}

void BuildOrder::build(const BuildStep& step) {
  for (const std::uint32_t site : step.sites) {
    built_[site] = 1;
  }
}

std::vector<CurvePoint> cost_curve(const Plan& plan) {
  std::vector<std::int64_t> weight;
  for (const PlanSite& site : plan.sites) {
    weight.push_back(site.people);
  }
  BuildOrder order{plan, weight, std::vector<std::uint32_t>(plan.sites.size())};
  std::vector<CurvePoint> curve;
  CurvePoint at;
  while (const auto step = order.best(std::numeric_limits<Money>::max(), true)) {
    order.build(*step);
    at.sites += step->sites.size();
    at.people += step->people;
    at.npv += step->cost.npv;
    at.capex += step->cost.capex;
    at.last_per_person = step->people > 0 ? static_cast<double>(step->cost.npv) / static_cast<double>(step->people)
                                          : std::numeric_limits<double>::infinity();
    curve.push_back(at);
  }
  return curve;
}

std::optional<CurvePoint> point_at(const std::vector<CurvePoint>& curve, std::int64_t people, double share) {
  for (const CurvePoint& point : curve) {
    if (static_cast<double>(point.people) >= share * static_cast<double>(people)) {
      return point;
    }
  }
  return std::nullopt;
}

}  // namespace karkara::planner
