#include "controller/cli/render/site_view.h"

#include <fmt/format.h>

#include "controller/cli/render/alarm_view.h"
#include "controller/cli/render/display.h"
#include "controller/cli/render/power_view.h"
#include "controller/cli/render/uplink_view.h"

namespace karkara::cli {
namespace {

std::string place_of(const v1::Site& site) {
  std::string place = site.commune();
  if (!site.region().empty()) {
    place += (place.empty() ? "" : ", ") + site.region();
  }
  if (site.has_latitude() && site.has_longitude()) {
    place += fmt::format("{}{:.4f} {:.4f}", place.empty() ? "" : " at ", site.latitude(), site.longitude());
  }
  if (site.has_mast_metres()) {
    place += fmt::format("{}mast {:.0f} m", place.empty() ? "" : ", ", site.mast_metres());
  }
  return place;
}

Cell state_cell(const v1::SiteDetail& detail) {
  Cell cell = site_state_cell(detail.state());
  if (detail.has_state_since_ms()) {
    cell.text += " for " + format_age(detail.state_since_ms());
  }
  return cell;
}

std::string enrolment_of(const v1::SiteDetail& detail) {
  if (!detail.enrolled()) {
    return "no: make a token with 'karkara enrol token " + detail.site().id() + "'";
  }
  if (!detail.has_certificate_expires_unix()) {
    return "yes";
  }
  constexpr std::int64_t kFarthest = INT64_MAX / 1000;
  const std::int64_t expires = detail.certificate_expires_unix();
  return "yes, certificate until " + (expires < kFarthest && expires > 0 ? format_time(expires * 1000) : "-");
}

Table active_alarms(const v1::SiteDetail& detail, Language language) {
  return alarm_table({detail.alarms().begin(), detail.alarms().end()}, language);
}

Table values_table() {
  Table table;
  table.columns = {{"SERIES"}, {"INSTANCE"}, {"VALUE"}, {"AGE", Align::Right}};
  table.nothing = "No value with such a name.";
  return table;
}

std::string waiting_of(const v1::SiteStatus& status) {
  std::string text;
  for (const std::string& what : status.waiting()) {
    text += (text.empty() ? "" : ", ") + what;
  }
  return text;
}

Table raised_table(const v1::SiteStatus& status) {
  Table table;
  table.columns = {{"ALARM"}, {"INSTANCE"}, {"AGE", Align::Right}, {.head = "FIELDS", .shrinks = true}};
  table.nothing = "No active alarms.";
  for (const v1::AlarmEvent& alarm : status.alarms()) {
    std::string fields;
    for (const v1::Field& field : alarm.fields()) {
      fields += (fields.empty() ? "" : " ") + field.key() + "=" + field.value();
    }
    const std::int64_t age_us = saturating_difference(status.wall_time_us(), alarm.wall_time_us());
    table.rows.push_back(
        {{alarm.message(), Tone::Bad}, plain(alarm.instance()), {format_age(age_us / 1000)}, plain(fields)});
  }
  return table;
}

}  // namespace

View site_list_view(const v1::ListSitesReply& reply) {
  View view{.kind = "SiteList", .value = value_of(reply), .list = "sites", .item = "SiteSummary", .sections = {}};
  view.sections.push_back({"", site_table({reply.sites().begin(), reply.sites().end()})});
  return view;
}

View site_view(const v1::SiteDetail& detail, Language language) {
  View view{.kind = "Site", .value = value_of(detail), .list = "", .item = "", .sections = {}};
  const v1::StateReport& report = detail.report();
  view.sections.push_back({fmt::format("{}  {}", detail.site().id(), detail.site().name()),
                           Facts{{"State", state_cell(detail)},
                                 {"Age", age_cell(KARKARA_OPTIONAL(detail, age_ms))},
                                 {"Session", {detail.session_open() ? "open" : "closed"}},
                                 {"Uplink", plain(report.active_uplink())},
                                 {"Why", plain(report.reason())},
                                 {"Place", plain(place_of(detail.site()))},
                                 {"Agent", plain(detail.agent_version())},
                                 {"Enrolled", plain(enrolment_of(detail))},
                                 {"Revision", {fmt::format("{}", detail.site().revision())}}}});
  if (detail.has_report()) {
    view.sections.push_back({fmt::format("Uplinks, {} old", format_age(detail.report_age_ms())),
                             uplink_table(report, detail.report_age_ms())});
  }
  for (Section& section : power_sections(detail)) {
    view.sections.push_back(std::move(section));
  }
  view.sections.push_back({"Alarms", active_alarms(detail, language)});
  return view;
}

View site_saved_view(const v1::Site& site, const std::string& deed) {
  return {.kind = "SiteRecord",
          .value = value_of(site),
          .list = "",
          .item = "",
          .sections = {{"", Facts{{"Site", plain(site.id())},
                                  {"Name", plain(site.name())},
                                  {"Place", plain(place_of(site))},
                                  {"Revision", {fmt::format("{} ({})", site.revision(), deed)}}}}}};
}

View status_view(const v1::SiteStatus& status) {
  View view{.kind = "SiteStatus", .value = value_of(status), .list = "", .item = "", .sections = {}};
  const v1::StateReport& report = status.state();
  view.sections.push_back(
      {fmt::format("{}  {}", status.site_id(), status.site_name()),
       Facts{{"Session", {status.session(), status.session() == "up" ? Tone::Good : Tone::Warn}},
             {"Uplink", report.active_uplink().empty() ? Cell{"none", Tone::Bad} : Cell{report.active_uplink()}},
             {"Why", plain(report.reason())},
             {"Waiting", plain(waiting_of(status))},
             {"Clock", status.clock_trusted() ? Cell{"trusted"} : Cell{"not trusted", Tone::Warn}},
             {"Agent",
              {fmt::format("{}, up for {}", status.agent_version().empty() ? "-" : status.agent_version(),
                           format_age(status.agent_uptime_seconds() > INT64_MAX / 1000
                                          ? INT64_MAX
                                          : std::max<std::int64_t>(status.agent_uptime_seconds(), 0) * 1000))}},
             {"Spool", {fmt::format("{} blocks, {} bytes", status.spool_blocks(), status.spool_bytes())}},
             {"Age", {"live"}}}});
  const std::int64_t report_age_us = saturating_difference(status.wall_time_us(), report.wall_time_us());
  view.sections.push_back({"Uplinks", uplink_table(report, report.wall_time_us() == 0 ? 0 : report_age_us / 1000)});
  for (Section& section : live_power_sections(status.power(), Readings::Series)) {
    view.sections.push_back(std::move(section));
  }
  view.sections.push_back({"Alarms", raised_table(status)});
  return view;
}

View live_values_view(const v1::LiveValues& values) {
  Table table = values_table();
  for (const v1::LiveValue& value : values.values()) {
    table.rows.push_back({plain(value.name()), plain(value.instance()),
                          reading_cell(value.name(), KARKARA_OPTIONAL(value, value), value.absent(), value.unit()),
                          Cell{"live"}});
  }
  return {.kind = "LiveValues",
          .value = value_of(values),
          .list = "values",
          .item = "LiveValue",
          .sections = {{"", std::move(table)}}};
}

View done_view(const v1::Done& done) {
  return {.kind = "Done",
          .value = value_of(done),
          .list = "",
          .item = "",
          .sections = {{"", Facts{{"Done", plain(done.text())}}}}};
}

View watched_site_view(const v1::SiteDetail& site) {
  return {.kind = "SiteDetail", .value = value_of(site), .list = "", .item = "", .sections = {}};
}

}  // namespace karkara::cli
