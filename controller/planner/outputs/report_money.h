// The report's tables of what regions get and what sites carry: each budget's years, what each region's money buys, and
// the fullest sites in the busy hour. Refuses what was not asked: then the text is empty. Called by report.cc.
#pragma once

#include <cstdint>
#include <string>

#include "controller/planner/outputs/text.h"
#include "controller/planner/plan/plan.h"
#include "controller/planner/roadmap/phases.h"

namespace karkara::planner {

// `first_year`: of the first phase; 0: years have numbers only.
[[nodiscard]] std::string region_money_section(const PhaseTable& table, const std::string& currency,
                                               std::uint32_t first_year, Language language);
[[nodiscard]] std::string busy_hour_section(const Plan& plan, Language language);

}  // namespace karkara::planner
