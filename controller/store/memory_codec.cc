#include "controller/store/memory_codec.h"

#include <algorithm>

#include "karkara/v1/stored.pb.h"

namespace karkara {
namespace {

constexpr std::int64_t kLatestDeviceTime = 7'258'118'400'000'000;  // 2200-01-01

std::int64_t microseconds(WallTime time) {
  return time.since_epoch().count();
}

template <class T>
std::optional<T> optional_of(bool has, T value) {
  return has ? std::optional{value} : std::nullopt;
}

SiteState state_of(std::uint32_t number) {
  return number <= static_cast<std::uint32_t>(SiteState::Unreachable) ? static_cast<SiteState>(number)
                                                                      : SiteState::Unknown;
}

Absent absent_of(std::uint32_t number) {
  return number <= static_cast<std::uint32_t>(Absent::NoSuchObject) ? static_cast<Absent>(number)
                                                                    : Absent::NotAvailable;
}

// Each number of a day beside its place in the message.
struct StoredNumber {
  DayNumber number;
  bool (v1::StoredChargerDay::*has)() const;
  std::uint32_t (v1::StoredChargerDay::*get)() const;
  void (v1::StoredChargerDay::*set)(std::uint32_t);
};
using Stored = v1::StoredChargerDay;
constexpr StoredNumber kStoredNumbers[] = {
    {DayNumber::Yield, &Stored::has_yield, &Stored::yield, &Stored::set_yield},
    {DayNumber::Load, &Stored::has_load, &Stored::load, &Stored::set_load},
    {DayNumber::PanelMost, &Stored::has_panel_most, &Stored::panel_most, &Stored::set_panel_most},
    {DayNumber::BatteryMost, &Stored::has_battery_most, &Stored::battery_most, &Stored::set_battery_most},
    {DayNumber::BatteryLeast, &Stored::has_battery_least, &Stored::battery_least, &Stored::set_battery_least},
    {DayNumber::Bulk, &Stored::has_bulk, &Stored::bulk, &Stored::set_bulk},
    {DayNumber::Absorption, &Stored::has_absorption, &Stored::absorption, &Stored::set_absorption},
    {DayNumber::Float, &Stored::has_floating, &Stored::floating, &Stored::set_floating},
    {DayNumber::Error, &Stored::has_error, &Stored::error, &Stored::set_error},
};

void add_told_days(const ToldDays& told, v1::StoredMemory& stored) {
  for (const auto& [charger, days] : told.chargers()) {
    for (const ToldDay& day : days) {
      v1::StoredChargerDay& message = *stored.add_charger_days();
      message.set_charger(charger);
      message.set_day(day.day);
      message.set_missed(day.missed);
      for (const StoredNumber& row : kStoredNumbers) {
        if (const auto number = day.number(row.number)) {
          (message.*row.set)(*number);
        }
      }
      if (day.total != ToldDay::kNoTotal) {
        message.set_total(day.total);
        message.set_total_minute(day.total_minute);
      }
    }
  }
}

// What cannot be is left out; the day itself is checked where it is restored.
ToldDay told_day_of(const v1::StoredChargerDay& message) {
  constexpr std::int64_t kLatestDay = 1'000'000;
  ToldDay day;
  day.day = message.day() >= 0 && message.day() <= kLatestDay ? static_cast<std::int32_t>(message.day()) : -1;
  day.missed = message.missed();
  for (const StoredNumber& row : kStoredNumbers) {
    if ((message.*row.has)() && (message.*row.get)() < ToldDay::kNone) {
      day.numbers[static_cast<std::size_t>(row.number)] = static_cast<std::uint16_t>((message.*row.get)());
    }
  }
  if (message.has_total()) {
    day.total = message.total();
    day.total_minute = static_cast<std::uint16_t>(std::min(message.total_minute(), 0xFFFFU));
  }
  return day;
}

}  // namespace

WallTime device_time(std::int64_t microseconds_since_epoch) {
  return WallTime{std::chrono::microseconds{std::clamp<std::int64_t>(microseconds_since_epoch, 0, kLatestDeviceTime)}};
}

SiteReport to_report(const v1::StateReport& message) {
  SiteReport report{device_time(message.wall_time_us()), message.active_uplink(), {}, message.reason()};
  for (const v1::UplinkState& uplink : message.uplinks()) {
    report.uplinks.push_back({uplink.id(), uplink.kind(), uplink.interface(), uplink.state(),
                              device_time(uplink.since_wall_time_us()),
                              optional_of(uplink.has_rtt_seconds(), uplink.rtt_seconds()),
                              optional_of(uplink.has_loss_ratio(), uplink.loss_ratio()), uplink.evidence(),
                              uplink.metered(), uplink.preference()});
  }
  for (const v1::ClassState& one : message.classes()) {
    report.classes.push_back({one.id(), one.uplink(), one.reason()});
  }
  if (message.has_tunnel()) {
    const v1::TunnelReport& tunnel = message.tunnel();
    report.tunnel = ReportedTunnel{tunnel.interface(), tunnel.hub(), tunnel.state(), tunnel.carries()};
  }
  for (const v1::MeshRadio& radio : message.mesh_radios()) {
    report.mesh_radios.push_back(
        {radio.interface(), radio.mac(), optional_of(radio.has_frequency_mhz(), radio.frequency_mhz())});
  }
  return report;
}

v1::StateReport to_message(const SiteReport& report) {
  v1::StateReport message;
  message.set_wall_time_us(microseconds(report.device_time));
  message.set_active_uplink(report.active_uplink);
  message.set_reason(report.reason);
  for (const ReportedUplink& uplink : report.uplinks) {
    v1::UplinkState& to = *message.add_uplinks();
    to.set_id(uplink.id);
    to.set_kind(uplink.kind);
    to.set_interface(uplink.interface);
    to.set_state(uplink.state);
    to.set_since_wall_time_us(microseconds(uplink.since));
    if (uplink.rtt_seconds) {
      to.set_rtt_seconds(*uplink.rtt_seconds);
    }
    if (uplink.loss_ratio) {
      to.set_loss_ratio(*uplink.loss_ratio);
    }
    to.set_evidence(uplink.evidence);
    to.set_metered(uplink.metered);
    to.set_preference(uplink.preference);
  }
  for (const ReportedClass& one : report.classes) {
    v1::ClassState& to = *message.add_classes();
    to.set_id(one.id);
    to.set_uplink(one.uplink);
    to.set_reason(one.reason);
  }
  if (report.tunnel) {
    v1::TunnelReport& to = *message.mutable_tunnel();
    to.set_interface(report.tunnel->interface);
    to.set_hub(report.tunnel->hub);
    to.set_state(report.tunnel->state);
    to.set_carries(report.tunnel->carries);
  }
  for (const ReportedMeshRadio& radio : report.mesh_radios) {
    v1::MeshRadio& to = *message.add_mesh_radios();
    to.set_interface(radio.interface);
    to.set_mac(radio.mac);
    if (radio.frequency_mhz) {
      to.set_frequency_mhz(*radio.frequency_mhz);
    }
  }
  return message;
}

Fields to_fields(const google::protobuf::RepeatedPtrField<v1::Field>& messages) {
  Fields fields;
  for (const v1::Field& field : messages) {
    fields.emplace_back(field.key(), field.value());
  }
  return fields;
}

void add_fields(const Fields& fields, google::protobuf::RepeatedPtrField<v1::Field>& messages) {
  for (const auto& [key, value] : fields) {
    v1::Field& field = *messages.Add();
    field.set_key(key);
    field.set_value(value);
  }
}

std::string encode_memory(const SiteMemory& memory) {
  v1::StoredMemory stored;
  stored.set_state(static_cast<std::uint32_t>(memory.state));
  stored.set_state_since_us(microseconds(memory.state_since));
  if (memory.heard) {
    stored.set_heard_us(microseconds(*memory.heard));
  }
  stored.set_agent_version(memory.agent_version);
  if (memory.report) {
    *stored.mutable_report() = to_message(*memory.report);
    stored.set_report_received_us(microseconds(memory.report_received));
  }
  for (const SiteSample& sample : memory.values) {
    v1::StoredValue& value = *stored.add_values();
    value.set_series(sample.key.series);
    value.set_instance(sample.key.instance);
    value.set_measured_us(microseconds(sample.measured));
    if (const double* number = std::get_if<double>(&sample.value)) {
      value.set_value(*number);
    } else {
      value.set_absent(static_cast<std::uint32_t>(std::get<Absent>(sample.value)));
    }
  }
  if (memory.array_days.newest() != ArrayDays::kNoDay) {
    v1::StoredArrayDays& days = *stored.mutable_array_days();
    days.set_newest_day(memory.array_days.newest());
    const auto& levels = memory.array_days.tenth_watts();
    days.mutable_tenth_watts()->Add(levels.begin(), levels.end());
  }
  add_told_days(memory.told_days, stored);
  return stored.SerializeAsString();
}

Result<SiteMemory> decode_memory(std::string_view bytes, const SiteId& site) {
  v1::StoredMemory stored;
  if (!stored.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Error{ErrorCode::DataLoss, "the last known of " + site.text() + " is unreadable"};
  }
  SiteMemory memory;
  memory.site = site;
  memory.state = state_of(stored.state());
  memory.state_since = device_time(stored.state_since_us());
  if (stored.has_heard_us()) {
    memory.heard = device_time(stored.heard_us());
  }
  memory.agent_version = stored.agent_version();
  if (stored.has_report()) {
    memory.report = to_report(stored.report());
    memory.report_received = device_time(stored.report_received_us());
  }
  for (const v1::StoredValue& value : stored.values()) {
    memory.values.push_back({{static_cast<std::uint16_t>(value.series()), value.instance()},
                             device_time(value.measured_us()),
                             value.has_value() ? Value{value.value()} : Value{absent_of(value.absent())}});
  }
  if (stored.has_array_days()) {
    const auto& levels = stored.array_days().tenth_watts();
    memory.array_days.restore(stored.array_days().newest_day(), {levels.begin(), levels.end()});
  }
  for (const v1::StoredChargerDay& day : stored.charger_days()) {
    memory.told_days.restore(day.charger(), told_day_of(day));
  }
  return memory;
}

std::string encode_fields(const Fields& fields) {
  v1::StoredFields stored;
  add_fields(fields, *stored.mutable_fields());
  return stored.SerializeAsString();
}

Fields decode_fields(std::string_view bytes) {
  v1::StoredFields stored;
  stored.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
  return to_fields(stored.fields());
}

}  // namespace karkara
