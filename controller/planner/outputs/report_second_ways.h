// The part of the report on second ways out: what was bought of them, and who stays in touch when one thing fails.
// Empty for plans in which nobody asked for any. Called by report.cc.
#pragma once

#include <string>

#include "controller/planner/outputs/text.h"
#include "controller/planner/plan/plan.h"

namespace karkara::planner {

[[nodiscard]] std::string second_ways_section(const Plan& plan, Language language);

}  // namespace karkara::planner
