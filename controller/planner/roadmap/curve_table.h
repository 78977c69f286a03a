// The curve of people against cost at round shares of the people: what half of them cost, what the last hundredth does.
// Refuses to hide the tail: a share that the plan never reaches has a row that says so. Shown by show and phase,
// printed by the report.
#pragma once

#include <optional>
#include <vector>

#include "controller/planner/roadmap/build_order.h"

namespace karkara::planner {

struct CurveRow {
  double share = 0;                 // of all people, 0..1
  std::optional<CurvePoint> point;  // none: the plan never serves so many
};

// Up to the first share that is never reached. Empty for a plan that serves nobody.
[[nodiscard]] std::vector<CurveRow> curve_table(const Plan& plan, const std::vector<CurvePoint>& curve);

}  // namespace karkara::planner
