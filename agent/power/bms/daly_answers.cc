#include "agent/power/bms/daly_answers.h"

#include <array>

#include "agent/power/bms/big_endian.h"

namespace karkara::daly {
namespace {

using bms::big_endian;
using bms::byte_of;

constexpr int kZeroAmperes = 30'000;  // tenths
constexpr int kZeroCelsius = 40;
constexpr unsigned kCellsInFrame = 3;
constexpr unsigned kMostFrames = 16;  // 48 cells

// Level one and level two of each, by byte and bit.
constexpr std::array kLeveled{"cell voltage high",
                              "cell voltage low",
                              "battery voltage high",
                              "battery voltage low",
                              "charge temperature high",
                              "charge temperature low",
                              "discharge temperature high",
                              "discharge temperature low",
                              "charge current high",
                              "discharge current high",
                              "state of charge high",
                              "state of charge low",
                              "cell voltages differ",
                              "temperatures differ",
                              "reserved",
                              "reserved"};
constexpr unsigned kFirstPlain = 2 * kLeveled.size();
constexpr std::array kPlain{"charge switch hot",
                            "discharge switch hot",
                            "charge switch sensor",
                            "discharge switch sensor",
                            "charge switch stuck",
                            "discharge switch stuck",
                            "charge switch open",
                            "discharge switch open",
                            "measuring chip",
                            "voltage measurement",
                            "temperature sensor",
                            "memory",
                            "clock",
                            "precharge",
                            "communication",
                            "inner communication",
                            "current measurement",
                            "battery voltage measurement",
                            "short circuit protection",
                            "too empty to be charged"};

}  // namespace

Pack read_pack(const Content& content) {
  ByteReader reader{content};
  Pack pack;
  pack.volts = big_endian(reader, 2) / 10.0;
  (void)big_endian(reader, 2);  // the voltage by another way of measuring; often 0
  pack.amperes = (static_cast<int>(big_endian(reader, 2)) - kZeroAmperes) / 10.0;
  pack.state_of_charge = big_endian(reader, 2) / 10.0;
  return pack;
}

CellExtremes read_cell_extremes(const Content& content) {
  ByteReader reader{content};
  CellExtremes extremes;
  extremes.most = big_endian(reader, 2) / 1'000.0;
  (void)byte_of(reader);
  extremes.least = big_endian(reader, 2) / 1'000.0;
  extremes.weakest = byte_of(reader);
  return extremes;
}

Temperatures read_temperatures(const Content& content) {
  return {static_cast<double>(std::to_integer<int>(content[0]) - kZeroCelsius),
          static_cast<double>(std::to_integer<int>(content[2]) - kZeroCelsius)};
}

std::optional<Switches> read_switches(const Content& content) {
  ByteReader reader{content};
  const unsigned flow = byte_of(reader);
  const unsigned charge = byte_of(reader);
  const unsigned discharge = byte_of(reader);
  (void)byte_of(reader);  // counts up: it lives
  if (flow > static_cast<unsigned>(Flow::Discharging) || charge > 1 || discharge > 1) {
    return std::nullopt;
  }
  return Switches{static_cast<Flow>(flow), charge == 1, discharge == 1, big_endian(reader, 4) / 1'000.0};
}

BatteryStatus read_status(const Content& content) {
  ByteReader reader{content};
  BatteryStatus status;
  status.cells = byte_of(reader);
  (void)reader.take(4);  // sensors, charger, load, inputs
  status.cycles = big_endian(reader, 2);
  return status;
}

double read_rated(const Content& content) {
  ByteReader reader{content};
  return big_endian(reader, 4) / 1'000.0;
}

std::uint64_t read_faults(const Content& content) {
  constexpr unsigned kFaultBits = kFirstPlain + kPlain.size();
  ByteReader reader{content};
  return reader.fixed(content.size()) & ((std::uint64_t{1} << kFaultBits) - 1);
}

std::string fault_words(std::uint64_t faults) {
  std::string words;
  const auto add = [&words](std::string_view word, std::string_view level) {
    words += words.empty() ? "" : ", ";
    words += word;
    words += level;
  };
  for (unsigned bit = 0; bit < kFirstPlain + kPlain.size(); ++bit) {
    if ((faults >> bit & 1U) == 0) {
      continue;
    }
    if (bit < kFirstPlain) {
      add(kLeveled[bit / 2], bit % 2 == 0 ? " (warning)" : " (protection)");
    } else {
      add(kPlain[bit - kFirstPlain], "");
    }
  }
  return words.empty() ? "none" : words;
}

bool CellFrames::take(const Content& content) {
  ByteReader reader{content};
  const unsigned number = byte_of(reader);
  std::vector<double> volts;
  for (unsigned i = 0; i < kCellsInFrame; ++i) {
    volts.push_back(big_endian(reader, 2) / 1'000.0);
  }
  return number <= kMostFrames && frames_.emplace(number, std::move(volts)).second;
}

std::optional<std::vector<double>> CellFrames::volts(unsigned cells) const {
  std::vector<double> all;
  if (frames_.empty() || frames_.begin()->first > 1) {
    return std::nullopt;
  }
  unsigned expected = frames_.begin()->first;
  for (const auto& [number, volts] : frames_) {
    if (number != expected++) {
      return std::nullopt;
    }
    all.insert(all.end(), volts.begin(), volts.end());
  }
  if (cells == 0 || all.size() < cells) {
    return std::nullopt;
  }
  all.resize(cells);
  return all;
}

}  // namespace karkara::daly
