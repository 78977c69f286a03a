#include "controller/fleet/site_view.h"

#include <algorithm>

namespace karkara {

SiteMemory memory_of(const SiteView& view) {
  SiteMemory memory;
  memory.site = view.record.id;
  memory.state = view.state;
  memory.state_since = view.state_since_wall;
  if (view.heard) {
    memory.heard = view.heard_wall;
  }
  memory.agent_version = view.agent_version;
  memory.report = view.report;
  memory.report_received = view.report_received_wall;
  memory.values.reserve(view.values.all().size());
  for (const auto& [key, latest] : view.values.all()) {
    memory.values.push_back({key, latest.measured, latest.value});
  }
  memory.array_days = view.array_days;
  memory.told_days = view.told_days;
  return memory;
}

const ReportedUplink* active_uplink(const SiteView& view) {
  if (!view.report || view.report->active_uplink.empty()) {
    return nullptr;
  }
  const auto& uplinks = view.report->uplinks;
  const auto at = std::find_if(uplinks.begin(), uplinks.end(),
                               [&](const ReportedUplink& uplink) { return uplink.id == view.report->active_uplink; });
  return at == uplinks.end() ? nullptr : &*at;
}

}  // namespace karkara
