#include "agent/power/bms/jk_fields.h"

#include <algorithm>
#include <array>

#include "agent/devices/number_text.h"
#include "agent/power/bms/big_endian.h"
#include "agent/power/vedirect/ascii.h"

namespace karkara::jk {
namespace {

using bms::big_endian;
using bms::byte_of;

struct Width {
  std::uint8_t first;
  std::uint8_t last;
  std::uint8_t bytes;
};

constexpr std::array kWidths{
    Width{0x80, 0x84, 2},  Width{0x85, 0x86, 1}, Width{0x87, 0x87, 2}, Width{0x89, 0x89, 4},  Width{0x8A, 0x8C, 2},
    Width{0x8E, 0x9C, 2},  Width{0x9D, 0x9D, 1}, Width{0x9E, 0xA8, 2}, Width{0xA9, 0xA9, 1},  Width{0xAA, 0xAA, 4},
    Width{0xAB, 0xAC, 1},  Width{0xAD, 0xAD, 2}, Width{0xAE, 0xAF, 1}, Width{0xB0, 0xB0, 2},  Width{0xB1, 0xB1, 1},
    Width{0xB2, 0xB2, 10}, Width{0xB3, 0xB3, 1}, Width{0xB4, 0xB4, 8}, Width{0xB5, 0xB5, 4},  Width{0xB6, 0xB6, 4},
    Width{0xB7, 0xB7, 15}, Width{0xB8, 0xB8, 1}, Width{0xB9, 0xB9, 4}, Width{0xBA, 0xBA, 24}, Width{0xC0, 0xC0, 1},
};

constexpr std::size_t kCellBytes = 3;  // its number, its millivolts

// 0: not known.
std::size_t width_of(std::uint8_t id, ByteReader& reader) {
  if (id == static_cast<std::uint8_t>(Field::Cells)) {
    return byte_of(reader);
  }
  const auto found = std::ranges::find_if(kWidths, [id](const Width& w) { return id >= w.first && id <= w.last; });
  return found != kWidths.end() ? found->bytes : 0;
}

}  // namespace

Fields::Fields(std::span<const std::byte> bytes) {
  ByteReader reader{bytes};
  while (reader.remaining() > 0) {
    const std::uint8_t id = byte_of(reader);
    const std::size_t width = width_of(id, reader);
    const auto content = reader.take(width);
    if (width == 0 || reader.failed() || !found_.emplace(id, content).second) {
      return;
    }
  }
  whole_ = true;
}

std::optional<std::uint32_t> Fields::number(Field field) const {
  const auto found = found_.find(static_cast<std::uint8_t>(field));
  if (found == found_.end() || found->second.size() > 4) {
    return std::nullopt;
  }
  ByteReader reader{found->second};
  return big_endian(reader, found->second.size());
}

std::string Fields::text(Field field) const {
  const auto found = found_.find(static_cast<std::uint8_t>(field));
  if (found == found_.end()) {
    return {};
  }
  const std::string_view text = trimmed({reinterpret_cast<const char*>(found->second.data()), found->second.size()});
  return std::ranges::all_of(text, vedirect::is_printable) ? std::string{text} : std::string{};
}

std::vector<double> Fields::cell_volts() const {
  std::vector<double> volts;
  const auto found = found_.find(static_cast<std::uint8_t>(Field::Cells));
  if (found == found_.end() || found->second.size() % kCellBytes != 0) {
    return volts;
  }
  ByteReader reader{found->second};
  while (reader.remaining() > 0) {
    (void)byte_of(reader);
    volts.push_back(big_endian(reader, 2) / 1'000.0);
  }
  return volts;
}

Value current_of(const Fields& fields) {
  const auto raw = fields.number(Field::Current);
  const auto version = fields.number(Field::Version);
  if (!raw || (!version && !fields.are_whole())) {
    return Absent::NotAvailable;
  }
  if (version.value_or(0) == 0) {
    constexpr int kNoCurrent = 10'000;
    return (kNoCurrent - static_cast<int>(*raw)) / 100.0;
  }
  constexpr std::uint32_t kCharging = 0x8000;
  const double amperes = (*raw & ~kCharging) / 100.0;
  return (*raw & kCharging) != 0 || amperes == 0 ? amperes : -amperes;
}

Value temperature_of(const Fields& fields, Field field) {
  constexpr std::uint32_t kTurn = 100;
  constexpr std::uint32_t kMost = 140;
  const auto raw = fields.number(field);
  if (!raw) {
    return Absent::NotAvailable;
  }
  if (*raw > kMost) {
    return Absent::OutOfRange;
  }
  return *raw <= kTurn ? static_cast<double>(*raw) : -static_cast<double>(*raw - kTurn);
}

std::string alarm_words(std::uint32_t bits) {
  constexpr std::array kWords{"state of charge low",    "switches hot",         "charge voltage high",
                              "discharge voltage low",  "battery hot",          "charge current high",
                              "discharge current high", "cell voltages differ", "box hot",
                              "battery cold",           "cell voltage high",    "cell voltage low",
                              "protection A",           "protection B"};
  std::string words;
  for (std::size_t bit = 0; bit < kWords.size(); ++bit) {
    if ((bits >> bit & 1U) != 0) {
      words += (words.empty() ? "" : ", ") + std::string{kWords[bit]};
    }
  }
  return words.empty() ? "none" : words;
}

}  // namespace karkara::jk
