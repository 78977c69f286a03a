// The rest voltage of a 12 V block against its state of charge, for lead-acid and LFP, and back. Refuses to say what a
// voltage cannot: the way back is a range, which is wide on LFP's flat middle. Called by the charge filter.
#pragma once

#include "agent/power/battery/battery_state.h"
#include "common/units.h"

namespace karkara {

// charge: 0 to 1, clamped.
[[nodiscard]] Volts rest_voltage(Chemistry chemistry, double charge, Celsius temperature);

// Volts per unit of charge at that point.
[[nodiscard]] double rest_slope(Chemistry chemistry, double charge);

// The charge that rests at this voltage; 0 and 1 beyond the ends.
[[nodiscard]] double rest_charge(Chemistry chemistry, Volts voltage, Celsius temperature);

struct ChargeRange {
  double least = 0;
  double most = 1;
};
// All that may rest at this voltage if the table and the meter together are off by up to `off`.
[[nodiscard]] ChargeRange rest_range(Chemistry chemistry, Volts voltage, Volts off, Celsius temperature);

}  // namespace karkara
