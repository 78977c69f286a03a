#include "agent/power/snmp/snmp_device.h"

#include <algorithm>

#include "agent/devices/object_id.h"

namespace karkara {
namespace {

constexpr Duration kPatience = std::chrono::seconds{10};
constexpr Duration kDeadline = std::chrono::seconds{10};  // small agents take seconds for an answer
constexpr Duration kRecogniseAgain = std::chrono::minutes{5};
constexpr std::string_view kDevice = "device";

}  // namespace

SnmpDevice::SnmpDevice(const SnmpDeviceSettings& settings, SnmpPoll::Tables tables)
    : poll_{{settings.device, settings.target, settings.table, kDeadline}, std::move(tables)},
      clock_{settings.pace, kPatience} {}

Effects SnmpDevice::start(Instant now) {
  Effects effects;
  clock_.start(now);
  poll_.start(now);
  ask(now, effects);
  return effects;
}

void SnmpDevice::ask(Instant now, Effects& effects) {
  clock_.asked(now, kDeadline);
  effects.emplace_back(poll_.look());
}

Effects SnmpDevice::tick(Instant now) {
  Effects effects;
  if (clock_.is_due(now)) {
    if (now >= clock_.silent_at()) {
      poll_.forget();
    }
    ask(now, effects);
  }
  return effects;
}

Effects SnmpDevice::on(const SnmpAnswered& answered, Instant now) {
  if (!clock_.is_waiting()) {
    return {};  // late: that question was given up
  }
  PollResult result = poll_.on(answered, now);
  if (result.step == PollStep::Late) {
    return {};
  }
  if (result.step == PollStep::Failed) {
    clock_.answered(now, false);
    see_failure(answered.answer.error());
    return {};
  }
  if (result.step == PollStep::AskMore) {
    clock_.asked_more(now, kDeadline);
    return {std::move(*result.more)};
  }
  // An identity alone makes no old reading young again.
  clock_.answered(now, result.step != PollStep::Recognised);
  if (result.step == PollStep::Looked) {
    heard_at_ = now;
    take();
  } else {
    see_identity(result.step == PollStep::Unknown, now);
    heard_at_ = readings_.empty() ? now : heard_at_;
  }
  return {};
}

void SnmpDevice::see_failure(const Error& error) {
  trouble_ = error.text;
  const bool failed_a_check = error.code == ErrorCode::InvalidArgument || error.code == ErrorCode::DataLoss;
  bad_frames_ += failed_a_check ? 1 : 0;
}

// The readings of another device are not this one's.
void SnmpDevice::see_identity(bool unknown, Instant now) {
  if (unknown || poll_.readings().empty()) {
    readings_.clear();
  }
  trouble_ = unknown ? poll_.why_unknown(kDevice) : "";
  if (unknown) {
    clock_.ask_at(now + kRecogniseAgain);
  } else if (!clock_.ask_at_once(now)) {
    trouble_ = "another device answers each time";  // two have one address
  }
}

void SnmpDevice::take() {
  readings_ = poll_.readings();
  ++looks_;
  trouble_ =
      poll_.has_nothing() ? "the device answers, but has nothing of the device table '" + poll_.table()->id + "'" : "";
}

void SnmpDevice::use(SnmpPoll::Tables tables, Instant now) {
  const bool was_unknown = poll_.table() == nullptr;
  poll_.use(std::move(tables));
  if (was_unknown && !clock_.is_waiting()) {
    clock_.ask_at(now);  // whoever wrote a table waits for what it says
  }
}

std::string SnmpDevice::product() const {
  if (poll_.table() == nullptr) {
    return {};
  }
  const DeviceTable& table = *poll_.table();
  std::string text = table.title;
  // Without a word where to look, the first number of any description would be taken for a version.
  if (poll_.firmware() && !(table.firmware_oid.empty() && table.firmware_marker.empty())) {
    const char* before = ", ";
    for (const std::uint32_t part : poll_.firmware()->parts) {
      text += before + std::to_string(part);
      before = ".";
    }
  }
  return text;
}

CountedDevice SnmpDevice::counted() const {
  const ObjectId& kind = poll_.identity().sys_object_id;
  if (poll_.table() == nullptr) {
    return {};
  }
  return {kind.empty() ? poll_.table()->id : to_text(kind), {}};
}

std::optional<ObjectId> SnmpDevice::object_of(std::string_view quantity) const {
  if (poll_.table() == nullptr) {
    return {};
  }
  const auto& rows = poll_.table()->rows;
  const auto row = std::ranges::find(rows, quantity, &ObjectRow::quantity);
  return row != rows.end() && !row->first_of_column ? std::optional{row->oid} : std::nullopt;
}

}  // namespace karkara
