// Finds the moments when a battery's voltage tells its charge: a real rest, hours of one small discharge after the
// surface charge is gone, and the disconnect. Refuses voltages while it charges or soon after. Called by
// BatteryEstimator.
#pragma once

#include <optional>

#include "agent/power/battery/measured.h"

namespace karkara {

class RestWatch {
 public:
  [[nodiscard]] std::optional<SteadyVoltage> see(Volts block, Amps net, const BatterySettings& settings, Instant now);

 private:
  struct Window {
    Instant since{};
    double volts = 0;
    double rate = 0;
    double least_rate = 0;
    double most_rate = 0;
    int samples = 0;
  };
  [[nodiscard]] std::optional<SteadyVoltage> told_by(const Window& window, const BatterySettings& settings,
                                                     Instant now) const;

  std::optional<Instant> last_;
  double last_rate_ = 0;
  Instant charged_at_;  // at the latest
  Instant busy_at_;     // a current that leaves its mark on the voltage
  double removed_ = 0;  // since, in parts of the capacity
  std::optional<Window> window_;
  std::optional<Instant> told_at_;
};

// Sees the voltage stand at the disconnect, or a load vanish there.
class DisconnectWatch {
 public:
  [[nodiscard]] std::optional<SteadyVoltage> see(const Measured& measured, Amps net, const BatterySettings& settings,
                                                 Instant now);

 private:
  struct Seen {
    Volts block{};
    double rate = 0;
    double load = 0;
  };
  std::optional<Seen> last_;
  std::optional<Instant> low_since_;
  bool told_ = false;
};

}  // namespace karkara
