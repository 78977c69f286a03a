// What is known of a battery from its chemistry alone: losses, thresholds and how far each may be off before anything
// is learned. Voltages are those of a 12 V block (six lead-acid cells, four LFP cells). Called by the estimator's
// parts.
#pragma once

#include <optional>

#include "agent/power/battery/battery_state.h"
#include "common/time.h"
#include "common/units.h"

namespace karkara {

inline constexpr Celsius kReferenceTemperature{25};

struct ChemistryTraits {
  double charge_efficiency = 1;      // below the gassing region
  double charge_efficiency_off = 0;  // one standard deviation, as all `_off`
  double full_off = 0;               // of the charge at what everybody calls full, the same each day
  double gassing_from = 1;           // state of charge above which efficiency falls ...
  double gassing_loss = 0;           // ... by this part of it at full charge
  double peukert = 1;
  double capacity_off = 0;     // of the rated one, relative
  double ageing = 0;           // relative loss a year in a hot box, until something tells better
  double colder_capacity = 0;  // relative loss per kelvin below 25 degrees
  double hotter_capacity = 0;  // gain per kelvin above
  double self_discharge = 0;   // per day at 25 degrees; doubles with 10 K more
  Volts absorption{};          // at 25 degrees
  double absorption_per_kelvin = 0;
  Volts floating{};  // less than this is no float, whatever the charger says
  Volts disconnect{};
  double tail = 0;  // current at full charge, in parts of the capacity
  Duration tail_held{};
  Duration surface_charge{};  // after charging, until a rest voltage tells anything
  Volts polarisation{};       // below the rest voltage at the 20-hour rate
  double ohms_of_100_ah = 0;  // of a healthy block with its cables
};

[[nodiscard]] const ChemistryTraits& traits_of(Chemistry chemistry);

// The present capacity, in parts of that at 25 degrees.
[[nodiscard]] double capacity_at(const ChemistryTraits& traits, Celsius temperature);

// How much more than its amperes a discharge takes, relative to the 20-hour rate. rate: current in parts of the
// capacity, positive.
[[nodiscard]] double peukert_factor(const ChemistryTraits& traits, double rate);

// In parts of charge that gets stored while the battery is at `charge` (0 to 1), relative to that of an empty one.
[[nodiscard]] double gassing_factor(const ChemistryTraits& traits, double charge);

// Of a block at the 20-hour rate, below its rest voltage: polarisation and what its resistance takes; volts.
[[nodiscard]] double usual_drop(const ChemistryTraits& traits);

[[nodiscard]] double self_discharge_per_day(const ChemistryTraits& traits, Celsius temperature);

// A current in parts of the rated capacity an hour.
[[nodiscard]] double rate_of(Amps current, const BatterySettings& settings);

// 12 V blocks in series: 1, 2 or 4 for 12, 24 and 48 V.
[[nodiscard]] double blocks_of(const BatterySettings& settings);
[[nodiscard]] Volts absorption_of(const BatterySettings& settings, std::optional<Celsius> temperature);  // of a block
[[nodiscard]] Volts disconnect_of(const BatterySettings& settings);                                      // of a block
[[nodiscard]] double usual_ohms(const BatterySettings& settings);  // of the whole battery

}  // namespace karkara
