// A D-Bus message's arguments as plain values. Refuses depth and size beyond what ModemManager needs, so that no
// message costs more than a little memory. Called by ModemManagerAdapter.
#pragma once

#include <optional>

#include "agent/codec/bus_value.h"

struct sd_bus_message;

namespace karkara {

// The next argument; nothing at the end, or when the message is more than we take.
[[nodiscard]] std::optional<BusValue> read_bus_value(sd_bus_message* message);

}  // namespace karkara
