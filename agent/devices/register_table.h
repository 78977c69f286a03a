// What the Modbus registers of one kind of device mean, as a value, and what the device wants of its line. Part of a
// DeviceTable; refuses to ask anything: agent/devices/register_blocks.h says what to ask, register_readings.h applies
// the rows to what was answered.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/devices/quantity_row.h"
#include "agent/facts/modbus.h"
#include "common/time.h"

namespace karkara {

enum class RegisterSpace : std::uint8_t { Holding, Input, Coil, Discrete };
[[nodiscard]] constexpr bool has_bits(RegisterSpace space) {
  return space == RegisterSpace::Coil || space == RegisterSpace::Discrete;
}

// How a number lies in its registers; nothing else tells.
enum class RegisterType : std::uint8_t {
  U16,
  S16,
  U32,  // high word first
  S32,
  U32LowFirst,  // low word first
  S32LowFirst,
  Half,   // IEEE 754 binary16; NaN is "no value now"
  Float,  // binary32, high word first
  FloatLowFirst,
  HighByte,
  LowByte,
  HighByteSign,  // bit 7 is the sign, the others the magnitude
  LowByteSign,
  Bits,  // some bits of one register
  Text,  // two characters a register, the high byte first
};

// Registers that must come from one answer: with two, a counter may carry between them.
struct RegisterBlock {
  RegisterSpace space = RegisterSpace::Holding;
  std::uint16_t first = 0;
  std::uint16_t count = 1;
  [[nodiscard]] unsigned end() const { return first + unsigned{count}; }
  [[nodiscard]] bool covers(const RegisterBlock& other) const {
    return space == other.space && first <= other.first && end() >= other.end();
  }
  friend auto operator<=>(const RegisterBlock&, const RegisterBlock&) = default;
};

// One number as one quantity. Rows of the same quantity are tried in the table's order; the first with a value counts.
struct RegisterRow : QuantityRow {
  RegisterSpace space = RegisterSpace::Holding;
  std::uint16_t address = 0;
  RegisterType type = RegisterType::U16;
  std::uint8_t bit_from = 0;  // of Bits; 0 is the lowest
  std::uint8_t bit_to = 15;
  std::uint16_t length = 1;  // of Text, in registers
  // The scale that the device tells: each is two registers, whole part and 65536ths; the raw number is multiplied by
  // all.
  std::vector<std::uint16_t> per_unit = {};
  friend bool operator==(const RegisterRow&, const RegisterRow&) = default;
};

// How a device is recognised: by its identification (function 43/14), or by a text in registers.
struct ModbusMatch {
  std::string vendor = {};  // part of it, as the others; empty: any
  std::string product = {};
  std::string product_without = {};
  std::optional<RegisterBlock> text_at = {};  // set: the text there counts, not the identification
  std::string text = {};                      // part of it
  friend bool operator==(const ModbusMatch&, const ModbusMatch&) = default;
};

struct ModbusLine {
  unsigned baud = 9'600;
  SerialParity parity = SerialParity::None;
  unsigned stop_bits = 1;
  Duration deadline = std::chrono::seconds{1};
  Duration gap = std::chrono::milliseconds{20};
  std::uint16_t most_registers = 125;  // in one request
  bool refuses_holes = false;          // a request that crosses registers which do not exist
  friend bool operator==(const ModbusLine&, const ModbusLine&) = default;
};

struct ModbusTable {
  ModbusLine line = {};
  std::vector<ModbusMatch> matches = {};          // any of them; none: only by name
  std::optional<RegisterBlock> firmware_at = {};  // a text; none: the identification's revision
  std::vector<RegisterRow> rows = {};
  friend bool operator==(const ModbusTable&, const ModbusTable&) = default;
};

}  // namespace karkara
