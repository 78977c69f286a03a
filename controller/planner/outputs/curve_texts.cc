#include "controller/planner/outputs/curve_texts.h"

#include <cmath>
#include <cstdio>

#include "controller/planner/outputs/text.h"

namespace karkara::planner {
namespace {

std::string share_of(const Plan& plan, std::int64_t people) {
  const double share = plan.totals.people > 0
                           ? 100 * static_cast<double>(people) / static_cast<double>(plan.totals.people)
                           : std::nan("");
  return decimal(share, 4);
}

std::string or_null(std::string number) {
  return number.empty() ? "null" : number;
}

}  // namespace

std::string curve_csv(const Plan& plan, const std::vector<CurvePoint>& curve) {
  std::string text = "sites,people,people_percent,capex,npv,npv_per_person_of_step\n";
  for (const CurvePoint& point : curve) {
    text += std::to_string(point.sites) + "," + std::to_string(point.people) + "," + share_of(plan, point.people) +
            "," + std::to_string(point.capex) + "," + std::to_string(point.npv) + "," +
            decimal(point.last_per_person, 2) + "\n";
  }
  return text;
}

std::string curve_json(const Plan& plan, const std::vector<CurvePoint>& curve) {
  char hash[17];
  std::snprintf(hash, sizeof hash, "%016llx", static_cast<unsigned long long>(plan.input_hash));
  std::string text = "{\"currency\":" + json_text(plan.currency) + ",\"input\":\"" + hash +
                     "\",\"people\":" + std::to_string(plan.totals.people) + ",\"curve\":[";
  for (std::size_t i = 0; i < curve.size(); ++i) {
    const CurvePoint& point = curve[i];
    text += i == 0 ? "\n" : ",\n";
    text += "{\"sites\":" + std::to_string(point.sites) + ",\"people\":" + std::to_string(point.people) +
            ",\"people_percent\":" + or_null(share_of(plan, point.people)) +
            ",\"capex\":" + std::to_string(point.capex) + ",\"npv\":" + std::to_string(point.npv) +
            ",\"npv_per_person_of_step\":" + or_null(decimal(point.last_per_person, 2)) + "}";
  }
  return text + "\n]}\n";
}

}  // namespace karkara::planner
