// What the content of Pylontech's answers says. An answer does not name its command: each reader refuses what has not
// exactly the form of its own, or names another pack. Source: as the frames'.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/power/bms/pylontech_frame.h"
#include "common/varint.h"

namespace karkara::pylontech {

struct Module {
  std::vector<double> cell_volts{};
  std::vector<double> temperatures{};  // degrees Celsius; the first is the electronics', the others are the cells'
  double amperes = 0;                  // into the battery is positive
  double volts = 0;
  std::optional<double> remaining{};  // Ah; none when it says that the number does not fit
  std::optional<double> capacity{};   // Ah
  unsigned cycles = 0;
};

// The form that the analog answers of one pack and of a whole group share.
[[nodiscard]] std::optional<Module> read_module(ByteReader& reader);
[[nodiscard]] std::optional<Module> read_analog(const Frame& frame);

// Bits of Alarms::bits; from kFirstProtectionBit on the eight bits of the battery's "status 1", whose protection is at
// work: how they are numbered differs between papers, so they have no words.
enum class Alarm : std::uint8_t {
  CellLow,
  CellHigh,
  TemperatureLow,
  TemperatureHigh,
  ChargeCurrent,
  VoltageLow,
  VoltageHigh,
  DischargeCurrent,
  Other
};
inline constexpr unsigned kFirstProtectionBit = 16;

struct Alarms {
  std::uint32_t bits = 0;
};
[[nodiscard]] std::optional<Alarms> read_alarms(const Frame& frame);
[[nodiscard]] std::string alarm_words(std::uint32_t bits);

struct Limits {
  double charge_volts = 0;
  double discharge_volts = 0;
  double charge_amperes = 0;
  double discharge_amperes = 0;  // not negative
  bool charge_enabled = false;
  bool discharge_enabled = false;
};
[[nodiscard]] std::optional<Limits> read_limits(const Frame& frame);

[[nodiscard]] std::optional<std::string> read_serial(const Frame& frame);
[[nodiscard]] std::optional<std::string> read_product(const Frame& frame);  // "US2000C 1.7"

}  // namespace karkara::pylontech
