// Which telemetry series a quantity of a power device goes to, and which part of the site's energy it is. Quantities
// without either are only shown. Used by PolledSource.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/devices/readings.h"
#include "agent/facts/status.h"
#include "agent/power/energy.h"

namespace karkara {

// A sample for each quantity that has a series; quantities that the device has not are left out.
[[nodiscard]] std::vector<Sample> power_samples(const QuantityReadings& readings, const std::string& instance);
[[nodiscard]] bool has_series(std::string_view quantity);
[[nodiscard]] EnergySample energy_of(const QuantityReadings& readings);

}  // namespace karkara
