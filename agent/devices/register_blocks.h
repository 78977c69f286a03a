// Which registers to ask for together. Numbers that belong together are never divided: the words of a 32-bit number,
// and a number with the scale that the device tells. Refuses to join across spaces, or more than the device allows.
// Called by agent/power/modbus.
#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "agent/devices/device_table.h"

namespace karkara {

// What one row needs from one answer.
[[nodiscard]] RegisterBlock block_of(const RegisterRow& row);

struct RegisterRequest {
  RegisterBlock block;
  std::vector<RegisterBlock> parts;  // what cannot be divided further, in order; never empty
  friend bool operator==(const RegisterRequest&, const RegisterRequest&) = default;
};

// For all rows that hold for this firmware, but for the parts in `without`.
[[nodiscard]] std::vector<RegisterRequest> requests_for(const ModbusTable& table,
                                                        const std::optional<FirmwareVersion>& firmware = {},
                                                        std::span<const RegisterBlock> without = {});

// Of a request with more than one part.
[[nodiscard]] std::pair<RegisterRequest, RegisterRequest> halves(const RegisterRequest& request);

}  // namespace karkara
