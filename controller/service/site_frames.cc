#include "controller/service/site_frames.h"

#include <algorithm>

#include "common/series.h"
#include "controller/store/memory_codec.h"

namespace karkara {
namespace {

constexpr int kMostUplinks = 32;
constexpr int kMostClasses = 16;
constexpr int kMostMeshRadios = 8;
constexpr int kMostFields = 32;
constexpr int kMostUsages = 64;  // a slot may have had several SIMs
constexpr int kMostCheckItems = 256;
constexpr int kMostDirections = 2 * kMostUplinks;
constexpr int kMostQuotas = 256;
constexpr int kMostHosts = 64;
constexpr int kMostLines = 64;  // of evidence, of obstacles
constexpr std::size_t kLongestText = 1000;
constexpr std::size_t kLongestName = 64;
constexpr std::size_t kLongestInstance = 128;

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

// "vsat", "vsat/down/health", "lan0.10", "02:00:00:00:01:00"; a site is refused for what no label should hold.
bool is_instance(const std::string& text) {
  return text.size() <= kLongestInstance && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                  c == '.' || c == ':' || c == '/';
         });
}

bool is_bounded(const v1::Usage& usage) {
  return usage.uplinks_size() <= kMostUsages &&
         std::all_of(usage.uplinks().begin(), usage.uplinks().end(), [](const v1::UplinkUsage& one) {
           return is_short(one.uplink()) && is_short(one.key()) && is_short(one.sentence()) && is_short(one.balance());
         });
}

bool is_bounded(const v1::SiteCheck& check) {
  return check.items_size() <= kMostCheckItems &&
         std::all_of(check.items().begin(), check.items().end(), [](const v1::CheckItem& item) {
           return is_short(item.name()) && is_short(item.detail()) && is_short(item.advice());
         });
}

template <class Texts>
bool are_bounded(const Texts& texts) {
  return texts.size() <= kMostLines && std::all_of(texts.begin(), texts.end(), is_short);
}

bool is_bounded(const v1::ShapedDirection& way) {
  return is_short(way.uplink()) && is_short(way.device()) && is_short(way.why_not()) && is_short(way.reason()) &&
         are_bounded(way.evidence()) && way.classes_size() <= kMostClasses &&
         std::all_of(way.classes().begin(), way.classes().end(),
                     [](const v1::ShapedClass& one) { return is_short(one.id()) && is_short(one.terms()); });
}

bool are_bounded_hosts(const v1::Shaping& shaping) {
  return is_short(shaping.hosts_unknown()) && shaping.hosts_size() <= kMostHosts &&
         std::all_of(shaping.hosts().begin(), shaping.hosts().end(),
                     [](const v1::ShapedHost& host) { return is_short(host.address()) && is_short(host.of_class()); });
}

bool is_bounded(const v1::Shaping& shaping) {
  const auto& ways = shaping.directions();
  const auto& quotas = shaping.quotas();
  return is_short(shaping.leaf()) && are_bounded_hosts(shaping) && are_bounded(shaping.obstacles()) &&
         ways.size() <= kMostDirections &&
         std::all_of(ways.begin(), ways.end(), [](const v1::ShapedDirection& way) { return is_bounded(way); }) &&
         quotas.size() <= kMostQuotas && std::all_of(quotas.begin(), quotas.end(), [](const v1::ClassQuota& quota) {
           return is_short(quota.id()) && is_short(quota.kind()) && is_short(quota.period());
         });
}

}  // namespace

Status check_report(const v1::StateReport& report) {
  if (report.uplinks_size() > kMostUplinks || report.classes_size() > kMostClasses ||
      !is_short(report.active_uplink()) || !is_short(report.reason())) {
    return bad("a state report beyond all bounds");
  }
  for (const v1::UplinkState& uplink : report.uplinks()) {
    if (!is_plain_name(uplink.id()) || !is_short(uplink.kind()) || !is_short(uplink.interface()) ||
        !is_short(uplink.state()) || !is_short(uplink.evidence())) {
      return bad("a state report with an uplink beyond all bounds");
    }
  }
  for (const v1::ClassState& one : report.classes()) {
    if (!is_plain_name(one.id()) || (!one.uplink().empty() && !is_plain_name(one.uplink())) ||
        !is_short(one.reason())) {
      return bad("a state report with a class beyond all bounds");
    }
  }
  const v1::TunnelReport& tunnel = report.tunnel();
  if (!is_short(tunnel.interface()) || !is_short(tunnel.hub()) || !is_short(tunnel.state()) ||
      tunnel.evidence_size() > 0) {
    return bad("a state report with a tunnel beyond all bounds");
  }
  const auto& radios = report.mesh_radios();
  if (radios.size() > kMostMeshRadios || !std::all_of(radios.begin(), radios.end(), [](const v1::MeshRadio& radio) {
        return is_short(radio.interface()) && is_short(radio.mac());
      })) {
    return bad("a state report with radios beyond all bounds");
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
    case v1::Data::kRevoked:
    case v1::Data::PAYLOAD_NOT_SET: break;
  }
  return bad("a frame that only a newer controller knows");
}

v1::SiteReply within_bounds(const v1::SiteReply& reply) {
  if (is_short(reply.error()) && is_bounded(reply.usage()) && is_bounded(reply.check()) &&
      is_bounded(reply.shaping())) {
    return reply;
  }
  v1::SiteReply refusal;
  refusal.set_id(reply.id());
  refusal.set_code(static_cast<std::uint32_t>(ErrorCode::DataLoss));
  refusal.set_error("the site's answer is beyond all bounds");
  return refusal;
}

std::vector<SiteSample> newest_samples(const BlockContent& block) {
  std::vector<SiteSample> samples;
  for (const Column& column : block.columns) {
    // They speak of a day, which a clock that is not to be trusted does not know.
    const bool each_counts = is_of_missed_day(column.series);
    const bool of_a_day = each_counts || column.series == SeriesId::ArrayClear;
    if (column.values.empty() || !is_instance(column.instance) || (of_a_day && !block.clock_trusted)) {
      continue;
    }
    for (std::size_t at = each_counts ? 0 : column.values.size() - 1; at < column.values.size(); ++at) {
      samples.push_back({{static_cast<std::uint16_t>(column.series), column.instance},
                         device_time(block.time_of(at).since_epoch().count()),
                         column.values[at]});
    }
  }
  return samples;
}

}  // namespace karkara
