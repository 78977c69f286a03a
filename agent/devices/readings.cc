#include "agent/devices/readings.h"

#include <algorithm>

#include "agent/devices/object_id.h"
#include "agent/devices/raw_value.h"
#include "agent/devices/row_value.h"

namespace karkara {
namespace {

const SnmpValue* find_value(const VarBinds& answer, const ObjectId& oid, bool column) {
  const auto found = std::ranges::find_if(answer, [&](const VarBind& bind) {
    return column ? bind.oid.size() > oid.size() && is_within(bind.oid, oid) : bind.oid == oid;
  });
  return found != answer.end() ? &found->value : nullptr;
}

bool holds(const ObjectRow& row, const VarBinds& answer) {
  if (!row.only_when) {
    return true;
  }
  const SnmpValue* value = find_value(answer, row.only_when->oid, false);
  const RawValue raw = value != nullptr ? raw_value(*value, RawSign::AsSent) : RawValue{Absent::NoSuchObject};
  const double* number = std::get_if<double>(&raw);
  return number != nullptr && *number == row.only_when->number;
}

RowValue read_row(const ObjectRow& row, const VarBinds& answer) {
  const SnmpValue* value = find_value(answer, row.oid, row.first_of_column);
  if (value == nullptr) {
    return {Absent::NoSuchObject};
  }
  const RawValue raw = raw_value(*value, row.sign);
  if (const Absent* reason = std::get_if<Absent>(&raw)) {
    return {*reason};
  }
  if (const double* number = std::get_if<double>(&raw)) {
    return value_by_row(row, *number);
  }
  return value_by_row(row, *std::get_if<std::string_view>(&raw));
}

}  // namespace

QuantityReadings readings(const DeviceTable& table, const VarBinds& answer,
                          const std::optional<FirmwareVersion>& firmware) {
  QuantityReadings all;
  for (const ObjectRow& row : table.rows) {
    add_reading(
        all, row,
        row.firmware.holds(firmware) && holds(row, answer) ? read_row(row, answer) : RowValue{Absent::NotImplemented});
  }
  return all;
}

const QuantityReading* find_reading(const QuantityReadings& all, std::string_view quantity) {
  const auto found = std::ranges::find(all, quantity, &QuantityReading::quantity);
  return found != all.end() ? &*found : nullptr;
}

std::optional<double> number_of(const QuantityReadings& all, std::string_view quantity) {
  const QuantityReading* reading = find_reading(all, quantity);
  const double* number = reading != nullptr ? std::get_if<double>(&reading->value) : nullptr;
  return number != nullptr ? std::optional{*number} : std::nullopt;
}

std::optional<FirmwareVersion> firmware_of(const DeviceTable& table, const DeviceIdentity& identity,
                                           const VarBinds& answer) {
  if (table.firmware_oid.empty()) {
    return version_in(identity.description, table.firmware_marker);
  }
  const SnmpValue* value = find_value(answer, table.firmware_oid, table.firmware_is_column);
  const SnmpOctets* text = value != nullptr ? std::get_if<SnmpOctets>(value) : nullptr;
  return text != nullptr ? version_in(text->bytes, table.firmware_marker) : std::nullopt;
}

}  // namespace karkara
