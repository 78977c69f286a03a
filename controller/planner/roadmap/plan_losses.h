// What is lost when sites of a plan fail: an operator's tower goes, a mast falls, a relay dies. Whoever hangs on them
// fails too, unless a second way out is left; settlements fall back to their second site where that still stands.
// Refuses repair: a new plan does that.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "controller/planner/plan/plan.h"

namespace karkara::planner {

struct PlanLoss {
  std::vector<std::uint32_t> down;       // sites: the lost ones, and what hangs on them; by number
  std::vector<std::uint32_t> fall_back;  // settlements that their second site serves now
  std::vector<std::uint32_t> unserved;   // settlements that nobody serves now
  std::int64_t people_falling_back = 0;
  std::int64_t people_unserved = 0;
};

// `cut`: sites that stand, but whose own way out is gone.
[[nodiscard]] PlanLoss loss_of(const Plan& plan, std::span<const std::uint32_t> lost,
                               std::span<const std::uint32_t> cut = {});

}  // namespace karkara::planner
