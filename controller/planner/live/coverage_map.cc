#include "controller/planner/live/coverage_map.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "controller/planner/outputs/text.h"

namespace karkara::planner {
namespace {

constexpr int kMapDigits = 4;  // 11 m

void begin_feature(const Place& place, bool first, std::string& text) {
  text += first ? "\n" : ",\n";
  text += R"({"type":"Feature","geometry":{"type":"Point","coordinates":[)" +
          decimal(place.longitude.value(), kMapDigits) + "," + decimal(place.latitude.value(), kMapDigits) +
          R"(]},"properties":{)";
}

const char* state_of(const LiveCoverage& coverage, std::uint32_t settlement) {
  switch (coverage.served_by(settlement)) {
    case ServedBy::Best: return "up";
    case ServedBy::Second: return "second";
    case ServedBy::Nobody: break;
  }
  return coverage.plan().settlements[settlement].server ? "planned" : "none";
}

// The largest, in the plan's order.
std::vector<std::uint32_t> shown_settlements(const Plan& plan, std::size_t most) {
  std::vector<std::uint32_t> shown(plan.settlements.size());
  std::iota(shown.begin(), shown.end(), 0U);
  if (shown.size() > most) {
    const auto people = [&](std::uint32_t i) { return plan.settlements[i].people.value_or(-1); };
    std::stable_sort(shown.begin(), shown.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return people(a) > people(b); });
    shown.resize(most);
    std::sort(shown.begin(), shown.end());
  }
  return shown;
}

}  // namespace

std::string coverage_geojson(const LiveCoverage& coverage, const std::vector<std::string>& standing, std::size_t most) {
  const Plan& plan = coverage.plan();
  const std::vector<std::uint32_t> shown = shown_settlements(plan, most);
  std::string text;
  text.reserve((shown.size() + plan.sites.size()) * 160 + 500);
  const CoverageSums& whole = coverage.whole();
  text += R"({"type":"FeatureCollection","people":)" + std::to_string(whole.people) + R"(,"people_planned":)" +
          std::to_string(whole.people_planned) + R"(,"people_served_now":)" + std::to_string(whole.people_served) +
          R"(,"settlements_left_out":)" + std::to_string(plan.settlements.size() - shown.size()) + R"(,"features":[)";
  bool first = true;
  for (const std::uint32_t i : shown) {
    const PlanSettlement& row = plan.settlements[i];
    begin_feature(row.place, std::exchange(first, false), text);
    text += R"("kind":"settlement","name":)" + json_text(row.name.empty() ? row.id : row.name) + R"(,"people":)" +
            (row.people ? std::to_string(*row.people) : "null") + R"(,"state":")" + state_of(coverage, i) + "\"}}";
  }
  for (std::uint32_t i = 0; i < std::min(plan.sites.size(), most); ++i) {
    const PlanSite& site = plan.sites[i];
    const bool stands = !standing[i].empty();
    begin_feature(site.place, std::exchange(first, false), text);
    text += R"("kind":"site","name":)" + json_text(site.name.empty() ? site.id : site.name) + R"(,"role":")" +
            std::string{to_string(site.role)} + R"(","fleet":)" + (stands ? json_text(standing[i]) : "null") +
            R"(,"phase":)" + std::to_string(site.phase) + R"(,"people":)" + std::to_string(site.people) +
            R"(,"state":")" +
            (coverage.is_up(i) ? "up"
             : stands          ? "down"
                               : "planned") +
            "\"}}";
  }
  return text + "\n]}\n";
}

}  // namespace karkara::planner
