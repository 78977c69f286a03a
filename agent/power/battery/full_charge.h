// Sees that a battery is full: it takes nearly nothing near the absorption voltage, its charger went to float, or it
// was held there for hours; each for long enough. Refuses a voltage alone. Called by BatteryEstimator.
#pragma once

#include <optional>

#include "agent/power/battery/chemistry_traits.h"
#include "agent/power/battery/measured.h"

namespace karkara {

struct FullCharged {
  bool begins = false;  // else it goes on
  double charge = 1;    // at this moment: with a tail current left, some percent are missing
  double off = 0;       // one standard deviation of it
};

class FullCharge {
 public:
  // rate: of the current into the battery, in parts of its learned capacity, when known.
  [[nodiscard]] std::optional<FullCharged> see(const Measured& measured, std::optional<double> known_rate,
                                               const BatterySettings& settings, Instant now);

 private:
  [[nodiscard]] FullCharged judged(bool tail, bool shunt, double rate, Volts drives, const ChemistryTraits& traits);

  std::optional<Instant> last_;
  std::optional<Instant> rated_at_;  // a sample with a current
  std::optional<Instant> tail_since_;
  std::optional<Instant> float_since_;
  std::optional<Instant> held_since_;
  double given_ = 0;  // since it was full, in parts of the capacity
  bool full_ = false;
};

}  // namespace karkara
