// What shaping does, as a message: to_proto() of proto_conversion.h.
#include <cmath>
#include <cstdint>
#include <optional>

#include "agent/io/frame_text.h"
#include "agent/io/proto_conversion.h"

namespace karkara {
namespace {

// A rate that came of a division may be anything.
std::uint64_t whole_bits(double rate) {
  constexpr double kMost = 1e18;
  if (!(rate > 0)) {
    return 0;
  }
  return rate < kMost ? static_cast<std::uint64_t>(std::llround(rate)) : static_cast<std::uint64_t>(kMost);
}

bool is_measured(const std::optional<double>& value) {
  return value && std::isfinite(*value);
}

v1::ShapedClass to_proto(const ShapedClassReport& report) {
  v1::ShapedClass message;
  message.set_id(frame_text(report.id));
  message.set_guarantee(whole_bits(report.guarantee));
  message.set_ceiling(whole_bits(report.ceiling));
  message.set_priority(report.priority);
  message.set_terms(frame_text(report.terms));
  if (is_measured(report.carried)) {
    message.set_carried(whole_bits(*report.carried));
  }
  if (is_measured(report.drops)) {
    message.set_drops(*report.drops);
  }
  message.set_backlog(report.backlog);
  if (is_measured(report.delay_seconds)) {
    message.set_delay_seconds(*report.delay_seconds);
  }
  message.set_bytes(report.bytes);
  return message;
}

v1::ShapedDirection to_proto(const ShapedDirectionReport& report) {
  v1::ShapedDirection message;
  message.set_uplink(frame_text(report.uplink));
  message.set_download(report.download);
  message.set_device(frame_text(report.device));
  message.set_shaped(report.shaped);
  message.set_why_not(frame_text(report.why_not));
  message.set_rate(whole_bits(report.rate));
  message.set_floor(whole_bits(report.floor));
  message.set_base(whole_bits(report.base));
  message.set_most(whole_bits(report.most));
  message.set_adaptive(report.adaptive);
  message.set_reason(frame_text(report.reason));
  message.set_since_seconds(report.since_seconds);
  if (is_measured(report.carried)) {
    message.set_carried(whole_bits(*report.carried));
  }
  if (is_measured(report.added_delay_seconds)) {
    message.set_added_delay_seconds(*report.added_delay_seconds);
  }
  for (const std::string& line : report.evidence) {
    message.add_evidence(frame_text(line));
  }
  for (const ShapedClassReport& one : report.classes) {
    *message.add_classes() = to_proto(one);
  }
  return message;
}

v1::ClassQuota to_proto(const ClassQuotaReport& report) {
  v1::ClassQuota message;
  message.set_id(frame_text(report.id));
  message.set_kind(frame_text(report.kind));
  message.set_period(frame_text(report.period));
  message.set_used(report.used);
  message.set_limit(report.limit);
  if (is_measured(report.ceiling_percent)) {
    message.set_ceiling_percent(*report.ceiling_percent);
  }
  return message;
}

v1::ShapedHost to_proto(const ShapedHostReport& report) {
  v1::ShapedHost message;
  message.set_address(frame_text(report.address));
  message.set_of_class(frame_text(report.of_class));
  if (is_measured(report.down)) {
    message.set_down(whole_bits(*report.down));
  }
  if (is_measured(report.up)) {
    message.set_up(whole_bits(*report.up));
  }
  message.set_bytes(report.bytes);
  return message;
}

}  // namespace

v1::Shaping to_proto(const ShapingReport& report) {
  v1::Shaping message;
  message.set_enabled(report.enabled);
  message.set_leaf(frame_text(report.leaf));
  for (const std::string& obstacle : report.obstacles) {
    message.add_obstacles(frame_text(obstacle));
  }
  for (const ShapedDirectionReport& way : report.directions) {
    *message.add_directions() = to_proto(way);
  }
  for (const ClassQuotaReport& quota : report.quotas) {
    *message.add_quotas() = to_proto(quota);
  }
  for (const ShapedHostReport& host : report.hosts) {
    *message.add_hosts() = to_proto(host);
  }
  message.set_hosts_unknown(frame_text(report.hosts_unknown));
  return message;
}

}  // namespace karkara
