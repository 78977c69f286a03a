// What the telemetry feature is told by configuration. agent/config_bind fills it.
#pragma once

#include <cstdint>

#include "common/time.h"

namespace karkara {

struct TelemetrySettings {
  Duration sample_interval = std::chrono::seconds{60};
  Duration flush_interval = std::chrono::minutes{15};
  std::uint64_t spool_limit_bytes = 4U << 20U;
  friend bool operator==(const TelemetrySettings&, const TelemetrySettings&) = default;
};

}  // namespace karkara
