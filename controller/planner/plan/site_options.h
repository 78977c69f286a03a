// The choice of sites as a cover problem: an option is a mast of one height at one place, with the cheapest way out
// that it could have; rows are the settlements that must be served. Its bound is below the cost of every plan, because
// every plan pays each of its masts and a way out of each. With a price on people, a row may stay unserved for that
// price. Refuses backhaul as a whole; plan_search adds it. Called by plan_search.
#pragma once

#include <cstdint>
#include <vector>

#include "controller/planner/plan/backhaul_tree.h"

namespace karkara::planner {

inline constexpr MicroCost kPerMoney = 1'000;  // of the cover problem's units: a mast may cost a thousand million

inline constexpr MicroCost kMostOptionCost = MicroCost{1} << 39U;

// Sums of people by prices leave 64 bits far behind.
[[nodiscard]] inline MicroCost saturated(__int128 cost) {
  constexpr __int128 kMost = __int128{1} << 61U;
  return static_cast<MicroCost>(cost < -kMost ? -kMost : cost > kMost ? kMost : cost);
}

struct Wanted {
  std::vector<char> row;             // of each settlement: must or may be served
  std::vector<std::int64_t> weight;  // of each settlement: people, with their bonus
  MicroCost price = 0;               // on a person who stays unserved; 0: all rows must be served
};

struct SiteOptions {
  CoverProblem problem;
  std::vector<std::uint32_t> node;          // of each option; kNoSite: the row stays unserved
  std::vector<std::int8_t> height;          // of each option
  std::vector<std::uint32_t> settlement;    // of each row; kNoSite: a place that must get a mast
  std::vector<std::uint32_t> row;           // of each settlement; kNoSite where it is none
  std::vector<std::uint32_t> out_of_reach;  // settlements that were wanted and that nobody can serve
};

[[nodiscard]] SiteOptions site_options(const PlanModel& model, const Wanted& wanted);
// The same rows, served by whom any site reaches however many they are: a cover of them costs no more than any plan in
// which each site serves whom it has room for.
[[nodiscard]] SiteOptions roomy_options(const PlanModel& model, const Wanted& wanted, const SiteOptions& limited);

// The lowest mast of each place that the chosen options name.
[[nodiscard]] Chosen chosen_of(const PlanModel& model, const SiteOptions& options,
                               const std::vector<std::uint32_t>& sites);
// The options that stand for the masts, and one for each row that they leave unserved.
[[nodiscard]] std::vector<std::uint32_t> options_of(const SiteOptions& options, const PlanModel& model,
                                                    const Chosen& chosen);

// Settlements that the masts serve.
[[nodiscard]] std::vector<char> served_by(const PlanModel& model, const Chosen& chosen);

// Whether every row is served, and every place that must have a mast has one.
[[nodiscard]] bool serves_all(const PlanModel& model, const SiteOptions& options, const Chosen& chosen);

// Without masts that others make needless, each as low as whom it alone serves allows. Serves every row that was
// served.
void trim(const PlanModel& model, const SiteOptions& options, Chosen& chosen);

}  // namespace karkara::planner
