// What a mast pays for its way out when the busy hour is counted: of the ways that it could have the one that is
// cheapest for all that passes it, as many of its kind as carry that. A gateway is there once: what it does not carry
// needs another way. Where capacity is not asked it is the cheapest, once. Refuses to decide who hangs on whom;
// tree_growth does.
#pragma once

#include <cstdint>

#include "controller/planner/plan/plan_model.h"

namespace karkara::planner {

struct WayOut {
  BackhaulKind kind = BackhaulKind::Vsat;
  std::uint32_t count = 1;
  Money price = 0;  // of all of them
};

// The ways out of a mast, or of any one mast of a tree.
struct OwnWays {
  bool gateway = false;
  Money sim = kNoWayOut;
  Money vsat = kNoWayOut;
};

[[nodiscard]] OwnWays ways_of(const PlanNode& node);
[[nodiscard]] OwnWays cheapest_of(const OwnWays& a, const OwnWays& b);

// `demand` in bit/s. At least one of the ways is there.
[[nodiscard]] WayOut way_out(const WayRates& rates, const OwnWays& ways, double demand);
[[nodiscard]] WayOut way_out_at(const PlanModel& model, std::uint32_t node, double demand);

// Of `count` of them.
[[nodiscard]] PlanCost times(const PlanCost& cost, std::uint32_t count);

}  // namespace karkara::planner
