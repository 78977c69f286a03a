#include "controller/service/soiling_watch.h"

#include "controller/fleet/sun/soiling_comparison.h"

namespace karkara {

void SoilingWatch::tick() {
  if (!compared_ || fleet_.now().at - *compared_ >= kPause) {
    compare();
  }
}

void SoilingWatch::compare() {
  std::vector<SiteId> ids;
  std::vector<ComparedSite> sites;
  Moment moment;
  fleet_.visit([&](const Fleet& fleet, Moment now) {
    moment = now;
    ids.reserve(fleet.sites().size());
    sites.reserve(fleet.sites().size());
    for (const auto& [id, view] : fleet.sites()) {
      std::optional<Position> place;
      if (view.record.latitude && view.record.longitude) {
        place = Position{*view.record.latitude, *view.record.longitude};
      }
      ids.push_back(id);
      sites.push_back({place, view.array_days, view.alarms.active().contains(panels_dirty())});
    }
  });
  compared_ = moment.at;
  const std::vector<SoilingFinding> findings = compare_sites(sites, solar_day(moment.wall, std::nullopt));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    fleet_.apply(SoilingFound{ids[i], findings[i]});
  }
}

}  // namespace karkara
