// The true batteries of the simulated site: lead-acid as two wells of charge behind Shepherd's voltage, and lithium
// iron phosphate with its flat curve and its hysteresis, both aging in the heat. Refuses to measure anything: sensors
// do. Called by the simulated site; constants and sources are in docs/power-simulation.md.
#pragma once

#include "common/units.h"

namespace karkara {

// What differs from one battery to the next of the same label.
struct BatteryMake {
  AmpHours rated{200};
  double cells = 6;          // in series
  double true_capacity = 1;  // over the rated one, when the year begins
  double cell_bias = 0;      // V a cell, of the whole curve
  double resistance = 1;     // over the usual one
};

// Where the charge went, in Ah: into - out = stored + lost + leaked + aged.
struct ChargeAccount {
  double into = 0, out = 0;
  double lost = 0;    // in gassing and side reactions while charging
  double leaked = 0;  // self-discharge
  double aged = 0;    // charge in material that no longer takes part
};

// Shared by both: heat, age and the books.
class BatteryBody {
 public:
  [[nodiscard]] Celsius temperature() const { return Celsius{kelvin_above_25_ + 25}; }
  [[nodiscard]] AmpHours capacity() const { return make_.rated * (make_.true_capacity * (1 - fade_)); }  // now
  [[nodiscard]] double fade() const { return fade_; }  // share of the capacity that the year has taken
  [[nodiscard]] const ChargeAccount& account() const { return account_; }

 protected:
  void warm(Celsius box, double heat);
  BatteryMake make_;
  ChargeAccount account_;
  double kelvin_above_25_ = 5;
  double fade_ = 0;
  double pace_ = 1;  // of whatever doubles every ten degrees
  int until_hour_ = 0;
};

class LeadAcidTruth : public BatteryBody {
 public:
  LeadAcidTruth(const BatteryMake& make, Percent state_of_charge);
  [[nodiscard]] Volts voltage(Amps into) const;
  [[nodiscard]] Amps current_at(Volts voltage) const;  // that the voltage drives into it
  void step(Amps into, Celsius box);
  [[nodiscard]] Percent state_of_charge() const;  // of what 20 hours would take out when new charged
  [[nodiscard]] AmpHours stored() const { return AmpHours{near_ + far_}; }

 private:
  [[nodiscard]] double open() const;  // V a cell, of the well that the plates see
  [[nodiscard]] double charge_ohms() const;
  [[nodiscard]] double discharge_ohms() const;
  void age(double amps);

  double near_ = 0;  // Ah at once
  double far_ = 0;   // Ah bound
};

class IronPhosphateTruth : public BatteryBody {
 public:
  IronPhosphateTruth(const BatteryMake& make, Percent state_of_charge);
  [[nodiscard]] Volts voltage(Amps into) const;
  [[nodiscard]] Amps current_at(Volts voltage) const;
  void step(Amps into, Celsius box);
  [[nodiscard]] Percent state_of_charge() const;
  [[nodiscard]] AmpHours stored() const { return AmpHours{charge_}; }

 private:
  [[nodiscard]] double open() const;
  [[nodiscard]] double ohms() const;

  double charge_ = 0;
  double lean_ = 0;       // -1 discharged last, +1 charged last
  double polarised_ = 0;  // V a cell, slow
  double days_ = 200;     // of age, for the square root of calendar aging
};

}  // namespace karkara
