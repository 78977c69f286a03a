// A Modbus bus and one question to a device on it, as plain values. A bus is a serial line or a TCP gateway; several
// devices may share it, and one question is under way at a time. Refuses registers' meaning: agent/devices has it.
// Used by agent/power and agent/io/modbus_line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "agent/facts/ip.h"
#include "common/ids.h"
#include "common/result.h"
#include "common/time.h"

namespace karkara {

enum class SerialParity : std::uint8_t { None, Even, Odd };

struct ModbusSerialBus {
  std::string path;
  unsigned baud = 9'600;
  SerialParity parity = SerialParity::None;
  unsigned stop_bits = 1;
  friend bool operator==(const ModbusSerialBus&, const ModbusSerialBus&) = default;
};
struct ModbusTcpBus {
  IpEndpoint endpoint;  // usually port 502
  friend bool operator==(const ModbusTcpBus&, const ModbusTcpBus&) = default;
};
using ModbusBus = std::variant<ModbusSerialBus, ModbusTcpBus>;

// Effect: ask one device. -> ModbusAnswered with the same id, once; none when the device is forgotten meanwhile.
struct ModbusAsk {
  DeviceId device;
  std::uint64_t request = 0;
  ModbusBus bus;
  std::uint8_t unit = 1;
  std::vector<std::byte> pdu{};                  // function code and what follows
  Duration deadline = std::chrono::seconds{1};   // for the answer, from when the question is on the wire
  Duration gap = std::chrono::milliseconds{20};  // silence that the device wants behind its answer
};
// Event: the verified answer's PDU (an exception's too: the device did answer), or why there is none.
// DeadlineExceeded: silence. Unavailable: the line is not open. DataLoss: only frames whose check failed.
struct ModbusAnswered {
  DeviceId device;
  std::uint64_t request = 0;
  Result<std::vector<std::byte>> answer = std::vector<std::byte>{};
};
// Effect: the device is configured no longer; a bus that nobody uses is closed.
struct ModbusForget {
  DeviceId device;
};

}  // namespace karkara
