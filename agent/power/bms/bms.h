// Battery management systems on a serial line: Pylontech stacks, Daly and JK. One setting, one polled device. Refuses
// to guess the protocol: the wrong one asks in vain. Called by whoever makes the power sources.
#pragma once

#include <memory>
#include <string>

#include "agent/power/polled_device.h"
#include "common/ids.h"
#include "common/time.h"

namespace karkara {

enum class BmsKind : std::uint8_t {
  Pylontech,  // RS-485, 9600 baud: all packs of one bus are one battery
  Daly,       // UART or RS-485, 9600 baud
  Jk,         // RS-485 behind the maker's adapter or UART, 115200 baud
};

struct BmsSettings {
  DeviceId id{};
  std::string port{};
  BmsKind kind = BmsKind::Pylontech;
  unsigned first_address = 2;  // of a Pylontech stack: its master's; the others follow
  Duration pace = std::chrono::seconds{10};
  friend bool operator==(const BmsSettings&, const BmsSettings&) = default;
};

[[nodiscard]] std::unique_ptr<PolledDevice> make_bms(BmsSettings settings);

}  // namespace karkara
