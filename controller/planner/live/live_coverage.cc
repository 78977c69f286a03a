#include "controller/planner/live/live_coverage.h"

#include <algorithm>
#include <map>
#include <utility>

namespace karkara::planner {
namespace {

// Of an area: its names from the region down, as many as its level. An unknown commune is not its department.
using AreaPath = std::vector<std::string>;

AreaPath path_to(const AreaNames& names, std::size_t level) {
  return {names.begin(), names.begin() + static_cast<std::ptrdiff_t>(level)};
}

std::uint32_t phases_of(const Plan& plan) {
  std::uint32_t most = 0;
  for (const PlanSite& site : plan.sites) {
    most = std::max(most, site.phase <= kMostPhases ? site.phase : 0);
  }
  return most;
}

void add_cost(PlanCost& to, const PlanCost& cost) {
  to.capex += cost.capex;
  to.opex += cost.opex;
  to.npv += cost.npv;
}

}  // namespace

LiveCoverage::LiveCoverage(std::shared_ptr<const Plan> plan, const PlanDivisions& divisions) : plan_{std::move(plan)} {
  up_.assign(plan_->sites.size(), 0);
  served_.assign(plan_->settlements.size(), ServedBy::Nobody);
  divide(divisions);
  sum_plan();
  first_of_.assign(plan_->sites.size() + 1, 0);
  const auto each_server = [&](auto deed) {
    for (std::uint32_t i = 0; i < plan_->settlements.size(); ++i) {
      const PlanSettlement& row = plan_->settlements[i];
      if (row.server) {
        deed(row.server->site, i);
      }
      if (row.second && row.second->site != row.server->site) {
        deed(row.second->site, i);
      }
    }
  };
  each_server([&](std::uint32_t site, std::uint32_t) { ++first_of_[site + 1]; });
  for (std::size_t i = 1; i < first_of_.size(); ++i) {
    first_of_[i] += first_of_[i - 1];
  }
  settlements_of_.resize(first_of_.back());
  std::vector<std::uint32_t> next = first_of_;
  each_server([&](std::uint32_t site, std::uint32_t settlement) { settlements_of_[next[site]++] = settlement; });
}

void LiveCoverage::divide(const PlanDivisions& divisions) {
  std::map<AreaPath, std::uint32_t> numbers;
  const auto each = [&](auto deed) {
    for (const auto* list : {&divisions.sites, &divisions.settlements}) {
      for (const AreaNames& names : *list) {
        deed(names, list == &divisions.sites);
      }
    }
  };
  numbers[{}] = 0;
  each([&](const AreaNames& names, bool) {
    for (std::size_t level = 1; level <= names.size(); ++level) {
      numbers.emplace(path_to(names, level), 0);
    }
  });
  for (auto& [path, number] : numbers) {
    number = static_cast<std::uint32_t>(areas_.size());
    AreaCoverage area;
    area.level = static_cast<unsigned>(path.size());
    std::copy(path.begin(), path.end(), area.name.begin());
    area.sums.people_by_phase.assign(phases_of(*plan_), 0);
    areas_.push_back(std::move(area));
  }
  each([&](const AreaNames& names, bool of_site) {
    AreasOf areas{};
    for (std::size_t level = 1; level <= names.size(); ++level) {
      areas.at(level) = numbers.at(path_to(names, level));
    }
    (of_site ? areas_of_site_ : areas_of_settlement_).push_back(areas);
  });
}

template <class Deed>
void LiveCoverage::in_areas(const AreasOf& areas, Deed deed) {
  for (const std::uint32_t area : areas) {
    deed(areas_[area].sums);
  }
}

void LiveCoverage::sum_plan() {
  for (std::size_t i = 0; i < plan_->sites.size(); ++i) {
    in_areas(areas_of_site_[i], [&](CoverageSums& sums) {
      ++sums.sites;
      add_cost(sums.cost, plan_->sites[i].mast_cost);
      add_cost(sums.cost, plan_->sites[i].backhaul_cost);
    });
  }
  for (const PlanSecondWay& way : plan_->second_ways) {
    in_areas(areas_of_site_[way.site], [&](CoverageSums& sums) { add_cost(sums.cost, way.cost); });
  }
  for (std::size_t i = 0; i < plan_->settlements.size(); ++i) {
    const PlanSettlement& row = plan_->settlements[i];
    const std::int64_t people = row.people.value_or(0);
    const std::uint32_t phase = row.server ? plan_->sites[row.server->site].phase : 0;
    in_areas(areas_of_settlement_[i], [&](CoverageSums& sums) {
      ++sums.settlements;
      sums.settlements_unknown += row.people ? 0 : 1;
      sums.people += people;
      if (row.server) {
        ++sums.settlements_planned;
        sums.people_planned += people;
      }
      if (phase > 0 && phase <= sums.people_by_phase.size()) {
        sums.people_by_phase[phase - 1] += people;
      }
    });
  }
}

std::size_t LiveCoverage::set_up(std::uint32_t site, bool up) {
  if (is_up(site) == up) {
    return 0;
  }
  up_[site] = up ? 1 : 0;
  in_areas(areas_of_site_[site], [&](CoverageSums& sums) { sums.sites_up += up ? 1U : -1U; });
  for (std::uint32_t at = first_of_[site]; at < first_of_[site + 1]; ++at) {
    const std::uint32_t settlement = settlements_of_[at];
    const PlanSettlement& row = plan_->settlements[settlement];
    settle(settlement, is_up(row.server->site)                 ? ServedBy::Best
                       : row.second && is_up(row.second->site) ? ServedBy::Second
                                                               : ServedBy::Nobody);
  }
  return first_of_[site + 1] - first_of_[site];
}

void LiveCoverage::settle(std::uint32_t settlement, ServedBy now) {
  const ServedBy before = std::exchange(served_[settlement], now);
  const std::int64_t people = plan_->settlements[settlement].people.value_or(0);
  const auto served = static_cast<int>(now != ServedBy::Nobody) - static_cast<int>(before != ServedBy::Nobody);
  const auto second = static_cast<int>(now == ServedBy::Second) - static_cast<int>(before == ServedBy::Second);
  in_areas(areas_of_settlement_[settlement], [&](CoverageSums& sums) {
    sums.people_served += served * people;
    sums.people_by_second += second * people;
    sums.settlements_served += static_cast<std::uint32_t>(served);
  });
}

}  // namespace karkara::planner
