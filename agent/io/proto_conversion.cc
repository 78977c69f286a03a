#include "agent/io/proto_conversion.h"

#include <chrono>
#include <string>

#include "agent/io/frame_text.h"
#include "common/overloaded.h"

namespace karkara {
namespace {

constexpr std::size_t kMostReplyBytes = 512U << 10U;
constexpr std::size_t kLongestDone = kMostReplyBytes / 2;  // the record of decisions is one text of many lines

std::int64_t microseconds(WallTime at) {
  return at.since_epoch().count();
}

v1::UplinkState to_proto(const UplinkReport& uplink) {
  v1::UplinkState state;
  state.set_id(frame_text(uplink.id));
  state.set_kind(frame_text(uplink.kind));
  state.set_interface(frame_text(uplink.interface));
  state.set_state(frame_text(uplink.state));
  state.set_since_wall_time_us(microseconds(uplink.since));
  if (uplink.rtt_seconds) {
    state.set_rtt_seconds(*uplink.rtt_seconds);
  }
  if (uplink.loss_ratio) {
    state.set_loss_ratio(*uplink.loss_ratio);
  }
  state.set_evidence(frame_text(uplink.evidence));
  state.set_metered(uplink.metered);
  state.set_preference(uplink.preference);
  return state;
}

v1::CheckVerdict to_proto(CheckVerdict verdict) {
  switch (verdict) {
    case CheckVerdict::Pass: return v1::CHECK_VERDICT_PASS;
    case CheckVerdict::Warn: return v1::CHECK_VERDICT_WARN;
    case CheckVerdict::Fail: return v1::CHECK_VERDICT_FAIL;
  }
  return v1::CHECK_VERDICT_UNSPECIFIED;
}

v1::TunnelReport to_proto(const TunnelReport& tunnel) {
  v1::TunnelReport message;
  message.set_interface(frame_text(tunnel.interface));
  message.set_hub(frame_text(tunnel.hub));
  message.set_state(frame_text(tunnel.state));
  message.set_carries(tunnel.carries);
  return message;
}

}  // namespace

void silence_protobuf() {
  google::protobuf::SetLogHandler(nullptr);
}

v1::StateReport to_proto(const StateReport& report, WallTime at) {
  v1::StateReport message;
  message.set_wall_time_us(microseconds(at));
  message.set_active_uplink(frame_text(report.active_uplink));
  message.set_reason(frame_text(report.reason));
  for (const UplinkReport& uplink : report.uplinks) {
    *message.add_uplinks() = to_proto(uplink);
  }
  for (const ClassReport& one : report.classes) {
    v1::ClassState& state = *message.add_classes();
    state.set_id(frame_text(one.id));
    state.set_uplink(frame_text(one.uplink));
    state.set_reason(frame_text(one.reason));
  }
  if (report.tunnel) {
    *message.mutable_tunnel() = to_proto(*report.tunnel);
  }
  for (const MeshRadio& radio : report.mesh_radios) {
    v1::MeshRadio& told = *message.add_mesh_radios();
    told.set_interface(frame_text(radio.interface));
    told.set_mac(radio.mac);
    if (radio.frequency) {
      told.set_frequency_mhz(*radio.frequency);
    }
  }
  return message;
}

v1::AlarmEvent to_proto(const AlarmChange& change) {
  v1::AlarmEvent message;
  message.set_message(std::string{info(change.key.message).name});
  message.set_instance(frame_text(change.key.instance));
  message.set_raised(change.raised);
  message.set_wall_time_us(microseconds(change.at));
  for (const auto& [key, value] : change.fields) {
    v1::Field& field = *message.add_fields();
    field.set_key(frame_text(key));
    field.set_value(frame_text(value));
  }
  return message;
}

v1::LiveValue to_proto(const Sample& sample) {
  v1::LiveValue value;
  if (const SeriesInfo* series = find_series(sample.series)) {
    value.set_name(std::string{series->name});
    value.set_unit(std::string{series->unit});
  } else {
    value.set_name("series-" + std::to_string(static_cast<unsigned>(sample.series)));
  }
  value.set_instance(frame_text(sample.instance));
  std::visit(Overloaded{[&](double number) { value.set_value(number); },
                        [&](Absent reason) { value.set_absent(std::string{to_string(reason)}); }},
             sample.value);
  return value;
}

v1::SiteStatus to_proto(const SiteStatus& status, WallTime now) {
  v1::SiteStatus message;
  message.set_site_id(frame_text(status.site_id));
  message.set_site_name(frame_text(status.site_name));
  message.set_agent_version(frame_text(status.agent_version));
  message.set_agent_uptime_seconds(status.agent_uptime_seconds);
  message.set_session(frame_text(status.session));
  message.set_clock_trusted(status.clock_trusted);
  message.set_wall_time_us(microseconds(now));
  *message.mutable_state() = to_proto(status.state, now);
  for (const PowerSourceReport& source : status.power) {
    *message.add_power() = to_proto(source);
  }
  for (const AlarmChange& alarm : status.alarms) {
    *message.add_alarms() = to_proto(alarm);
  }
  message.set_spool_blocks(status.spool_blocks);
  message.set_spool_bytes(status.spool_bytes);
  for (const std::string& what : status.waiting) {
    message.add_waiting(frame_text(what));
  }
  return message;
}

v1::UplinkExplanation to_explanation(const StateReport& report) {
  v1::UplinkExplanation message;
  message.set_active(frame_text(report.active_uplink));
  message.set_reason(frame_text(report.reason));
  for (const UplinkReport& uplink : report.uplinks) {
    v1::UplinkCandidate& candidate = *message.add_candidates();
    *candidate.mutable_uplink() = to_proto(uplink);
    candidate.set_chosen(uplink.chosen);
    candidate.set_verdict(frame_text(uplink.verdict));
    for (const std::string& detail : uplink.details) {
      candidate.add_evidence(frame_text(detail));
    }
  }
  if (report.tunnel) {
    *message.mutable_tunnel() = to_proto(*report.tunnel);
    for (const std::string& detail : report.tunnel->details) {
      message.mutable_tunnel()->add_evidence(frame_text(detail));
    }
  }
  return message;
}

v1::Usage to_proto(const std::vector<UsageReport>& reports) {
  v1::Usage message;
  for (const UsageReport& report : reports) {
    v1::UplinkUsage& usage = *message.add_uplinks();
    usage.set_uplink(frame_text(report.uplink));
    usage.set_key(frame_text(report.key));
    usage.set_today_received(report.today.received);
    usage.set_today_sent(report.today.sent);
    usage.set_cycle_received(report.cycle.received);
    usage.set_cycle_sent(report.cycle.sent);
    usage.set_undated(report.undated.total());
    if (report.remaining) {
      usage.set_remaining(*report.remaining);
    }
    usage.set_sentence(frame_text(report.sentence));
    usage.set_probe_bytes_today(report.probe_bytes_today);
    usage.set_probe_bytes_a_day(report.probe_bytes_a_day);
    usage.set_anomalies(report.anomalies);
    if (!report.balance.empty()) {
      usage.set_balance(frame_text(report.balance));
    }
    if (report.spent) {
      usage.set_spent(report.spent->value());
    }
    if (report.spend_limit) {
      usage.set_spend_limit(report.spend_limit->value());
    }
  }
  return message;
}

v1::SiteCheck to_proto(const std::vector<CheckItem>& items) {
  v1::SiteCheck message;
  for (const CheckItem& item : items) {
    v1::CheckItem& told = *message.add_items();
    told.set_name(frame_text(item.name));
    told.set_verdict(to_proto(item.verdict));
    told.set_detail(frame_text(item.detail));
    told.set_advice(frame_text(item.advice));
  }
  return message;
}

v1::SiteReply to_reply(const AnswerRequest& answer, WallTime now) {
  v1::SiteReply reply;
  reply.set_id(answer.id);
  std::visit(Overloaded{
                 [&](const SiteStatus& status) { *reply.mutable_status() = to_proto(status, now); },
                 [&](const std::vector<Sample>& samples) {
                   v1::LiveValues& values = *reply.mutable_live_values();
                   for (const Sample& sample : samples) {
                     *values.add_values() = to_proto(sample);
                   }
                 },
                 [&](const StateReport& report) { *reply.mutable_explanation() = to_explanation(report); },
                 [&](const std::vector<UsageReport>& reports) { *reply.mutable_usage() = to_proto(reports); },
                 [&](const std::vector<CheckItem>& items) { *reply.mutable_check() = to_proto(items); },
                 [&](const ShapingReport& report) { *reply.mutable_shaping() = to_proto(report); },
                 [&](const PowerReport& report) { *reply.mutable_power() = to_proto(report); },
                 [&](const PowerHistoryReport& report) { *reply.mutable_power_history() = to_proto(report); },
                 [&](const MeshReport& report) { *reply.mutable_mesh() = to_proto(report); },
                 [&](const std::string& text) { reply.mutable_done()->set_text(frame_text(text, kLongestDone)); },
                 [&](const Error& error) { reply = to_reply(answer.id, error); },
             },
             answer.answer);
  if (reply.ByteSizeLong() > kMostReplyBytes) {
    return to_reply(answer.id, Error{ErrorCode::ResourceExhausted, "the answer is larger than 512 KiB"});
  }
  return reply;
}

v1::SiteReply to_reply(std::uint64_t id, const Error& error) {
  v1::SiteReply reply;
  reply.set_id(id);
  reply.set_code(static_cast<std::uint32_t>(error.code));
  reply.set_error(frame_text(error.text));
  return reply;
}

}  // namespace karkara
