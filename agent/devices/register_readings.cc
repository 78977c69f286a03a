#include "agent/devices/register_readings.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "agent/devices/number_text.h"
#include "agent/devices/register_blocks.h"
#include "agent/devices/row_value.h"

namespace karkara {
namespace {

using Registers = std::span<const std::uint16_t>;

std::uint32_t word_pair(std::uint16_t high, std::uint16_t low) {
  return static_cast<std::uint32_t>(high) << 16U | low;
}

double with_sign_bit(unsigned byte) {
  constexpr unsigned kSign = 0x80;
  const double magnitude = byte & (kSign - 1);
  return (byte & kSign) != 0 && magnitude != 0 ? -magnitude : magnitude;
}

double bits_of(std::uint16_t bits, const RegisterRow& row) {
  const unsigned count = row.bit_to - unsigned{row.bit_from} + 1;
  return static_cast<double>(unsigned{bits} >> row.bit_from & ((1U << count) - 1));
}

double signed_32(std::uint32_t bits) {
  return static_cast<double>(static_cast<std::int32_t>(bits));
}

// `at` has the registers that the type needs; not for texts.
double raw_number(const RegisterRow& row, Registers at) {
  switch (row.type) {
    case RegisterType::U16: return at[0];
    case RegisterType::S16: return static_cast<std::int16_t>(at[0]);
    case RegisterType::U32: return word_pair(at[0], at[1]);
    case RegisterType::S32: return signed_32(word_pair(at[0], at[1]));
    case RegisterType::U32LowFirst: return word_pair(at[1], at[0]);
    case RegisterType::S32LowFirst: return signed_32(word_pair(at[1], at[0]));
    case RegisterType::Half: return half_float(at[0]);
    case RegisterType::Float: return std::bit_cast<float>(word_pair(at[0], at[1]));
    case RegisterType::FloatLowFirst: return std::bit_cast<float>(word_pair(at[1], at[0]));
    case RegisterType::HighByte: return at[0] >> 8U;
    case RegisterType::LowByte: return at[0] & 0xffU;
    case RegisterType::HighByteSign: return with_sign_bit(at[0] >> 8U);
    case RegisterType::LowByteSign: return with_sign_bit(at[0] & 0xffU);
    case RegisterType::Bits: return bits_of(at[0], row);
    case RegisterType::Text: break;
  }
  return 0;
}

// The product of what the device tells of its scale; nothing when that cannot be one.
std::optional<double> told_scale(const RegisterRow& row, const RegisterBlock& block, Registers values) {
  constexpr double kParts = 65'536;
  double scale = 1;
  for (const std::uint16_t address : row.per_unit) {
    const std::size_t at = address - std::size_t{block.first};
    const double part = values[at] + values[at + 1] / kParts;
    if (part <= 0) {
      return {};
    }
    scale *= part;
  }
  return scale;
}

RowValue read_row(const RegisterRow& row, const RegisterBlock& block, Registers values) {
  const Registers at = values.subspan(row.address - std::size_t{block.first});
  const std::optional<double> scale = told_scale(row, block, values);
  if (!scale) {
    return {Absent::OutOfRange};
  }
  if (row.type == RegisterType::Text) {
    return value_by_row(row, register_text(at.first(row.length)), *scale);
  }
  const double raw = raw_number(row, at);
  return std::isnan(raw) ? RowValue{Absent::NotAvailable} : value_by_row(row, raw, *scale);
}

RowValue read_row(const RegisterRow& row, const RegisterAnswer& answer) {
  const RegisterBlock wanted = block_of(row);
  Absent why = Absent::NoSuchObject;
  for (const RegistersRead& read : answer) {
    if (!read.block.covers(wanted)) {
      continue;
    }
    const auto* values = std::get_if<std::vector<std::uint16_t>>(&read.values);
    if (values != nullptr && values->size() >= read.block.count) {
      return read_row(row, read.block, *values);
    }
    const Absent* reason = std::get_if<Absent>(&read.values);
    why = reason != nullptr ? *reason : Absent::BadFrame;
  }
  return {why};
}

}  // namespace

QuantityReadings readings(const ModbusTable& table, const RegisterAnswer& answer,
                          const std::optional<FirmwareVersion>& firmware) {
  QuantityReadings all;
  for (const RegisterRow& row : table.rows) {
    add_reading(all, row, row.firmware.holds(firmware) ? read_row(row, answer) : RowValue{Absent::NotImplemented});
  }
  return all;
}

double half_float(std::uint16_t bits) {
  constexpr int kBias = 15;
  constexpr int kFractionBits = 10;
  constexpr unsigned kFractions = 1U << kFractionBits;
  constexpr unsigned kLargestExponent = 31;
  const double sign = (bits & 0x8000U) != 0 ? -1 : 1;
  const unsigned exponent = bits >> kFractionBits & kLargestExponent;
  const unsigned fraction = bits & (kFractions - 1);
  if (exponent == kLargestExponent) {
    return fraction != 0 ? std::nan("") : sign * HUGE_VAL;
  }
  if (exponent == 0) {
    return sign * std::ldexp(fraction, 1 - kBias - kFractionBits);
  }
  return sign * std::ldexp(kFractions + fraction, static_cast<int>(exponent) - kBias - kFractionBits);
}

std::string register_text(Registers registers) {
  std::string bytes;
  for (const std::uint16_t each : registers) {
    bytes += static_cast<char>(each >> 8U);
    bytes += static_cast<char>(each & 0xffU);
  }
  return shown_text(bytes);
}

std::string shown_text(std::string_view bytes) {
  constexpr std::size_t kMost = 64;
  std::string text{trimmed(bytes).substr(0, kMost)};
  std::ranges::replace_if(
      text, [](char c) { return c < ' ' || c > '~'; }, '?');
  return text;
}

}  // namespace karkara
