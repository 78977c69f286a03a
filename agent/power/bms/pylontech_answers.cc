#include "agent/power/bms/pylontech_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "agent/devices/number_text.h"
#include "agent/power/bms/big_endian.h"
#include "agent/power/vedirect/ascii.h"

namespace karkara::pylontech {
namespace {

using bms::big_endian;
using bms::byte_of;
using bms::signed_of;

constexpr unsigned kMostCells = 32;
constexpr unsigned kMostTemperatures = 16;
constexpr int kZeroCelsius = 2'731;       // tenths of a kelvin
constexpr unsigned kDoesNotFit = 0xFFFF;  // look at the long fields
constexpr unsigned kShortForm = 2;        // how many fields the maker added: capacity and cycles
constexpr unsigned kLongForm = 4;         // and both amounts of charge once more, in 24 bits

std::optional<double> amp_hours(unsigned milliamp_hours, bool fits) {
  return fits ? std::optional{milliamp_hours / 1'000.0} : std::nullopt;
}

void read_charge(ByteReader& reader, Module& module) {
  const unsigned remaining = big_endian(reader, 2);
  const unsigned form = byte_of(reader);
  const unsigned capacity = big_endian(reader, 2);
  module.cycles = big_endian(reader, 2);
  if (form == kLongForm) {
    module.remaining = amp_hours(big_endian(reader, 3), true);
    module.capacity = amp_hours(big_endian(reader, 3), true);
  } else if (form == kShortForm) {
    module.remaining = amp_hours(remaining, remaining != kDoesNotFit);
    module.capacity = amp_hours(capacity, capacity != kDoesNotFit);
  } else {
    (void)reader.take(reader.remaining() + 1);  // an unknown form: fail
  }
}

// A flag of no interest, then which pack it is about.
bool is_about(ByteReader& reader, const Frame& frame) {
  (void)byte_of(reader);
  return byte_of(reader) == frame.address;
}

// Normal, low, high, another fault, and a range of the maker's own.
bool is_alarm_state(unsigned state) {
  return state <= 2 || state == 0xF0 || (state >= 0x80 && state <= 0xEF);
}

class AlarmReader {
 public:
  explicit AlarmReader(ByteReader& reader) : reader_{reader} {}

  void one(Alarm low, Alarm high) {
    const unsigned state = byte_of(reader_);
    valid_ = valid_ && is_alarm_state(state);
    if (state != 0) {
      set(state == 1 ? low : state == 2 ? high : Alarm::Other);
    }
  }
  void several(Alarm low, Alarm high, unsigned most) {
    const unsigned count = byte_of(reader_);
    valid_ = valid_ && count > 0 && count <= most;
    for (unsigned i = 0; valid_ && i < count; ++i) {
      one(low, high);
    }
  }
  void protections() { bits_ |= std::uint32_t{byte_of(reader_)} << kFirstProtectionBit; }
  [[nodiscard]] std::optional<Alarms> result() const { return valid_ ? std::optional{Alarms{bits_}} : std::nullopt; }

 private:
  void set(Alarm alarm) { bits_ |= 1U << static_cast<unsigned>(alarm); }
  ByteReader& reader_;
  std::uint32_t bits_ = 0;
  bool valid_ = true;
};

// None when it holds anything but text and padding.
std::optional<std::string> text_of(std::span<const std::byte> bytes) {
  const std::string_view text = trimmed({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  return !text.empty() && std::ranges::all_of(text, vedirect::is_printable) ? std::optional{std::string{text}}
                                                                            : std::nullopt;
}

}  // namespace

std::optional<Module> read_module(ByteReader& reader) {
  Module module;
  const unsigned cells = byte_of(reader);
  for (unsigned i = 0; i < std::min(cells, kMostCells); ++i) {
    module.cell_volts.push_back(big_endian(reader, 2) / 1'000.0);
  }
  const unsigned temperatures = byte_of(reader);
  for (unsigned i = 0; i < std::min(temperatures, kMostTemperatures); ++i) {
    module.temperatures.push_back((static_cast<int>(big_endian(reader, 2)) - kZeroCelsius) / 10.0);
  }
  module.amperes = signed_of(reader) / 10.0;
  module.volts = big_endian(reader, 2) / 1'000.0;
  read_charge(reader, module);
  const bool fits = cells > 0 && cells <= kMostCells && temperatures <= kMostTemperatures && !reader.failed();
  return fits ? std::optional{module} : std::nullopt;
}

std::optional<Module> read_analog(const Frame& frame) {
  ByteReader reader{frame.content};
  if (!is_about(reader, frame)) {
    return std::nullopt;
  }
  auto module = read_module(reader);
  return reader.remaining() == 0 ? module : std::nullopt;
}

std::optional<Alarms> read_alarms(const Frame& frame) {
  ByteReader reader{frame.content};
  if (!is_about(reader, frame)) {
    return std::nullopt;
  }
  AlarmReader alarms{reader};
  alarms.several(Alarm::CellLow, Alarm::CellHigh, kMostCells);
  alarms.several(Alarm::TemperatureLow, Alarm::TemperatureHigh, kMostTemperatures);
  alarms.one(Alarm::Other, Alarm::ChargeCurrent);
  alarms.one(Alarm::VoltageLow, Alarm::VoltageHigh);
  alarms.one(Alarm::Other, Alarm::DischargeCurrent);
  alarms.protections();
  // Switches, heater, which cells: four bytes on paper, five from a US2000C.
  const bool fits = reader.remaining() == 4 || reader.remaining() == 5;
  return fits && !reader.failed() ? alarms.result() : std::nullopt;
}

std::string alarm_words(std::uint32_t bits) {
  constexpr std::array kWords{"cell voltage low",     "cell voltage high", "temperature low",
                              "temperature high",     "charge current",    "battery voltage low",
                              "battery voltage high", "discharge current", "another fault"};
  if (bits == 0) {
    return "none";
  }
  std::string words;
  for (std::size_t bit = 0; bit < kWords.size(); ++bit) {
    if ((bits >> bit & 1U) != 0) {
      words += (words.empty() ? "" : ", ") + std::string{kWords[bit]};
    }
  }
  const unsigned protections = bits >> kFirstProtectionBit & 0xFFU;
  if (protections != 0) {
    words += fmt::format("{}protection 0x{:02X} at work", words.empty() ? "" : ", ", protections);
  }
  return words;
}

std::optional<Limits> read_limits(const Frame& frame) {
  ByteReader reader{frame.content};
  const bool about = byte_of(reader) == frame.address;
  Limits limits;
  limits.charge_volts = big_endian(reader, 2) / 1'000.0;
  limits.discharge_volts = big_endian(reader, 2) / 1'000.0;
  limits.charge_amperes = signed_of(reader) / 10.0;
  limits.discharge_amperes = std::abs(signed_of(reader) / 10.0);  // told as negative
  const unsigned status = byte_of(reader);
  limits.charge_enabled = (status & 0x80U) != 0;
  limits.discharge_enabled = (status & 0x40U) != 0;
  return about && !reader.failed() && reader.remaining() == 0 ? std::optional{limits} : std::nullopt;
}

std::optional<std::string> read_serial(const Frame& frame) {
  constexpr std::size_t kSerialBytes = 16;
  ByteReader reader{frame.content};
  const bool about = byte_of(reader) == frame.address;
  const auto serial = reader.take(kSerialBytes);
  return about && !reader.failed() && reader.remaining() == 0 ? text_of(serial) : std::nullopt;
}

std::optional<std::string> read_product(const Frame& frame) {
  constexpr std::size_t kNameBytes = 10;
  constexpr std::size_t kMakerBytes = 20;
  ByteReader reader{frame.content};
  const auto name = text_of(reader.take(kNameBytes));
  const unsigned major = byte_of(reader);
  const unsigned minor = byte_of(reader);
  const auto maker = text_of(reader.take(kMakerBytes));
  if (reader.failed() || reader.remaining() > 0 || !name || !maker) {
    return std::nullopt;
  }
  return fmt::format("{} {}.{}", *name, major, minor);
}

}  // namespace karkara::pylontech
