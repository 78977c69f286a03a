// Takes the driver off a device and puts it on again, through sysfs: the last that software can do for a radio that
// hangs. Refuses devices that are on no bus of hardware. For threads that may wait; called by WifiSteps.
#pragma once

#include <filesystem>

#include "common/result.h"
#include "common/time.h"

namespace karkara {

struct RebindPace {
  Duration pause = std::chrono::seconds{1};  // before the driver is put on, longer each time
  int tries = 5;
};

// device: its folder below /sys/devices, or a link to it. Ok, and nothing done, for what is no hardware.
// PermissionDenied: the driver cannot be taken off. Internal: it is off, and does not take the device again.
[[nodiscard]] Status rebind_driver(const std::filesystem::path& device, RebindPace pace = {});

}  // namespace karkara
