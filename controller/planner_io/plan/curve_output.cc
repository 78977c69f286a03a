#include "controller/planner_io/plan/curve_output.h"

#include <cinttypes>
#include <cmath>
#include <string>

#include "controller/planner/outputs/text.h"
#include "controller/planner/roadmap/curve_table.h"

namespace karkara::planner {
namespace {

constexpr double kTail = 0.95;  // of those whom the plan serves

double percent_of(double part, double whole) {
  return whole > 0 ? 100 * part / whole : 0;
}

void print_tail(std::FILE* out, const std::vector<CurvePoint>& curve) {
  const CurvePoint& last = curve.back();
  const auto point = point_at(curve, last.people, kTail);
  if (point && last.people > point->people && last.npv > 0) {
    std::fprintf(out, "tail      the last %.2f %% of those who are served take %.2f %% of the cost\n",
                 percent_of(static_cast<double>(last.people - point->people), static_cast<double>(last.people)),
                 percent_of(static_cast<double>(last.npv - point->npv), static_cast<double>(last.npv)));
  }
}

}  // namespace

void print_curve(std::FILE* out, const Plan& plan) {
  const std::vector<CurvePoint> curve = cost_curve(plan);
  const std::vector<CurveRow> rows = curve_table(plan, curve);
  if (rows.empty()) {
    return;
  }
  std::fprintf(out, "%-9s %8s %8s %12s %16s %9s %14s\n", "curve", "share", "sites", "people", "net present", "of all",
               "last, a person");
  for (const CurveRow& row : rows) {
    if (!row.point) {
      std::fprintf(out, "%-9s %7g%% is never reached\n", "", 100 * row.share);
      break;
    }
    const std::string last = std::isfinite(row.point->last_per_person) ? decimal(row.point->last_per_person, 0) : "-";
    std::fprintf(out, "%-9s %7g%% %8" PRIu64 " %12" PRId64 " %16" PRId64 " %8.2f%% %14s\n", "", 100 * row.share,
                 row.point->sites, row.point->people, row.point->npv,
                 percent_of(static_cast<double>(row.point->npv), static_cast<double>(curve.back().npv)), last.c_str());
  }
  print_tail(out, curve);
}

}  // namespace karkara::planner
