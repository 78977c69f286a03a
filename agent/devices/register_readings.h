// What the registers of a device say, by its table: every quantity with its value, or with the reason why there is
// none. Refuses to put a number together from two answers. Called by agent/power/modbus when a whole look is done.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "agent/devices/device_table.h"
#include "agent/devices/readings.h"
#include "common/reading.h"

namespace karkara {

struct RegistersRead {
  RegisterBlock block;
  // As many as the block has, bits as 0 and 1; or why there are none: NoSuchObject when the device says so.
  std::variant<std::vector<std::uint16_t>, Absent> values = Absent::NotYet;
};
using RegisterAnswer = std::vector<RegistersRead>;

// One for each quantity of the table, in its order. What no answer covers is NoSuchObject.
[[nodiscard]] QuantityReadings readings(const ModbusTable& table, const RegisterAnswer& answer,
                                        const std::optional<FirmwareVersion>& firmware = {});

[[nodiscard]] double half_float(std::uint16_t bits);
// Two characters a register; spaces and NULs around are left out, and what is not printable ASCII becomes '?'.
[[nodiscard]] std::string register_text(std::span<const std::uint16_t> registers);
// What a device said about itself, fit for a log and a table: as above.
[[nodiscard]] std::string shown_text(std::string_view bytes);

}  // namespace karkara
