// A fleet that stands still, for tests of what looks at one.
#pragma once

#include "common/series.h"
#include "controller/fleet/fleet_access.h"

namespace karkara {

class FixedFleet final : public FleetAccess {
 public:
  void visit(const Visit& look) const override { look(fleet, now); }
  void apply(const FleetEvent& event) { fleet.on(event, now); }

  void add(const std::string& id, const std::string& region) {
    SiteRecord record;
    record.id = SiteId::parse(id).value();
    record.region = region;
    apply(SiteRegistered{record});
  }
  void greet(const std::string& id, const std::string& uplink, const std::string& kind) {
    SiteReport report;
    report.active_uplink = uplink;
    ReportedUplink reported;
    reported.id = uplink;
    reported.kind = kind;
    report.uplinks.push_back(reported);
    report.classes = {{"control", uplink, "first"}, {"public", "", "shed"}};
    apply(SiteGreeted{SiteId::parse(id).value(), "1.0", report, {}, now.wall});
  }
  void sample(const std::string& id, SeriesId series, const std::string& instance, Value value) {
    apply(SiteSampled{SiteId::parse(id).value(), {{{static_cast<std::uint16_t>(series), instance}, now.wall, value}}});
  }
  void wait(std::chrono::seconds seconds) { now = {now.at + seconds, now.wall + seconds}; }

  Fleet fleet{FleetPolicy{std::chrono::minutes{4}}};
  Moment now{Instant{std::chrono::seconds{1000}}, WallTime{std::chrono::seconds{1'790'000'000}}};
};

}  // namespace karkara
