// Numbers of a moment that nobody sampled at the time: a device told them afterwards. Made by agent/power, dated; put
// into a block of their own by agent/telemetry.
#pragma once

#include <vector>

#include "agent/facts/status.h"
#include "common/time.h"

namespace karkara {

struct PastSample {
  WallTime at;
  std::vector<Sample> samples;
  friend bool operator==(const PastSample&, const PastSample&) = default;
};

}  // namespace karkara
