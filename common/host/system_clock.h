// The kernel's clocks. The only place of the programs that reads a clock; made once in each main.cc.
#pragma once

#include "common/time.h"

namespace karkara {

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;    // CLOCK_BOOTTIME
  [[nodiscard]] WallTime wall() const override;  // CLOCK_REALTIME
};

}  // namespace karkara
