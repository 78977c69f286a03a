// A plan as a text that people can read and programs can compare: a line for each fact, site and settlement, fields
// separated by tabs, the same bytes for the same plan. Refuses files that are torn, of another version or whose numbers
// point nowhere, with the line. Written by `karkara-plan run`; read by show, explain, export, compare.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"
#include "controller/planner/plan/plan.h"

namespace karkara::planner {

inline constexpr std::string_view kPlanFirstLine = "karkara-plan 1";

[[nodiscard]] std::string to_text(const Plan& plan);
// Totals are summed again from the rows.
[[nodiscard]] Result<Plan> parse_plan(std::string_view text);

// Written beside the path first, then moved over it: a reader never sees half a plan.
[[nodiscard]] Status write_plan(const Plan& plan, const std::string& path);
[[nodiscard]] Result<Plan> read_plan(const std::string& path);

}  // namespace karkara::planner
