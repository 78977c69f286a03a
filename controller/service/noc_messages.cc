#include "controller/service/noc_messages.h"

#include <algorithm>

#include "common/series.h"
#include "controller/service/soiling_messages.h"
#include "controller/store/memory_codec.h"

namespace karkara {
namespace {

std::int64_t milliseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}
std::int64_t unix_ms(WallTime time) {
  return milliseconds(Duration{time.since_epoch()});
}

v1::SeriesValue to_message(const SeriesKey& key, const LatestValue& latest, Instant now) {
  v1::SeriesValue message;
  const SeriesInfo* known = find_series(static_cast<SeriesId>(key.series));
  message.set_name(known != nullptr ? std::string{known->name} : "series_" + std::to_string(key.series));
  message.set_unit(known != nullptr ? std::string{known->unit} : "");
  message.set_instance(key.instance);
  if (const double* number = std::get_if<double>(&latest.value)) {
    message.set_value(*number);
  } else {
    message.set_absent(std::string{to_string(std::get<Absent>(latest.value))});
  }
  message.set_age_ms(milliseconds(latest.age(now)));
  return message;
}

std::optional<double> latest_of(const SiteView& view, SeriesId series, const std::string& instance) {
  const LatestValue* latest = view.values.find({static_cast<std::uint16_t>(series), instance});
  return latest != nullptr && has_value(latest->value) ? std::optional{std::get<double>(latest->value)} : std::nullopt;
}

// Telemetry tells it each minute, a report only when something changed.
std::optional<double> rtt_of(const SiteView& view, const std::string& uplink) {
  if (const auto latest = latest_of(view, SeriesId::UplinkRtt, uplink)) {
    return latest;
  }
  const ReportedUplink* reported = active_uplink(view);
  return reported != nullptr ? reported->rtt_seconds : std::nullopt;
}

}  // namespace

v1::SiteState to_message(SiteState state) {
  switch (state) {
    case SiteState::Unknown: return v1::SITE_STATE_UNKNOWN;
    case SiteState::Up: return v1::SITE_STATE_UP;
    case SiteState::Degraded: return v1::SITE_STATE_DEGRADED;
    case SiteState::Unreachable: return v1::SITE_STATE_UNREACHABLE;
  }
  return v1::SITE_STATE_UNKNOWN;
}

v1::Site to_message(const SiteRecord& record) {
  v1::Site message;
  message.set_id(record.id.text());
  message.set_name(record.name);
  message.set_commune(record.commune);
  message.set_region(record.region);
  if (record.latitude) {
    message.set_latitude(record.latitude->value());
  }
  if (record.longitude) {
    message.set_longitude(record.longitude->value());
  }
  if (record.mast) {
    message.set_mast_metres(record.mast->value());
  }
  message.set_revision(record.revision);
  return message;
}

v1::Alarm to_message(const AlarmRecord& alarm, WallTime now) {
  v1::Alarm message;
  message.set_id(alarm.id);
  message.set_site_id(alarm.site.text());
  message.set_message(alarm.key.message);
  message.set_level(std::string{to_string(alarm.level)});
  message.set_instance(alarm.key.instance);
  message.set_active(alarm.active);
  message.set_raised_unix_ms(unix_ms(alarm.raised));
  if (alarm.cleared) {
    message.set_cleared_unix_ms(unix_ms(*alarm.cleared));
  }
  message.set_received_unix_ms(unix_ms(alarm.received));
  message.set_age_ms(std::max<std::int64_t>(0, unix_ms(now) - unix_ms(alarm.raised)));
  add_fields(alarm.fields, *message.mutable_fields());
  if (const MessageInfo* known = find_message(alarm.key.message)) {
    message.set_text(std::string{known->english});
    message.set_advice(std::string{known->advice});
    message.set_text_french(std::string{known->french});
  }
  return message;
}

