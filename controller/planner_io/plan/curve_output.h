// The curve of people against cost for a terminal. Called by the jobs show and phase.
#pragma once

#include <cstdio>

#include "controller/planner/plan/plan.h"

namespace karkara::planner {

// A line for each round share of the people, and what the expensive tail costs; nothing for a plan that serves nobody.
void print_curve(std::FILE* out, const Plan& plan);

}  // namespace karkara::planner
