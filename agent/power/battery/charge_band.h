// Which of five bands a battery is in, from its state of charge or from its voltage alone, with hysteresis. Refuses a
// percentage. Called by BatteryEstimator.
#pragma once

#include <optional>

#include "agent/power/battery/measured.h"

namespace karkara {

class ChargeBand {
 public:
  void see_charge(Percent charge);
  void see_voltage(const Measured& measured, bool full, const BatterySettings& settings, Instant now);
  [[nodiscard]] SocBand band() const { return band_; }

 private:
  void move(double value, const double (&borders)[4], double margin, bool may_rise);

  SocBand band_ = SocBand::Unknown;
  std::optional<double> smooth_;  // volts of a block
  Instant seen_at_;
  std::optional<Instant> held_since_;
  std::optional<Instant> higher_since_;
};

}  // namespace karkara
