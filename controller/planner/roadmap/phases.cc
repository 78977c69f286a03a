#include "controller/planner/roadmap/phases.h"

#include <algorithm>

#include "controller/planner/roadmap/build_order.h"

namespace karkara::planner {
namespace {

constexpr Money kMostBudget = 1'000'000'000'000'000;
constexpr std::size_t kMostYears = 100;
constexpr std::uint32_t kNever = 0xFFFF'FFFFU;

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

// A budget over the years: what it has left, and what it runs.
struct Purse {
  std::string region;  // name; empty: of all
  const std::vector<Money>* budgets;
  Money carried = 0;
  Money running = 0;
};

Money site_capex(const PlanSite& site) {
  return site.mast_cost.capex + site.backhaul_cost.capex;
}

class Phasing {
 public:
  Phasing(Plan& plan, const PhaseRules& rules, const Regions& regions)
      : plan_{plan},
        rules_{rules},
        order_{plan, weights(plan, rules.priority), std::vector<std::uint32_t>(plan.sites.size())} {
    for (PlanSecondWay& way : plan.second_ways) {
      way.phase = 0;
    }
    for (PlanSite& site : plan.sites) {
      site.phase = 0;
      divisions_.push_back(regions.of(site.place, site.code));
    }
    for (const PlanSettlement& settlement : plan.settlements) {
      region_people_[regions.of(settlement.place, settlement.code).region] += settlement.people.value_or(0);
    }
  }

  // The rules, with the names of regions.
  Status prepare() {
    if (!asks_phases(rules_)) {
      return Error{ErrorCode::InvalidArgument, "no budget for any year"};
    }
    for (const std::string& region : rules_.regions) {
      if (const auto name = name_of(region); !name) {
        return name.error();
      }
    }
    for (const RegionBudget& budget : rules_.region_budgets) {
      const auto name = name_of(budget.region);
      if (!name) {
        return name.error();
      }
      if (std::any_of(purses_.begin(), purses_.end(), [&](const Purse& purse) { return purse.region == *name; })) {
        return Error{ErrorCode::InvalidArgument, "region '" + *name + "' has two lists of budgets"};
      }
      purses_.push_back({*name, &budget.budgets});
    }
    if (!rules_.budgets.empty()) {
      purses_.push_back({"", &rules_.budgets});
    }
    const bool fine = std::all_of(purses_.begin(), purses_.end(), [](const Purse& purse) {
      const auto is_money = [](Money budget) { return budget >= 0 && budget <= kMostBudget; };
      return purse.budgets->size() <= kMostYears && std::all_of(purse.budgets->begin(), purse.budgets->end(), is_money);
    });
    return fine ? Status{} : Error{ErrorCode::InvalidArgument, "budgets are 0 to 10^15, for up to 100 years"};
  }

  PhaseTable run() {
    std::size_t years = 0;
    for (const Purse& purse : purses_) {
      years = std::max(years, purse.budgets->size());
    }
    for (std::size_t year = 0; year < years; ++year) {
      Phase phase;
      phase.number = static_cast<std::uint32_t>(year + 1);
      for (Purse& purse : purses_) {
        spend(purse, year < purse.budgets->size() ? (*purse.budgets)[year] : 0, phase);
      }
      served_ += phase.people;
      phase.people_total = served_;
      table_.phases.push_back(std::move(phase));
    }
    phase_second_ways();
    for (std::uint32_t site = 0; site < plan_.sites.size(); ++site) {
      if (plan_.sites[site].phase == 0 && !order_.is_built(site)) {
        ++table_.sites_left;
        table_.people_left += plan_.sites[site].people;
        table_.capex_left += site_capex(plan_.sites[site]);
        add(table_.left_by_region[divisions_[site].region], site);
        table_.sites_stranded += order_.is_stranded(site) ? 1 : 0;
      }
    }
    return std::move(table_);
  }

 private:
  [[nodiscard]] Result<std::string> name_of(const std::string& region) const {
    const auto known = std::find_if(divisions_.begin(), divisions_.end(), [&](const Division& division) {
      return !region.empty() && (division.region == region || division.region_code == region);
    });
    if (known == divisions_.end()) {
      return Error{ErrorCode::InvalidArgument, "no site of the plan lies in a region '" + region + "'"};
    }
    return known->region;
  }

