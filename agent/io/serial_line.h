// Opens and sets up a serial line with plain termios calls. Refuses what is not a terminal device, and what is open
// here or in another program that locks its lines. Called by SerialPort and ModbusStream.
#pragma once

#include <string>

#include "agent/facts/modbus.h"
#include "common/result.h"

namespace karkara {

// How a character of eight bits is framed: 8N1 unless said otherwise.
struct SerialFrame {
  SerialParity parity = SerialParity::None;
  unsigned stop_bits = 1;  // 1 or 2
};

// A non-blocking, close-on-exec, exclusive file descriptor, raw, whose stale input has been thrown away.
[[nodiscard]] Result<int> open_serial_line(const std::string& path, unsigned baud, SerialFrame frame = {});

}  // namespace karkara
