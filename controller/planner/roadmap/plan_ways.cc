#include "controller/planner/roadmap/plan_ways.h"

#include <algorithm>

namespace karkara::planner {

PlanWays::PlanWays(const Plan& plan) : plan_{plan}, steps_(plan.sites.size()) {
  for (std::uint32_t site = 0; site < plan.sites.size(); ++site) {
    add(site, plan.sites[site].backhaul, plan.sites[site].hop, site);
  }
  for (std::size_t i = 0; i < plan.second_ways.size(); ++i) {
    add(plan.second_ways[i].site, plan.second_ways[i].kind, plan.second_ways[i].hop, second(i));
  }
}

void PlanWays::add(std::uint32_t site, BackhaulKind kind, const PlanHop& hop, std::uint32_t way) {
  const bool hops = kind == BackhaulKind::Hop;
  if (site >= steps_.size() || (hops && hop.parent >= steps_.size())) {
    return;
  }
  steps_[site].push_back({site, hops ? hop.parent : kNoSite, way});
  if (hops) {
    steps_[hop.parent].push_back({hop.parent, site, way});
  }
}

std::vector<char> PlanWays::in_touch(std::span<const std::uint32_t> down, std::uint32_t way) const {
  std::vector<char> reached(steps_.size(), 0);
  std::vector<char> is_down(steps_.size(), 0);
  for (const std::uint32_t site : down) {
    if (site < is_down.size()) {
      is_down[site] = 1;
    }
  }
  std::vector<std::uint32_t> open;
  const auto reach = [&](std::uint32_t site) {
    if (reached[site] == 0 && is_down[site] == 0) {
      reached[site] = 1;
      open.push_back(site);
    }
  };
  for (std::uint32_t site = 0; site < steps_.size(); ++site) {
    if (std::any_of(steps_[site].begin(), steps_[site].end(),
                    [&](const WayStep& step) { return step.to == kNoSite && step.way != way; })) {
      reach(site);
    }
  }
  while (!open.empty()) {
    const std::uint32_t site = open.back();
    open.pop_back();
    for (const WayStep& step : steps_[site]) {
      if (step.to != kNoSite && step.way != way) {
        reach(step.to);
      }
    }
  }
  return reached;
}

std::vector<WayStep> PlanWays::way_out(std::uint32_t site, std::span<const std::uint32_t> down,
                                       std::uint32_t way) const {
  std::vector<WayStep> came(steps_.size());  // the step that led there
  std::vector<char> seen(steps_.size(), 0);
  for (const std::uint32_t lost : down) {
    if (lost < seen.size()) {
      seen[lost] = 1;
    }
  }
  std::vector<std::uint32_t> open;
  if (site < seen.size() && seen[site] == 0) {
    open.push_back(site);
    seen[site] = 1;
  }
  for (std::size_t next = 0; next < open.size(); ++next) {
    const std::uint32_t at = open[next];
    for (const WayStep& step : steps_[at]) {
      if (step.way == way) {
        continue;
      }
      if (step.to == kNoSite) {
        std::vector<WayStep> steps{step};
        while (steps.back().from != site) {
          steps.push_back(came[steps.back().from]);
        }
        std::reverse(steps.begin(), steps.end());
        return steps;
      }
      if (seen[step.to] == 0) {
        seen[step.to] = 1;
        came[step.to] = step;
        open.push_back(step.to);
      }
    }
  }
  return {};
}

std::vector<std::uint32_t> PlanWays::first_way(std::uint32_t site) const {
  std::vector<std::uint32_t> over;
  while (plan_.sites[site].backhaul == BackhaulKind::Hop && plan_.sites[site].hop.parent < plan_.sites.size() &&
         over.size() < plan_.sites.size()) {
    site = plan_.sites[site].hop.parent;
    over.push_back(site);
  }
  return over;
}

BackhaulKind PlanWays::kind(std::uint32_t way) const {
  const std::size_t sites = plan_.sites.size();
  return way < sites ? plan_.sites[way].backhaul : plan_.second_ways[way - sites].kind;
}

const PlanHop& PlanWays::hop(std::uint32_t way) const {
  const std::size_t sites = plan_.sites.size();
  return way < sites ? plan_.sites[way].hop : plan_.second_ways[way - sites].hop;
}

bool PlanWays::is_unproven(std::uint32_t way) const {
  const std::size_t sites = plan_.sites.size();
  return way < sites ? plan_.sites[way].unproven : plan_.second_ways[way - sites].unproven;
}

}  // namespace karkara::planner
