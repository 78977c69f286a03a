// Commands to a modem as ModemManager's method calls, each with the time that it may take. Refuses what the modem has
// no object for (a PIN without a SIM). Called by ModemManagerAdapter.
#pragma once

#include <chrono>
#include <string>

#include "agent/codec/bus_value.h"
#include "agent/facts/modem.h"
#include "agent/io/bus_connection.h"
#include "common/result.h"

namespace karkara {

inline const std::string kModemManagerName = "org.freedesktop.ModemManager1";

struct ModemCallLimits {
  std::chrono::milliseconds connect{180'000};
  std::chrono::milliseconds enable{120'000};
  std::chrono::milliseconds ussd{90'000};  // then the dialogue is cancelled
  std::chrono::milliseconds other{60'000};
};

struct ModemCall {
  BusMessage message;
  std::chrono::milliseconds timeout{};
};

// modem: its path.
[[nodiscard]] Result<ModemCall> make_modem_call(BusConnection& bus, const BusObjects& objects, const std::string& modem,
                                                const ModemDeed& deed, const ModemCallLimits& limits);

}  // namespace karkara