  void add(RegionPart& part, std::uint32_t site) const {
    ++part.sites;
    part.people += plan_.sites[site].people;
    part.capex += site_capex(plan_.sites[site]);
  }

  // Paid for together with the later of their ends.
  void phase_second_ways() {
    for (PlanSecondWay& way : plan_.second_ways) {
      for (const std::uint32_t end : {way.site, way.hop.parent}) {
        if (end < plan_.sites.size()) {
          const std::uint32_t phase = plan_.sites[end].phase;
          way.phase = std::max(way.phase, phase == 0 && !order_.is_built(end) ? kNever : phase);
        }
      }
      way.phase = way.phase == kNever ? 0 : way.phase;
      table_.capex_left += way.phase == 0 ? way.cost.capex : 0;
    }
    // Gateways that stood idle are there from the first of their ways on.
    std::vector<PlanSecondWay> ways = plan_.second_ways;
    std::stable_sort(ways.begin(), ways.end(), [](const auto& a, const auto& b) { return a.phase < b.phase; });
    for (const PlanSecondWay& way : ways) {
      for (const std::uint32_t end : {way.site, way.hop.parent}) {
        if (way.phase > 0 && end < plan_.sites.size() && plan_.sites[end].phase == 0) {
          plan_.sites[end].phase = way.phase;
        }
      }
    }
  }

  // One budget's year. What it builds it runs from the next year on.
  void spend(Purse& purse, Money budget, Phase& phase) {
    BudgetYear year{purse.region, budget + purse.carried, purse.running, 0, budget + purse.carried - purse.running};
    fill(year, purse, phase);
    purse.carried = rules_.carries_over ? std::max(year.left, Money{0}) : 0;
    phase.budget += year.budget;
    phase.running += year.running;
    phase.capex += year.capex;
    phase.left += year.left;
    phase.sites += year.sites;
    phase.people += year.people;
    if (!rules_.region_budgets.empty()) {
      phase.budgets.push_back(std::move(year));
    }
  }

  void fill(BudgetYear& year, Purse& purse, Phase& phase) {
    order_.set_rank(ranks(purse.region));
    while (const auto step = year.left < 0 ? std::nullopt : order_.best(year.left, false)) {
      order_.build(*step);
      note_built(*step, phase);
      year.sites += step->sites.size();
      year.people += step->people;
      year.capex += step->cost.capex;
      year.left -= step->cost.capex;
      purse.running += step->cost.opex;
      if (rules_.priority == Priority::FairRegions) {
        order_.set_rank(ranks(purse.region));
      }
    }
  }

  // Second ways out that came with it count where its last site lies.
  void note_built(const BuildStep& step, Phase& phase) {
    Money second_ways = step.cost.capex;
    for (const std::uint32_t site : step.sites) {
      plan_.sites[site].phase = phase.number;
      add(phase.by_region[divisions_[site].region], site);
      add(table_.by_region[divisions_[site].region], site);
      region_served_[divisions_[site].region] += plan_.sites[site].people;
      second_ways -= site_capex(plan_.sites[site]);
    }
    if (!step.sites.empty()) {
      const std::string& region = divisions_[step.sites.back()].region;
      phase.by_region[region].capex += second_ways;
      table_.by_region[region].capex += second_ways;
    }
  }

  // Regions in the order that was set; among the others all alike, or by the share that is served, in per mille.
  // With a region's budget its own sites alone.
  [[nodiscard]] std::vector<std::uint32_t> ranks(const std::string& region_alone) const {
    std::vector<std::uint32_t> rank;
    for (const Division& division : divisions_) {
      if (!region_alone.empty() && division.region != region_alone) {
        rank.push_back(kNotNow);
        continue;
      }
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
  std::vector<Purse> purses_;
  PhaseTable table_;
  std::int64_t served_ = 0;
};

}  // namespace

bool asks_phases(const PhaseRules& rules) {
  return !rules.budgets.empty() || std::any_of(rules.region_budgets.begin(), rules.region_budgets.end(),
                                               [](const RegionBudget& region) { return !region.budgets.empty(); });
}

Result<PhaseTable> phase_plan(Plan& plan, const PhaseRules& rules, const Regions& regions) {
  Phasing phasing{plan, rules, regions};
  if (const Status sound = phasing.prepare(); !sound.ok()) {
    return sound.error();
  }
  return phasing.run();
}

}  // namespace karkara::planner
