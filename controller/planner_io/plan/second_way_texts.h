// What a plan's second ways out give, as `show` and `explain` print it: who stays in touch when one thing fails, and
// over what. Refuses plans in which nobody asked for second ways: it says nothing of them.
#pragma once

#include <cstdint>
#include <cstdio>

#include "controller/planner/plan/plan.h"

namespace karkara::planner {

void tell_safety(const Plan& plan, std::FILE* out);
// Of the site that serves a settlement.
void tell_detours(const Plan& plan, std::uint32_t site, std::FILE* out);

}  // namespace karkara::planner
