// What one sample says in watts: of the load, of the charge and of the panel. Refuses to take a missing current for
// none. Called by EnergyForecaster.
#pragma once

#include <optional>

#include "agent/power/battery/battery_state.h"
#include "agent/power/energy.h"
#include "common/units.h"

namespace karkara {

// All that is taken from the battery's bus. A shunt tells all of it; load outputs do not see what hangs beside them.
[[nodiscard]] std::optional<Watts> load_power(const EnergySample& sample, const BatterySettings& battery);

// What all chargers give into the bus. conversion: of the panel's power.
[[nodiscard]] std::optional<Watts> charge_power(const EnergySample& sample, const BatterySettings& battery,
                                                double conversion);
[[nodiscard]] std::optional<Watts> panel_power(const EnergySample& sample, const BatterySettings& battery,
                                               double conversion);

// The charger takes less than the panel could give, or may do so.
[[nodiscard]] bool is_limited(const EnergySample& sample);

}  // namespace karkara
