#include "agent/devices/readings.h"

#include <algorithm>
#include <cmath>

#include "agent/devices/object_id.h"
#include "agent/devices/raw_value.h"

namespace karkara {
namespace {

const SnmpValue* find_value(const VarBinds& answer, const ObjectId& oid, bool column) {
  const auto found = std::ranges::find_if(answer, [&](const VarBind& bind) {
    return column ? bind.oid.size() > oid.size() && is_within(bind.oid, oid) : bind.oid == oid;
  });
  return found != answer.end() ? &found->value : nullptr;
}

bool is_within(double value, const PlausibleRange& range) {
  return value >= range.least && value <= range.most;
}

Value scaled(const ObjectRow& row, double raw) {
  if (std::ranges::find(row.absent_numbers, raw) != row.absent_numbers.end()) {
    return Absent::NotAvailable;
  }
  if (row.true_when) {
    return is_within(raw, *row.true_when) ? 1.0 : 0.0;
  }
  const double value = raw * row.scale + row.offset;
  if (!std::isfinite(value) || (row.plausible && !is_within(value, *row.plausible))) {
    return Absent::OutOfRange;
  }
  return value;
}

Value read_row(const ObjectRow& row, const VarBinds& answer) {
  const SnmpValue* value = find_value(answer, row.oid, row.first_of_column);
  if (value == nullptr) {
    return Absent::NoSuchObject;
  }
  const RawValue raw = raw_value(*value, row.sign);
  if (const Absent* reason = std::get_if<Absent>(&raw)) {
    return *reason;
  }
  if (const double* number = std::get_if<double>(&raw)) {
    return scaled(row, *number);
  }
  const Value from_text = read_text(row, *std::get_if<std::string_view>(&raw));
  const double* number = std::get_if<double>(&from_text);
  return number != nullptr ? scaled(row, *number) : from_text;
}

std::string word_for(const ObjectRow& row, const Value& value) {
  const double* number = std::get_if<double>(&value);
  if (number == nullptr) {
    return {};
  }
  const auto found = std::ranges::find(row.words, *number, &DeviceWord::number);
  return found != row.words.end() ? found->word : std::string{};
}

QuantityReading* find_mutable(QuantityReadings& all, std::string_view quantity) {
  const auto found = std::ranges::find(all, quantity, &QuantityReading::quantity);
  return found != all.end() ? &*found : nullptr;
}

}  // namespace

QuantityReadings readings(const DeviceTable& table, const VarBinds& answer,
                          const std::optional<FirmwareVersion>& firmware) {
  QuantityReadings all;
  for (const ObjectRow& row : table.rows) {
    const Value value = row.firmware.holds(firmware) ? read_row(row, answer) : Value{Absent::NotImplemented};
    QuantityReading* known = find_mutable(all, row.quantity);
    if (known == nullptr) {
      all.push_back({row.quantity, row.unit, value, word_for(row, value), row.counter_bits});
      continue;
    }
    if (has_value(known->value)) {
      continue;
    }
    const bool other_firmware = known->value == Value{Absent::NotImplemented};
    if (has_value(value) || other_firmware) {
      *known = {row.quantity, row.unit, value, word_for(row, value), row.counter_bits};
    }
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
