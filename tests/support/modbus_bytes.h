// Bytes written as hexadecimal digits, and recorded Modbus questions with their answers. Refuses nothing; odd text
// gives odd bytes. For tests.
#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace karkara {

using ModbusBytes = std::vector<std::byte>;

// "01 04 33": spaces are for the reader.
inline ModbusBytes from_hex(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != ' ') {
      digits += c;
    }
  }
  ModbusBytes bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes.push_back(static_cast<std::byte>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

inline ModbusBytes joined(ModbusBytes first, std::span<const std::byte> second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

// RTU frames, with their unit and check.
struct ModbusPair {
  ModbusBytes question;
  ModbusBytes answer;
};
inline ModbusBytes pdu_of(const ModbusBytes& rtu_frame) {
  return {rtu_frame.begin() + 1, rtu_frame.end() - 2};
}

// Empty when the recordings are not there.
inline std::vector<ModbusPair> recorded_pairs(const std::string& device) {
  std::ifstream file{std::filesystem::path{KARKARA_SOURCE_DIR} / "../shared/captures/modbus" /
                     (device + "_rtu_pairs.json")};
  std::vector<ModbusPair> pairs;
  if (file) {
    const nlohmann::json recording = nlohmann::json::parse(file);
    for (const auto& pair : recording.at("pairs")) {
      pairs.push_back({from_hex(pair.at("req").get<std::string>()), from_hex(pair.at("resp").get<std::string>())});
    }
  }
  return pairs;
}

}  // namespace karkara
