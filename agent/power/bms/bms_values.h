// What a battery management system said in one look, in one set of units and signs, whatever its protocol; and the same
// as readings, each within what is plausible. Refuses to fill a gap: what was not said keeps its reason.
#pragma once

#include <string>
#include <vector>

#include "agent/devices/readings.h"
#include "common/reading.h"

namespace karkara::bms {

// One of several packs on a bus.
struct PackValues {
  unsigned address = 0;
  Value state_of_charge = Absent::NotImplemented;
  Value amperes = Absent::NotImplemented;
  Value cell_spread = Absent::NotImplemented;
};

struct BmsValues {
  Value volts = Absent::NotImplemented;
  Value amperes = Absent::NotImplemented;            // into the battery is positive
  Value state_of_charge = Absent::NotImplemented;    // %
  Value capacity = Absent::NotImplemented;           // Ah
  Value remaining = Absent::NotImplemented;          // Ah
  Value health = Absent::NotImplemented;             // %
  Value temperature_most = Absent::NotImplemented;   // of the cells
  Value temperature_least = Absent::NotImplemented;  // of the cells
  Value board_temperature = Absent::NotImplemented;  // of the electronics
  Value cell_volts_least = Absent::NotImplemented;
  Value cell_volts_most = Absent::NotImplemented;
  Value weakest_cell = Absent::NotImplemented;  // its number, from 1
  Value cells = Absent::NotImplemented;         // in series
  Value packs = Absent::NotImplemented;         // side by side
  Value cycles = Absent::NotImplemented;
  Value charge_limit = Absent::NotImplemented;     // A
  Value discharge_limit = Absent::NotImplemented;  // A
  Value charge_enabled = Absent::NotImplemented;   // 1 or 0
  Value discharge_enabled = Absent::NotImplemented;
  Value alarms = Absent::NotImplemented;  // bits of the protocol's own; 0: none
  std::string alarm_words{};
  std::vector<PackValues> each_pack{};  // only where there are several
};

// Least, most, spread and the weakest; nothing to take from no cells.
void take_cells(BmsValues& values, const std::vector<double>& volts);
// Absent when either is.
[[nodiscard]] Value difference(const Value& most, const Value& least);

[[nodiscard]] QuantityReadings to_readings(const BmsValues& values);

}  // namespace karkara::bms
