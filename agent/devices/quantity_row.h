// What a device table says of one quantity, whatever the protocol that brings it: its scale, what the device sends
// instead of a value, what is plausible, and its words. Refuses to know where the raw number comes from.
// Base of the rows in agent/devices/device_table.h and agent/devices/register_table.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/devices/firmware.h"

namespace karkara {

// A number and its word: "operation" is 17. Read from words when the device sends words, shown to people either way.
struct DeviceWord {
  double number = 0;
  std::string word = {};
  // What the quantity is then, where its numbers are not the device's: bulk is 5 there and 3 for a charge state.
  std::optional<double> value = {};
  friend bool operator==(const DeviceWord&, const DeviceWord&) = default;
};

struct PlausibleRange {
  double least = 0;
  double most = 0;
  friend bool operator==(const PlausibleRange&, const PlausibleRange&) = default;
};

struct QuantityRow {
  std::string id = {};        // unique in the table
  std::string quantity = {};  // agent/devices/quantities.h, or any other name
  std::string unit = {};      // of the scaled value
  double scale = 1;
  double offset = 0;                             // value = raw * scale + offset
  std::vector<double> absent_numbers = {};       // raw, after the sign: "no value now"
  std::vector<std::string> absent_words = {};    // the same as text
  std::optional<PlausibleRange> plausible = {};  // of the scaled value
  std::optional<PlausibleRange> true_when = {};  // raw, after the sign: the value is 1 within and 0 outside
  std::vector<DeviceWord> words = {};
  bool only_words = false;    // a number that has no word is not plausible
  unsigned counter_bits = 0;  // 16, 32 or 64: it only grows, and comes round (agent/devices/counter.h)
  FirmwareRange firmware = {};
  friend bool operator==(const QuantityRow&, const QuantityRow&) = default;
};

}  // namespace karkara
