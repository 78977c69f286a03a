// Opens and sets up a serial line with plain termios calls. Refuses what is not a terminal device.
// Called by SerialPort only.
#pragma once

#include <string>

#include "common/result.h"

namespace karkara {

// A non-blocking, close-on-exec, exclusive file descriptor, 8N1 and raw, whose stale input has been thrown away.
[[nodiscard]] Result<int> open_serial_line(const std::string& path, unsigned baud);

}  // namespace karkara
