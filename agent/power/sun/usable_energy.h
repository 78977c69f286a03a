// How much a battery still gives until its disconnect: the points of charge above it, and the energy of a point. Both
// are learned against the estimate's own numbers, so that its lasting errors cancel. Refuses a number where only a
// middle band of charge is known. Kept by the forecaster.
#pragma once

#include <array>
#include <optional>

#include "agent/power/battery/battery_state.h"
#include "agent/power/energy.h"
#include "agent/power/sun/log_code.h"
#include "common/time.h"
#include "common/units.h"

namespace karkara {

struct Reserve {
  WattHours above{};         // the disconnect
  WattHours room{};          // from the disconnect to full
  WattHours charge_doubt{};  // one standard deviation of the charge's estimate, as energy
  WattHours other_doubt{};   // the same of what a point is worth and where the disconnect is
  double stores = 1;         // of the energy that charges it, what it gives again
};

class UsableEnergy {
 public:
  static constexpr std::size_t kBins = 20;
  static constexpr double kBinPoints = 2.5;  // the lower half of charge
  static constexpr std::size_t kNights = 9;
  static constexpr std::size_t kCuts = 5;
  // How a bin's voltage under load differs from the table's, in volts of a 12 V block.
  struct Bin {
    double offset = 0;
    double hours = 0;  // that it was learned in; 0 is unknown
  };
  struct Memory {
    RecentCodes<kNights> worth{};  // of a point, measured over a discharge, in parts of the expected
    RecentCodes<kCuts> cuts{};     // points of charge when the voltage came down to the disconnect
    std::array<Bin, kBins> bins{};
  };

  // draw: what the loads take; while the battery alone feeds them.
  void see_discharge(Watts draw, const EnergySample& sample, const BatteryState& battery, Duration lasted,
                     const BatterySettings& settings);
  // Something else than a discharge, or a gap.
  void end_discharge();

  // Nothing while too little is known of the charge.
  [[nodiscard]] std::optional<Reserve> reserve(const BatteryState& battery, Watts draw,
                                               const BatterySettings& settings) const;

  void restore(const Memory& memory);
  // Near the disconnect as if it came now: afterwards there may be no power left to write it down.
  [[nodiscard]] Memory memory() const;

 private:
  struct Span {
    double first = 0;
    double last = 0;
    double joules = 0;
    double expected_joules = 0;  // as if a point were worth what it should
  };
  void close_span();
  [[nodiscard]] double offset_at(double charge) const;
  [[nodiscard]] double loaded_volts(double charge, double rest_offset, Watts draw, const BatteryState& battery,
                                    const BatterySettings& settings) const;
  [[nodiscard]] double disconnect_points(Watts draw, const BatteryState& battery,
                                         const BatterySettings& settings) const;
  [[nodiscard]] double point_worth(double charge, Watts draw, const BatteryState& battery,
                                   const BatterySettings& settings) const;
  void learn_voltage(Watts draw, Volts voltage, double charge, const BatteryState& battery, Duration lasted,
                     const BatterySettings& settings);

  Memory memory_;
  std::optional<Span> span_;
  std::optional<double> cut_at_;   // points, in this discharge
  std::optional<double> near_at_;  // points, while its voltage is close to the disconnect
  Celsius temperature_{25};
  Duration discharging_{};
};

}  // namespace karkara
