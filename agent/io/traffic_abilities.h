// What this kernel can do for shaping, found by doing it on a device of our own: which modules exist is not told
// elsewhere, and asking loads them. Refuses to touch other devices. Called once by NetlinkAdapter, when shaping is
// wanted.
#pragma once

#include "agent/facts/traffic_control.h"
#include "common/result.h"

namespace karkara {

// Takes some 50 ms, most of it for removing the device. PermissionDenied; anything else that keeps it from finding out
// is an error too.
[[nodiscard]] Result<TrafficAbilities> try_traffic_abilities();

}  // namespace karkara
