// A stack of packs that answers like real ones do.
#pragma once

#include <map>

#include "tests/agent/power/bms/frames.h"

namespace karkara::bms {

struct FakePack {
  std::string serial = "HAREVOLT00000001";  // 16 characters
  unsigned cells = 15;
  unsigned millivolts = 3'300;  // of each cell but the first
  int tenths = -25;             // A
  unsigned remaining = 30'000;  // mAh
  unsigned capacity = 50'000;
  std::string protections = "00";
  unsigned cell_state = 0;  // of the first cell's voltage
  bool knows_limits = true;
};

inline std::string text_digits(const std::string& text) {
  std::string digits;
  for (const char c : text) {
    digits += hex(static_cast<unsigned char>(c), 2);
  }
  return digits;
}

// Long form, and five sensors: 25 degrees inside, 22 on the cells.
inline std::string module_digits(const FakePack& pack) {
  std::string digits = hex(pack.cells, 2) + hex(pack.millivolts - 10, 4);
  for (unsigned i = 1; i < pack.cells; ++i) {
    digits += hex(pack.millivolts, 4);
  }
  digits +=
      "05"
      "0BA5"
      "0B87"
      "0B87"
      "0B87"
      "0B87";
  digits += hex(static_cast<unsigned>(pack.tenths) & 0xFFFF, 4) + hex(pack.cells * pack.millivolts, 4);
  return digits + "FFFF04FFFF" + "0007" + hex(pack.remaining, 6) + hex(pack.capacity, 6);
}

inline std::string alarm_digits(const FakePack& pack) {
  std::string digits = hex(pack.cells, 2) + hex(pack.cell_state, 2) + std::string(2 * (pack.cells - 1), '0');
  digits +=
      "05"
      "0000000000"
      "000000";
  return digits + pack.protections + "0E00000000";
}

struct FakeStack {
  std::map<unsigned, FakePack> packs;
  bool echoes = false;

  [[nodiscard]] Bytes operator()(const Bytes& question) const {
    const Bytes echo = echoes ? question : Bytes{};
    const std::string text(reinterpret_cast<const char*>(question.data()), question.size());
    const auto address = static_cast<unsigned>(std::stoi(text.substr(3, 2), nullptr, 16));
    const auto found = packs.find(address);
    if (found == packs.end()) {
      return echo;
    }
    return echo + answer(address, found->second, std::stoi(text.substr(7, 2), nullptr, 16));
  }

  [[nodiscard]] static Bytes answer(unsigned address, const FakePack& pack, int command) {
    const std::string self = hex(address, 2);
    switch (command) {
      case 0x42: return pylontech_frame(address, 0, "00" + self + module_digits(pack));
      case 0x44: return pylontech_frame(address, 0, "00" + self + alarm_digits(pack));
      case 0x51:
        return pylontech_frame(address, 0,
                               text_digits("US2000C") +
                                   "000000"
                                   "0107" +
                                   text_digits("Pylon---------------"));
      case 0x92:
        return pack.knows_limits ? pylontech_frame(address, 0, self + "D002AFC800FAFF06C0")
                                 : pylontech_frame(address, 4, "");
      case 0x93: return pylontech_frame(address, 0, self + text_digits(pack.serial));
      default: return {};
    }
  }
};

}  // namespace karkara::bms
