// A block of samples that nobody took at their time: dated by the calendar alone, since the router may have been off.
// Called by TelemetryFeature.
#pragma once

#include <vector>

#include "agent/facts/past_sample.h"
#include "common/telemetry_block.h"

namespace karkara {

// The oldest first; samples of a moment that lies before its neighbour are left out. Without boot and time since boot:
// both are 0.
[[nodiscard]] BlockContent block_of(const std::vector<PastSample>& past);

}  // namespace karkara
