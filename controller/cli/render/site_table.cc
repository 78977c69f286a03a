// site_table() and summary_of(): the one line a site gets in `site list` and `site watch`.
#include <fmt/format.h>

#include "controller/cli/render/display.h"
#include "controller/cli/render/site_view.h"

namespace karkara::cli {
namespace {

constexpr const char* kBatterySeries = "battery_volts";

Cell battery_cell(const v1::SiteSummary& site) {
  return site.has_battery_volts() ? Cell{format_number(site.battery_volts(), 2, "V")} : plain("");
}

std::int64_t later(std::int64_t age_ms, std::int64_t elapsed_ms) {
  return saturating_difference(age_ms, -elapsed_ms);
}

const v1::UplinkState* active_of(const v1::StateReport& report) {
  for (const v1::UplinkState& uplink : report.uplinks()) {
    if (uplink.id() == report.active_uplink()) {
      return &uplink;
    }
  }
  return nullptr;
}

}  // namespace

Table site_table(const std::vector<v1::SiteSummary>& sites) {
  Table table;
  table.columns = {{"SITE"},
                   {.head = "NAME", .shrinks = true},
                   {.head = "COMMUNE", .wide = true},
                   {"REGION"},
                   {"STATE"},
                   {"SINCE", Align::Right},
                   {"UPLINK"},
                   {"RTT", Align::Right},
                   {"BATT", Align::Right},
                   {"ALARMS", Align::Right},
                   {.head = "VERSION", .wide = true},
                   {.head = "ENROLLED", .wide = true},
                   {"AGE", Align::Right}};
  table.nothing = "No sites.";
  for (const v1::SiteSummary& summary : sites) {
    const v1::Site& site = summary.site();
    table.rows.push_back({{site.id(), Tone::Strong},
                          plain(site.name()),
                          plain(site.commune()),
                          plain(site.region()),
                          site_state_cell(summary.state()),
                          plain(summary.has_state_since_ms() ? format_age(summary.state_since_ms()) : ""),
                          plain(summary.active_uplink()),
                          rtt_cell(KARKARA_OPTIONAL(summary, rtt_seconds)),
                          battery_cell(summary),
                          alarm_count_cell(summary.alarms()),
                          plain(summary.agent_version()),
                          {summary.enrolled() ? "yes" : "no"},
                          age_cell(KARKARA_OPTIONAL(summary, age_ms))});
  }
  return table;
}

v1::SiteSummary summary_of(const v1::SiteDetail& detail, std::int64_t elapsed_ms) {
  v1::SiteSummary summary;
  *summary.mutable_site() = detail.site();
  summary.set_state(detail.state());
  if (detail.has_state_since_ms()) {
    summary.set_state_since_ms(later(detail.state_since_ms(), elapsed_ms));
  }
  if (detail.has_age_ms()) {
    summary.set_age_ms(later(detail.age_ms(), elapsed_ms));
  }
  summary.set_active_uplink(detail.report().active_uplink());
  if (const v1::UplinkState* active = active_of(detail.report()); active != nullptr && active->has_rtt_seconds()) {
    summary.set_rtt_seconds(active->rtt_seconds());
  }
  for (const v1::SeriesValue& value : detail.values()) {
    if (value.name() == kBatterySeries && value.has_value() && !summary.has_battery_volts()) {
      summary.set_battery_volts(value.value());
    }
  }
  summary.set_alarms(static_cast<std::uint32_t>(detail.alarms_size()));
  summary.set_agent_version(detail.agent_version());
  summary.set_enrolled(detail.enrolled());
  return summary;
}

}  // namespace karkara::cli
