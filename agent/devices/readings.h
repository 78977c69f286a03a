// What a device said, by its table: every quantity with its value, or with the reason why there is none. Refuses to
// keep anything: the answer of one moment in, the readings of that moment out. Called by whoever polls a device.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/devices/device_table.h"
#include "common/reading.h"

namespace karkara {

struct QuantityReading {
  std::string quantity;
  std::string unit;
  Value value = Absent::NotYet;
  std::string word = {};      // what the value is called, when the table says
  unsigned counter_bits = 0;  // not 0: it only grows, and comes round
  double counter_step = 0;    // what the last of these bits is worth
  friend bool operator==(const QuantityReading&, const QuantityReading&) = default;
};
using QuantityReadings = std::vector<QuantityReading>;

// One for each quantity of the table, in its order. An object that was not answered is NoSuchObject.
[[nodiscard]] QuantityReadings readings(const DeviceTable& table, const VarBinds& answer,
                                        const std::optional<FirmwareVersion>& firmware = {});

[[nodiscard]] const QuantityReading* find_reading(const QuantityReadings& all, std::string_view quantity);
// Nothing when the quantity is absent, whatever the reason.
[[nodiscard]] std::optional<double> number_of(const QuantityReadings& all, std::string_view quantity);

// The version, from the object that the table names or from sysDescr.
[[nodiscard]] std::optional<FirmwareVersion> firmware_of(const DeviceTable& table, const DeviceIdentity& identity,
                                                         const VarBinds& answer);

}  // namespace karkara
