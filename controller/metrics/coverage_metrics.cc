#include "controller/metrics/coverage_metrics.h"

#include <algorithm>
#include <array>
#include <string>

#include "controller/metrics/families.h"
#include "controller/planner/outputs/text.h"

namespace karkara {
namespace {

using planner::AreaCoverage;
using planner::CoverageSums;

constexpr std::array<const char*, 4> kLevels{"country", "region", "department", "commune"};

void merge(CoverageSums& to, const CoverageSums& from) {
  to.people += from.people;
  to.people_planned += from.people_planned;
  to.people_served += from.people_served;
  to.people_by_second += from.people_by_second;
  to.settlements_unknown += from.settlements_unknown;
  to.sites += from.sites;
  to.sites_up += from.sites_up;
  to.cost.capex += from.cost.capex;
  to.cost.opex += from.cost.opex;
  to.cost.npv += from.cost.npv;
  to.people_by_phase.resize(std::max(to.people_by_phase.size(), from.people_by_phase.size()));
  for (std::size_t i = 0; i < from.people_by_phase.size(); ++i) {
    to.people_by_phase[i] += from.people_by_phase[i];
  }
}

// Those beyond the bound of their level are one area, called "(other)": a real one may be called "other".
std::vector<AreaCoverage> bounded(const std::vector<AreaCoverage>& areas, std::size_t most) {
  std::vector<AreaCoverage> kept;
  std::array<std::size_t, 4> counts{};
  std::array<AreaCoverage, 4> others;
  for (const AreaCoverage& area : areas) {
    if (++counts.at(area.level) <= most) {
      kept.push_back(area);
    } else {
      merge(others.at(area.level).sums, area.sums);
    }
  }
  for (unsigned level = 1; level < others.size(); ++level) {
    if (counts.at(level) > most) {
      others.at(level).level = level;
      others.at(level).name.fill("(other)");
      kept.push_back(std::move(others.at(level)));
    }
  }
  return kept;
}

MetricLabels labels_of(const AreaCoverage& area) {
  MetricLabels labels{{"level", kLevels.at(area.level)}};
  for (unsigned level = 1; level < kLevels.size(); ++level) {
    const std::string name = planner::clean_utf8(area.name.at(level - 1));
    labels.emplace_back(kLevels.at(level), level > area.level ? "" : name.empty() ? "(unknown)" : name);
  }
  return labels;
}

struct CoverageFamilies {
  prometheus::MetricFamily people = gauge_family("karkara_coverage_people", "People of the plan's settlements.");
  prometheus::MetricFamily planned = gauge_family("karkara_coverage_people_planned", "People whom the plan covers.");
  prometheus::MetricFamily served =
      gauge_family("karkara_coverage_people_served", "People with service now: from a planned site that is up.");
  prometheus::MetricFamily second = gauge_family("karkara_coverage_people_served_by_second",
                                                 "Of them, by their second site while the best is down or not built.");
  prometheus::MetricFamily phase =
      gauge_family("karkara_coverage_people_phase", "People whom the plan covers from a phase on, by its number.");
  prometheus::MetricFamily unknown =
      gauge_family("karkara_coverage_settlements_unknown_people", "Settlements whose people nobody knows.");
  prometheus::MetricFamily sites = gauge_family("karkara_coverage_sites", "Sites of the plan.");
  prometheus::MetricFamily up = gauge_family("karkara_coverage_sites_up", "Sites of the plan that serve now.");
  prometheus::MetricFamily cost =
      gauge_family("karkara_coverage_cost", "Of the plan's sites: capex, opex a year, net present cost (npv).");

  void add_area(const AreaCoverage& area, const std::string& currency) {
    const CoverageSums& sums = area.sums;
    const MetricLabels labels = labels_of(area);
    add(people, static_cast<double>(sums.people), labels);
    add(planned, static_cast<double>(sums.people_planned), labels);
    add(served, static_cast<double>(sums.people_served), labels);
    add(second, static_cast<double>(sums.people_by_second), labels);
    add(unknown, sums.settlements_unknown, labels);
    add(sites, sums.sites, labels);
    add(up, sums.sites_up, labels);
    for (const auto& [kind, money] :
         {std::pair{"capex", sums.cost.capex}, std::pair{"opex", sums.cost.opex}, std::pair{"npv", sums.cost.npv}}) {
      MetricLabels of_cost = labels;
      of_cost.emplace_back("kind", kind);
      of_cost.emplace_back("currency", currency);
      add(cost, static_cast<double>(money), of_cost);
    }
  }

  void add_phases(const AreaCoverage& area) {
    for (std::size_t i = 0; i < area.sums.people_by_phase.size(); ++i) {
      MetricLabels of_phase = labels_of(area);
      of_phase.emplace_back("phase", std::to_string(i + 1));
      add(phase, static_cast<double>(area.sums.people_by_phase[i]), of_phase);
    }
  }
};

// Years times communes may be tens of thousands: with many years fewer areas have series of their own.
std::size_t most_areas_with(std::size_t phases) {
  return std::min(CoverageMetrics::kMostAreas, CoverageMetrics::kMostPhaseSeries / std::max<std::size_t>(phases, 1));
}

}  // namespace

std::vector<prometheus::MetricFamily> CoverageMetrics::Collect() const {
  const auto coverage = gather_();
  std::vector<prometheus::MetricFamily> families;
  if (!coverage) {
    return families;
  }
  CoverageFamilies all;
  const std::string currency = planner::clean_utf8(coverage->plan().currency);
  for (const AreaCoverage& area : bounded(coverage->areas(), kMostAreas)) {
    all.add_area(area, currency);
  }
  for (const AreaCoverage& area :
       bounded(coverage->areas(), most_areas_with(coverage->whole().people_by_phase.size()))) {
    all.add_phases(area);
  }
  for (auto* family : {&all.people, &all.planned, &all.served, &all.second, &all.phase, &all.unknown, &all.sites,
                       &all.up, &all.cost}) {
    if (!family->metric.empty()) {
      families.push_back(std::move(*family));
    }
  }
  return families;
}

}  // namespace karkara
