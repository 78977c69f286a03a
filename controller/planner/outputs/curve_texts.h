// The curve of people against cost for other programs: a row for each step of building, as CSV and JSON. The same plan
// gives the same bytes. Refuses files: the text is returned.
#pragma once

#include <string>
#include <vector>

#include "controller/planner/roadmap/build_order.h"

namespace karkara::planner {

// Sites, people, their share of all, capital and net present cost by then, and what the step cost for each person whom
// it added: empty where nobody knows how many these are.
[[nodiscard]] std::string curve_csv(const Plan& plan, const std::vector<CurvePoint>& curve);
// The same, with the plan's currency, people and hash around it.
[[nodiscard]] std::string curve_json(const Plan& plan, const std::vector<CurvePoint>& curve);

}  // namespace karkara::planner
