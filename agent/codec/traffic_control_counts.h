// The statistics (TCA_STATS2) of a queue or class of traffic control, to numbers.
// Refuses to read the old TCA_STATS, which has 32 bits for bytes. Called by agent/codec/traffic_control only.
#pragma once

#include <span>
#include <string>

#include "agent/codec/traffic_control.h"

namespace karkara::traffic_control {

// Of the content of TCA_STATS2. 'kind' says what the part of its own looks like: fq_codel tells a flow's delay, CAKE a
// tin's; others tell none.
[[nodiscard]] Result<QueueCount> decode_counts(const std::string& kind, std::span<const std::byte> statistics);

}  // namespace karkara::traffic_control
