// A cheaper plan for a part: some masts beside each other go, others come for whom they served, all ways out are made
// anew, and what that costs decides; dearer plans are taken too, less and less, so that the search leaves where it
// stands. After Schrimpf et al., "Record breaking optimization results using the ruin and recreate principle" (2000).
// Refuses to prove; the answer depends on part, effort and seed alone. Called by window_search, many times.
#pragma once

#include <cstdint>
#include <functional>

#include "controller/planner/plan/plan_part.h"

namespace karkara::planner {

struct PartEffort {
  std::uint64_t seed = 1;
  std::size_t steps = 0;  // plans that are tried
  std::function<bool()> cancelled = [] { return false; };
};

// The best that was seen; no dearer than where the part starts.
[[nodiscard]] Attempt cheaper_part(const PlanPart& part, const PartEffort& effort);

}  // namespace karkara::planner
