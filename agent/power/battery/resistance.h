// Learns a battery's inner resistance from steps of its load: the median of dV/dI over the last ones. Refuses steps
// while a charger holds the voltage. Called by BatteryEstimator.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "agent/power/battery/battery_state.h"
#include "common/time.h"
#include "common/units.h"

namespace karkara {

class Resistance {
 public:
  void restore(double ohms) { kept_ = ohms; }
  // battery: its whole voltage.
  void see(Volts battery, Amps net, const BatterySettings& settings, Instant now);
  [[nodiscard]] std::optional<double> ohms() const;

 private:
  static constexpr std::size_t kSteps = 15;
  struct Seen {
    Volts battery{};
    Amps net{};
    Instant at{};
  };
  std::optional<Seen> last_;
  std::array<double, kSteps> steps_{};
  std::size_t count_ = 0;
  std::optional<double> kept_;
};

}  // namespace karkara
