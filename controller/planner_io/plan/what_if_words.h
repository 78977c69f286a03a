// What somebody asked to change in a plan, from the words of the command line: sites by id or name, places in degrees,
// heights that have a price. Refuses each word that is none of it, with what would be. Called by the job what-if.
#pragma once

#include "controller/planner/roadmap/what_if.h"
#include "controller/planner_io/plan/search_commands.h"

namespace karkara::planner {

[[nodiscard]] Result<WhatIf> parse_what_if(const WhatIfCommand& command, const Plan& plan, const CostBook& costs);

// The target that a plan says it has, with the sizes of eligible settlements where it names them.
struct PlannedTarget {
  PlanTarget target;
  std::optional<std::pair<std::int64_t, std::int64_t>> eligible;
};
// "everybody", "eligible 250..2500", "share 95%", "budget 20000000".
[[nodiscard]] Result<PlannedTarget> parse_planned_target(std::string_view text);

}  // namespace karkara::planner