v1::AuditEntry to_message(const AuditRow& row) {
  v1::AuditEntry message;
  message.set_id(row.id);
  message.set_unix_ms(unix_ms(row.at));
  message.set_who(row.entry.who);
  message.set_verb(row.entry.verb);
  message.set_object(row.entry.object);
  message.set_outcome(row.entry.outcome);
  message.set_detail(row.entry.detail);
  return message;
}

v1::SiteSummary summary_of(const SiteView& view, Moment now) {
  v1::SiteSummary summary;
  *summary.mutable_site() = to_message(view.record);
  summary.set_state(to_message(view.state));
  summary.set_state_since_ms(milliseconds(now.at - view.state_since));
  if (view.heard) {
    summary.set_age_ms(milliseconds(now.at - *view.heard));
  }
  if (view.report && !view.report->active_uplink.empty()) {
    summary.set_active_uplink(view.report->active_uplink);
    if (const auto rtt = rtt_of(view, view.report->active_uplink)) {
      summary.set_rtt_seconds(*rtt);
    }
  }
  if (const LatestValue* volts = view.values.freshest_number(static_cast<std::uint16_t>(SeriesId::BatteryVoltage))) {
    summary.set_battery_volts(std::get<double>(volts->value));
  }
  summary.set_alarms(static_cast<std::uint32_t>(view.alarms.active().size()));
  summary.set_agent_version(view.agent_version);
  summary.set_enrolled(view.certificate_expires.has_value());
  return summary;
}

v1::SiteDetail detail_of(const SiteView& view, Moment now) {
  v1::SiteDetail detail;
  *detail.mutable_site() = to_message(view.record);
  detail.set_state(to_message(view.state));
  if (view.heard) {
    detail.set_age_ms(milliseconds(now.at - *view.heard));
  }
  detail.set_state_since_ms(milliseconds(now.at - view.state_since));
  detail.set_enrolled(view.certificate_expires.has_value());
  detail.set_agent_version(view.agent_version);
  if (view.report) {
    *detail.mutable_report() = to_message(*view.report);
    detail.set_report_age_ms(milliseconds(now.at - view.report_received));
  }
  for (const auto& [key, latest] : view.values.all()) {
    *detail.add_values() = to_message(key, latest, now.at);
  }
  for (const auto& [key, alarm] : view.alarms.active()) {
    v1::Alarm& message = *detail.add_alarms();
    message = to_message(alarm, now.wall);
    add_neighbours_word(view, message);
  }
  detail.set_session_open(view.session_open);
  if (view.certificate_expires) {
    detail.set_certificate_expires_unix(view.certificate_expires->seconds());
  }
  return detail;
}

void add_uplinks(const SiteView& view, Moment now, const std::set<std::string>& states, v1::ListUplinksReply& reply) {
  if (!view.report) {
    return;
  }
  const v1::StateReport report = to_message(*view.report);
  for (const v1::UplinkState& uplink : report.uplinks()) {
    if (!states.empty() && !states.contains(uplink.state())) {
      continue;
    }
    v1::SiteUplink& line = *reply.add_uplinks();
    line.set_site_id(view.record.id.text());
    line.set_region(view.record.region);
    line.set_site_state(to_message(view.state));
    *line.mutable_uplink() = uplink;
    if (const auto rtt = latest_of(view, SeriesId::UplinkRtt, uplink.id())) {
      line.mutable_uplink()->set_rtt_seconds(*rtt);
    }
    if (const auto loss = latest_of(view, SeriesId::UplinkLoss, uplink.id())) {
      line.mutable_uplink()->set_loss_ratio(*loss);
    }
    line.set_active(uplink.id() == report.active_uplink());
    for (const v1::ClassState& one : report.classes()) {
      if (one.uplink() == uplink.id()) {
        line.add_classes(one.id());
      }
    }
    line.set_report_age_ms(milliseconds(now.at - view.report_received));
    line.set_report_wall_time_us(report.wall_time_us());
  }
}

}  // namespace karkara
