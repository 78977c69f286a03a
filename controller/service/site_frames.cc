#include "controller/service/site_frames.h"

#include <algorithm>

#include "controller/store/memory_codec.h"

namespace karkara {
namespace {

constexpr int kMostUplinks = 32;
constexpr int kMostFields = 32;
constexpr std::size_t kLongestText = 1000;
constexpr std::size_t kLongestName = 64;

Error bad(const char* what) {
  return {ErrorCode::InvalidArgument, what};
}

bool is_short(const std::string& text) {
  return text.size() <= kLongestText;
}

// "UPLINK_DOWN", also of a message that this program does not know.
bool is_message_name(const std::string& text) {
  return !text.empty() && text.size() <= kLongestName && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool is_instance(const std::string& text) {
  return text.empty() || is_plain_name(text);
}

}  // namespace

Status check_report(const v1::StateReport& report) {
  if (report.uplinks_size() > kMostUplinks || !is_short(report.active_uplink()) || !is_short(report.reason())) {
    return bad("a state report beyond all bounds");
  }
  for (const v1::UplinkState& uplink : report.uplinks()) {
    if (!is_plain_name(uplink.id()) || !is_short(uplink.kind()) || !is_short(uplink.interface()) ||
        !is_short(uplink.state()) || !is_short(uplink.evidence())) {
      return bad("a state report with an uplink beyond all bounds");
    }
  }
  return {};
}

Result<SiteGreeted> to_greeting(const SiteId& site, const v1::Hello& hello) {
  if (Status report = check_report(hello.state()); !report) {
    return report.error();
  }
  if (!is_short(hello.agent_version()) || hello.active_alarms_size() > static_cast<int>(AlarmBook::kMostActive)) {
    return bad("a hello beyond all bounds");
  }
  SiteGreeted greeting{site, hello.agent_version(), to_report(hello.state()), {}, device_time(hello.wall_time_us())};
  greeting.session = hello.session_nonce();
  for (const v1::ActiveAlarm& alarm : hello.active_alarms()) {
    if (!is_message_name(alarm.message()) || !is_instance(alarm.instance())) {
      return bad("a hello with an alarm that has no name");
    }
    greeting.active_alarms.push_back({alarm.message(), alarm.instance()});
  }
  return greeting;
}

Result<AlarmSignal> to_signal(const v1::AlarmEvent& event) {
  if (!is_message_name(event.message()) || !is_instance(event.instance()) || event.fields_size() > kMostFields) {
    return bad("an alarm that has no name");
  }
  for (const v1::Field& field : event.fields()) {
    if (!is_short(field.key()) || !is_short(field.value())) {
      return bad("an alarm with a field beyond all bounds");
    }
  }
  return AlarmSignal{{event.message(), event.instance()},
                     event.raised(),
                     device_time(event.wall_time_us()),
                     to_fields(event.fields())};
}

Status check_class(const v1::Data& data) {
  switch (data.payload_case()) {
    case v1::Data::kState:
    case v1::Data::kReply:
      return data.frame_class() == v1::FRAME_CLASS_CONTROL ? Status{} : bad("a control frame in another class");
    case v1::Data::kAlarm:
      return data.frame_class() == v1::FRAME_CLASS_ALARM ? Status{} : bad("an alarm in another class");
    case v1::Data::kBlock:
      return data.frame_class() == v1::FRAME_CLASS_TELEMETRY ? Status{} : bad("a block in another class");
    case v1::Data::kRequest:
    case v1::Data::PAYLOAD_NOT_SET: break;
  }
  return bad("a frame that only a newer controller knows");
}

std::vector<SiteSample> newest_samples(const BlockContent& block) {
  std::vector<SiteSample> samples;
  for (const Column& column : block.columns) {
    if (!column.values.empty() && is_instance(column.instance)) {
      const WallTime measured = block.time_of(column.values.size() - 1);
      samples.push_back({{static_cast<std::uint16_t>(column.series), column.instance},
                         device_time(measured.since_epoch().count()),
                         column.values.back()});
    }
  }
  return samples;
}

}  // namespace karkara
