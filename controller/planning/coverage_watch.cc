#include "controller/planning/coverage_watch.h"

#include <algorithm>

#include "controller/planner/live/site_match.h"

namespace karkara {
namespace {

StandingSite standing_site(const SiteView& view) {
  StandingSite site{view.record.id, std::nullopt, serves_now(view)};
  if (view.record.latitude && view.record.longitude) {
    site.place = planner::Place{*view.record.latitude, *view.record.longitude};
  }
  return site;
}

}  // namespace

bool serves_now(const SiteView& view) {
  if (view.state != SiteState::Up && view.state != SiteState::Degraded) {
    return false;
  }
  if (!view.report) {
    return true;
  }
  const SiteReport& report = *view.report;
  const bool sheds_all =
      !report.classes.empty() && std::all_of(report.classes.begin(), report.classes.end(),
                                             [](const ReportedClass& one) { return one.uplink.empty(); });
  return !report.active_uplink.empty() && !sheds_all;
}

std::vector<StandingSite> standing_sites(const Fleet& fleet) {
  std::vector<StandingSite> sites;
  sites.reserve(fleet.sites().size());
  for (const auto& [id, view] : fleet.sites()) {
    sites.push_back(standing_site(view));
  }
  return sites;
}

std::vector<StandingSite> standing_sites(const Fleet& fleet, const std::set<SiteId>& wanted) {
  std::vector<StandingSite> sites;
  for (const SiteId& id : wanted) {
    if (const SiteView* view = fleet.find(id)) {
      sites.push_back(standing_site(*view));
    }
  }
  return sites;
}

CoverageWatch::CoverageWatch(std::shared_ptr<const planner::Plan> plan, const planner::PlanDivisions& divisions)
    : live_{std::move(plan), divisions}, standing_(live_.plan().sites.size()) {}

void CoverageWatch::look_at_all(const std::vector<StandingSite>& fleet) {
  std::vector<planner::FleetPlace> all;
  all.reserve(fleet.size());
  places_.clear();
  for (const StandingSite& site : fleet) {
    places_.emplace(site.id, site.place);
    all.push_back({site.id.text(), site.place});
  }
  const std::vector<std::uint32_t> matched = planner::match_sites(live_.plan(), all);
  planned_.clear();
  for (std::uint32_t number = 0; number < matched.size(); ++number) {
    const bool stands = matched[number] != planner::kNoSite;
    standing_[number] = stands ? all[matched[number]].id : "";
    if (stands) {
      planned_.emplace(fleet[matched[number]].id, number);
    }
    looked_at_ += live_.set_up(number, stands && fleet[matched[number]].serves);
  }
}

bool CoverageWatch::look_at(const std::vector<StandingSite>& changed) {
  for (const StandingSite& site : changed) {
    const auto known = places_.find(site.id);
    if (known == places_.end() || known->second != site.place) {
      return false;
    }
    if (const auto planned = planned_.find(site.id); planned != planned_.end()) {
      flips_ += live_.is_up(planned->second) != site.serves ? 1 : 0;
      looked_at_ += live_.set_up(planned->second, site.serves);
    }
  }
  return true;
}

MastHeights CoverageWatch::mast_heights() const {
  MastHeights heights;
  for (const auto& [id, number] : planned_) {
    heights.emplace(id, live_.plan().sites[number].mast);
  }
  return heights;
}

}  // namespace karkara
