#include "controller/metrics/fleet_metrics.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "controller/metrics/families.h"

namespace karkara {
namespace {

constexpr std::array<std::string_view, 3> kUplinkKinds{"ethernet", "vsat", "cellular"};

std::string uplink_kind(const SiteView& view) {
  const ReportedUplink* uplink = active_uplink(view);
  if (uplink == nullptr) {
    return "none";
  }
  const auto known = std::find(kUplinkKinds.begin(), kUplinkKinds.end(), uplink->kind);
  return known == kUplinkKinds.end() ? "other" : std::string{*known};
}

// The regions of the first sites up to the bound; operators type them.
class Regions {
 public:
  std::string label(const std::string& region) {
    if (region.empty()) {
      return "unknown";
    }
    if (known_.size() >= FleetMetrics::kMostRegions && !known_.contains(region)) {
      return "other";
    }
    return *known_.insert(region).first;
  }

 private:
  std::set<std::string> known_;
};

// What the comparison of the sun found in each region.
struct SoilingCounts {
  std::map<std::pair<std::string, SoilingVerdict>, int> verdicts;
  std::map<std::string, double> lost;
  std::map<std::string, std::vector<double>> haze;

  void add_site(const std::string& region, const SoilingFinding& finding) {
    ++verdicts[{region, finding.verdict}];
    if (finding.verdict == SoilingVerdict::CleanPanels) {
      lost[region] += finding.lost_a_day.value_or(WattHours{}).value();
    }
    if (finding.haze) {
      haze[region].push_back(*finding.haze);
    }
  }
  void put(std::vector<prometheus::MetricFamily>& families) {
    if (verdicts.empty()) {
      return;
    }
    families.push_back(
        gauge_family("karkara_fleet_soiling_sites",
                     "Sites by region and what the comparison with their neighbours says of the panels."));
    for (const auto& [key, number] : verdicts) {
      add(families.back(), number, {{"region", key.first}, {"verdict", std::string{to_string(key.second)}}});
    }
    families.push_back(gauge_family("karkara_fleet_soiling_lost_watt_hours_per_day",
                                    "What the sites whose panels want cleaning lose a day beyond their neighbours."));
    for (const auto& [region, watt_hours] : lost) {
      add(families.back(), watt_hours, {{"region", region}});
    }
    families.push_back(gauge_family("karkara_fleet_haze_ratio",
                                    "Part of the sun that haze took at least on the newest day: median of the sites."));
    for (auto& [region, ratios] : haze) {
      const auto middle = ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2);
      std::nth_element(ratios.begin(), middle, ratios.end());
      add(families.back(), *middle, {{"region", region}});
    }
  }
};

struct Counts {
  std::map<std::tuple<std::string, SiteState, std::string>, int> sites;
  std::map<std::pair<std::string, Level>, int> alarms;
  SoilingCounts soiling;
  int enrolled = 0;
  double oldest_heard_seconds = 0;
};

Counts count(const Fleet& fleet, Moment now) {
  Counts counts;
  Regions regions;
  for (const auto& [id, view] : fleet.sites()) {
    const std::string region = regions.label(view.record.region);
    ++counts.sites[{region, view.state, uplink_kind(view)}];
    if (view.soiling) {
      counts.soiling.add_site(region, *view.soiling);
    }
    counts.enrolled += view.certificate_expires ? 1 : 0;
    for (const auto& [key, alarm] : view.alarms.active()) {
      ++counts.alarms[{region, alarm.level}];
    }
    const bool counts_as_up = view.state == SiteState::Up || view.state == SiteState::Degraded;
    if (counts_as_up && view.heard) {
      counts.oldest_heard_seconds =
          std::max(counts.oldest_heard_seconds, std::chrono::duration<double>(now.at - *view.heard).count());
    }
  }
  return counts;
}

}  // namespace

std::vector<prometheus::MetricFamily> FleetMetrics::Collect() const {
  Counts counts;
  fleet_.visit([&](const Fleet& fleet, Moment now) { counts = count(fleet, now); });
  std::vector<prometheus::MetricFamily> families;
  families.push_back(gauge_family(
      "karkara_fleet_sites", "Registered sites by region, state and the kind of uplink that carries the traffic."));
  for (const auto& [key, number] : counts.sites) {
    const auto& [region, state, kind] = key;
    add(families.back(), number, {{"region", region}, {"state", std::string{to_string(state)}}, {"uplink", kind}});
  }
  families.push_back(gauge_family("karkara_fleet_alarms", "Active alarms by region and level."));
  for (const auto& [key, number] : counts.alarms) {
    add(families.back(), number, {{"region", key.first}, {"level", std::string{to_string(key.second)}}});
  }
  families.push_back(gauge_family("karkara_fleet_sites_enrolled", "Sites that have a certificate."));
  add(families.back(), counts.enrolled);
  families.push_back(gauge_family("karkara_fleet_longest_silence_seconds",
                                  "Age of the least recently heard site among those that count as up."));
  add(families.back(), counts.oldest_heard_seconds);
  counts.soiling.put(families);
  return families;
}

}  // namespace karkara
