// What differs between two plans, as text for a terminal and as CSV. Called by the jobs compare and what-if.
#pragma once

#include <cstdio>
#include <string>

#include "controller/planner/roadmap/compare.h"

namespace karkara::planner {

// The first differences and how many there are.
void print_comparison(std::FILE* out, const PlanComparison& found);
// All of them.
[[nodiscard]] std::string comparison_csv(const PlanComparison& comparison);

}  // namespace karkara::planner
