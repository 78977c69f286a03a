// A plan spread over budget years: which sites are built when, by rules that somebody sets, and what is left. A year's
// budget pays for that year's building and for the running costs of all that was built before. Refuses to change what
// is built. Called by `karkara-plan phase`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/result.h"
#include "controller/planner/plan/plan.h"
#include "controller/planner/roadmap/regions.h"

namespace karkara::planner {

enum class Priority : unsigned char {
  PeoplePerCost,  // the most people for the money
  Eligible,       // the same, counting people in settlements of the programme's sizes alone
  FairRegions,    // the region next that has the smallest share of its people served
};

// Money that builds in one region alone, but for the masts elsewhere that a site of it hangs on.
struct RegionBudget {
  std::string region;          // name or p-code
  std::vector<Money> budgets;  // a year each
};

struct PhaseRules {
  std::vector<Money> budgets;                // a year each, of all regions
  std::vector<RegionBudget> region_budgets;  // spent before that of all, in this order
  std::uint32_t first_year = 0;              // 0: years have numbers only
  Priority priority = Priority::PeoplePerCost;
  std::vector<std::string> regions;  // names or p-codes: these first, in this order; empty: none before another
  bool carries_over = true;          // what a year leaves is there in the next
};

// One budget's year: a region's, or that of all.
struct BudgetYear {
  std::string region;  // empty: of all
  Money budget = 0;
  Money running = 0;
  Money capex = 0;
  Money left = 0;
  std::uint64_t sites = 0;
  std::int64_t people = 0;
};

// What was built in a region, whoever paid for it.
struct RegionPart {
  std::uint64_t sites = 0;
  std::int64_t people = 0;
  Money capex = 0;
};

struct Phase {
  std::uint32_t number = 1;
  Money budget = 0;   // of the year, with what was left before where that carries over
  Money running = 0;  // of earlier phases' sites, paid this year
  Money capex = 0;
  Money left = 0;  // below 0: running costs alone are more than the budget
  std::uint64_t sites = 0;
  std::int64_t people = 0;                      // newly served
  std::int64_t people_total = 0;                // served by the end of the year
  std::vector<BudgetYear> budgets;              // those of regions, then that of all; where there are any of regions
  std::map<std::string, RegionPart> by_region;  // newly built
};

struct PhaseTable {
  std::vector<Phase> phases;
  std::map<std::string, RegionPart> by_region;       // of all phases
  std::map<std::string, RegionPart> left_by_region;  // that no year pays for
  std::uint64_t sites_left = 0;
  std::int64_t people_left = 0;  // whom the plan serves, but no year pays for
  Money capex_left = 0;
  std::uint64_t sites_stranded = 0;  // of a plan that is none: their way out leads nowhere
};

// Whether any year has a budget.
[[nodiscard]] bool asks_phases(const PhaseRules& rules);

// Sets each site's phase: 0 for those that no year pays for. Refuses no years, negative budgets, a region that no site
// lies in, and one with two lists of budgets.
[[nodiscard]] Result<PhaseTable> phase_plan(Plan& plan, const PhaseRules& rules, const Regions& regions);

}  // namespace karkara::planner
