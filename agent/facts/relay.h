// Relays and commands by which a site sheds load, as plain values. A relay has a state, never a pulse: asking for the
// state that it has does nothing. Used by agent/power and agent/io/relays.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "agent/facts/modbus.h"
#include "agent/facts/terminal.h"
#include "common/ids.h"
#include "common/result.h"
#include "common/time.h"

namespace karkara {

struct SnmpRelay {
  SnmpTarget target;  // with a community or user that may write
  ObjectId oid;
  std::int32_t on = 1;
  std::int32_t off = 0;
  friend bool operator==(const SnmpRelay&, const SnmpRelay&) = default;
};
struct ModbusRelay {
  ModbusBus bus;
  std::uint8_t unit = 1;
  std::uint16_t coil = 0;
  friend bool operator==(const ModbusRelay&, const ModbusRelay&) = default;
};
struct GpioRelay {
  std::string chip;  // "/dev/gpiochip0"
  unsigned line = 0;
  bool active_low = false;
  friend bool operator==(const GpioRelay&, const GpioRelay&) = default;
};
struct CommandRelay {
  std::vector<std::string> on;  // program and arguments
  std::vector<std::string> off;
  friend bool operator==(const CommandRelay&, const CommandRelay&) = default;
};
using RelayKind = std::variant<SnmpRelay, ModbusRelay, GpioRelay, CommandRelay>;
using LocalRelay = std::variant<GpioRelay, CommandRelay>;

// Effect: a relay on the router itself; the others are set by SnmpSet and ModbusAsk. -> RelaySwitched with the same id,
// once.
struct SwitchRelay {
  DeviceId relay;
  std::uint64_t request = 0;
  LocalRelay by;
  bool on = true;
  Duration deadline = std::chrono::seconds{10};
};
// Event. Ok: the relay confirmed it, or the command ended with 0.
struct RelaySwitched {
  DeviceId relay;
  std::uint64_t request = 0;
  bool on = true;
  Status status = {};
};
// Effect: a program that nobody waits for: power-off, a wake-up time. Its words may hold {seconds}.
struct RunPowerCommand {
  std::vector<std::string> command;
};

}  // namespace karkara
