#include "controller/planner/roadmap/curve_table.h"

namespace karkara::planner {

std::vector<CurveRow> curve_table(const Plan& plan, const std::vector<CurvePoint>& curve) {
  std::vector<CurveRow> rows;
  for (const double share : {0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1.0}) {
    if (curve.empty() || (!rows.empty() && !rows.back().point)) {
      break;
    }
    rows.push_back({share, point_at(curve, plan.totals.people, share)});
  }
  return rows;
}

}  // namespace karkara::planner
