// What the power feature is told by configuration. agent/config_bind fills it.
#pragma once

#include <string>
#include <vector>

#include "common/ids.h"
#include "common/time.h"

namespace karkara {

enum class PowerSourceKind : unsigned char { VeDirect };

struct PowerSourceSettings {
  DeviceId id;
  PowerSourceKind kind = PowerSourceKind::VeDirect;
  std::string device;  // path of the serial port
  Duration deadline = std::chrono::seconds{5};
  friend bool operator==(const PowerSourceSettings&, const PowerSourceSettings&) = default;
};

struct PowerSettings {
  std::vector<PowerSourceSettings> sources;
  friend bool operator==(const PowerSettings&, const PowerSettings&) = default;
};

}  // namespace karkara
