#include "agent/devices/readings.h"

#include <algorithm>
#include <cstdint>

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
  return number != nullptr && *number >= row.only_when->least && *number <= row.only_when->most;
}

// The names of the bits that are set, in their order.
std::string names_of_bits(const ObjectRow& row, double number) {
  std::string names;
  auto left = static_cast<std::uint64_t>(number);
  for (unsigned bit = row.bits->from; left != 0; ++bit, left >>= 1U) {
    if ((left & 1U) == 0) {
      continue;
    }
    const auto word = std::ranges::find(row.words, static_cast<double>(bit), &DeviceWord::number);
    names += (names.empty() ? "" : ", ") + (word != row.words.end() ? word->word : "bit " + std::to_string(bit));
  }
  return names;
}

RowValue read_bits(const ObjectRow& row, const SnmpValue& value, const RawValue& raw) {
  double number = 0;
  if (const SnmpOctets* octets = std::get_if<SnmpOctets>(&value)) {
    number = bits_number(octets->bytes, *row.bits);
  } else if (const double* whole = std::get_if<double>(&raw); whole != nullptr && *whole >= 0 && *whole <= UINT32_MAX) {
    number = bits_number(static_cast<std::uint32_t>(*whole), *row.bits);
  } else {
    const Absent* reason = std::get_if<Absent>(&raw);
    return {reason != nullptr ? *reason : Absent::BadFrame};
  }
  QuantityRow unnamed = row;
  unnamed.words.clear();
  RowValue read = value_by_row(unnamed, number);
  if (has_value(read.value)) {
    read.word = names_of_bits(row, number);
  }
  return read;
}

RowValue read_row(const ObjectRow& row, const VarBinds& answer) {
  const SnmpValue* value = find_value(answer, row.oid, row.first_of_column);
  if (value == nullptr) {
    return {Absent::NoSuchObject};
  }
  if (row.bits) {
    return read_bits(row, *value, raw_value(*value, row.sign == RawSign::AsSent ? RawSign::Unsigned32 : row.sign));
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
