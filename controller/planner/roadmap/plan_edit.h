// A plan and its input as somebody asked to change them: what a what-if then looks at as if it had been found so.
// Masts where the input has no place for one (moved and added ones, also earlier) get places of their own behind its
// settlements, without people; lost networks are gone. Refuses terrain and trees. Called by what_if.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "controller/planner/plan/plan_model.h"
#include "controller/planner/roadmap/what_if.h"

namespace karkara::planner {

// Of a place of its own: what its site is called in the changed plan.
struct EditedPlace {
  std::string stand_in;  // its id in the edited input
  std::string id, name, code;
};

struct PlanEdit {
  Plan plan;
  PlanInput input;
  std::size_t settlements = 0;  // of the input itself
  std::vector<EditedPlace> places;
  std::vector<char> touched;  // of each of the plan's sites: its hops are looked at anew
  std::vector<char> gone;     // of each of them
};

[[nodiscard]] PlanEdit edited(const Plan& plan, const PlanInput& input, const WhatIf& asked,
                              const NetworksAt& networks_at);

// The nodes of what stands, gateways near what is touched, and the hops that may come or stay.
[[nodiscard]] ModelScope scope_of(const PlanEdit& edit, Executor& executor);

}  // namespace karkara::planner
