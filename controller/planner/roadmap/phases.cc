#include "controller/planner/roadmap/phases.h"

#include <algorithm>

#include "controller/planner/roadmap/build_order.h"

namespace karkara::planner {
namespace {

constexpr Money kMostBudget = 1'000'000'000'000'000;
constexpr std::size_t kMostYears = 100;

std::vector<std::int64_t> weights(const Plan& plan, Priority priority) {
  std::vector<std::int64_t> weight(plan.sites.size());
  for (std::size_t i = 0; i < plan.sites.size(); ++i) {
    weight[i] = priority == Priority::Eligible ? 0 : plan.sites[i].people;
  }
  if (priority == Priority::Eligible) {
    for (const PlanSettlement& settlement : plan.settlements) {
      if (settlement.eligible && settlement.server && settlement.server->site < plan.sites.size()) {
        weight[settlement.server->site] += settlement.people.value_or(0);
      }
    }
  }
  return weight;
}

class Phasing {
 public:
  Phasing(Plan& plan, const PhaseRules& rules, const Regions& regions)
      : plan_{plan},
        rules_{rules},
        order_{plan, weights(plan, rules.priority), std::vector<std::uint32_t>(plan.sites.size())} {
    for (PlanSite& site : plan.sites) {
      site.phase = 0;
      divisions_.push_back(regions.of(site.place, site.code));
    }
    for (const PlanSettlement& settlement : plan.settlements) {
      region_people_[regions.of(settlement.place, settlement.code).region] += settlement.people.value_or(0);
    }
  }

  Status check() const {
    if (rules_.budgets.empty()) {
      return Error{ErrorCode::InvalidArgument, "no budget for any year"};
    }
    const auto is_none = [](Money budget) { return budget < 0 || budget > kMostBudget; };
    if (rules_.budgets.size() > kMostYears || std::any_of(rules_.budgets.begin(), rules_.budgets.end(), is_none)) {
      return Error{ErrorCode::InvalidArgument, "budgets are 0 to 10^15, for up to 100 years"};
    }
    for (const std::string& region : rules_.regions) {
      const bool known = std::any_of(divisions_.begin(), divisions_.end(), [&](const Division& division) {
        return division.region == region || division.region_code == region;
      });
      if (!known) {
        return Error{ErrorCode::InvalidArgument, "no site of the plan lies in a region '" + region + "'"};
      }
    }
    return {};
  }

  PhaseTable run() {
    Money carried = 0;
    for (const Money budget : rules_.budgets) {
      Phase phase;
      phase.number = static_cast<std::uint32_t>(table_.phases.size() + 1);
      phase.budget = budget + carried;
      phase.running = running_;
      phase.left = phase.budget - running_;
      fill(phase);
      carried = rules_.carries_over ? std::max(phase.left, Money{0}) : 0;
      table_.phases.push_back(std::move(phase));
    }
    for (std::uint32_t site = 0; site < plan_.sites.size(); ++site) {
      if (plan_.sites[site].phase == 0) {
        ++table_.sites_left;
        table_.people_left += plan_.sites[site].people;
        table_.capex_left += plan_.sites[site].mast_cost.capex + plan_.sites[site].backhaul_cost.capex;
        table_.sites_stranded += order_.is_stranded(site) ? 1 : 0;
      }
    }
    return std::move(table_);
  }

 private:
  void fill(Phase& phase) {
    Money new_running = 0;
    order_.set_rank(ranks());
    while (const auto step = phase.left < 0 ? std::nullopt : order_.best(phase.left, false)) {
      order_.build(*step);
      for (const std::uint32_t site : step->sites) {
        plan_.sites[site].phase = phase.number;
        const std::int64_t people = plan_.sites[site].people;
        phase.people_by_region[divisions_[site].region] += people;
        region_served_[divisions_[site].region] += people;
      }
      phase.sites += step->sites.size();
      phase.people += step->people;
      phase.capex += step->cost.capex;
      phase.left -= step->cost.capex;
      new_running += step->cost.opex;
      if (rules_.priority == Priority::FairRegions) {
        order_.set_rank(ranks());
      }
    }
    served_ += phase.people;
    phase.people_total = served_;
    running_ += new_running;
  }

  // Regions in the order that was set; among the others all alike, or by the share that is served, in per mille.
  [[nodiscard]] std::vector<std::uint32_t> ranks() const {
    std::vector<std::uint32_t> rank;
    for (const Division& division : divisions_) {
      const auto found = std::find_if(rules_.regions.begin(), rules_.regions.end(), [&](const std::string& region) {
        return division.region == region || division.region_code == region;
      });
      std::uint32_t value = static_cast<std::uint32_t>(found - rules_.regions.begin()) * 2000;
      if (rules_.priority == Priority::FairRegions) {
        const auto all = region_people_.find(division.region);
        const auto served = region_served_.find(division.region);
        if (all != region_people_.end() && served != region_served_.end() && all->second > 0) {
          const __int128 thousandths = static_cast<__int128>(served->second) * 1000 / all->second;
          value += static_cast<std::uint32_t>(std::min<__int128>(1000, thousandths));
        }
      }
      rank.push_back(value);
    }
    return rank;
  }

  Plan& plan_;
  const PhaseRules& rules_;
  BuildOrder order_;
  std::vector<Division> divisions_;  // of sites
  std::map<std::string, std::int64_t> region_people_, region_served_;
  PhaseTable table_;
  Money running_ = 0;
  std::int64_t served_ = 0;
};

}  // namespace

Result<PhaseTable> phase_plan(Plan& plan, const PhaseRules& rules, const Regions& regions) {
  Phasing phasing{plan, rules, regions};
  if (const Status sound = phasing.check(); !sound.ok()) {
    return sound.error();
  }
  return phasing.run();
}

}  // namespace karkara::planner
