// The fields of a JK answer: a number, then as many bytes as that number has. Refuses to read on behind a number whose
// width is not known: what follows is then unknown, and with it what the current means. Source: JK, "BMS RS485
// communication protocol", and recorded answers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/reading.h"

namespace karkara::jk {

enum class Field : std::uint8_t {
  Cells = 0x79,
  BoardTemperature = 0x80,
  Temperature1 = 0x81,
  Temperature2 = 0x82,
  Volts = 0x83,
  Current = 0x84,
  StateOfCharge = 0x85,
  TemperatureSensors = 0x86,
  Cycles = 0x87,
  Alarms = 0x8B,
  Switches = 0x8C,
  DischargeLimit = 0x97,
  ChargeLimit = 0x99,
  CapacitySet = 0xAA,
  Software = 0xB7,
  CapacityFound = 0xB9,
  Name = 0xBA,
  Version = 0xC0,
};

class Fields {
 public:
  explicit Fields(std::span<const std::byte> bytes);

  [[nodiscard]] bool are_whole() const { return whole_; }
  [[nodiscard]] std::optional<std::uint32_t> number(Field field) const;  // at most four bytes
  [[nodiscard]] std::string text(Field field) const;                     // empty: none, or not printable
  [[nodiscard]] std::vector<double> cell_volts() const;

 private:
  std::map<std::uint8_t, std::span<const std::byte>> found_{};  // into the frame
  bool whole_ = false;
};

// A, into the battery is positive. Version 1 has a sign of its own; before, 10000 was no current.
[[nodiscard]] Value current_of(const Fields& fields);
// Degrees Celsius: above 100 the rest counts down from zero.
[[nodiscard]] Value temperature_of(const Fields& fields, Field field);

[[nodiscard]] std::string alarm_words(std::uint32_t bits);

}  // namespace karkara::jk
