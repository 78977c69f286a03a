// Keeps the belief about one battery from what its devices say: counts charge with its losses, corrects itself at full
// charge, at rest and at the disconnect, learns capacity and resistance, and says how far it may be off. Refuses a
// percentage where only a voltage is known. Called by PowerFeature, and by the bench with a simulated battery.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include "agent/power/battery/battery_state.h"
#include "agent/power/battery/charge_band.h"
#include "agent/power/battery/charge_filter.h"
#include "agent/power/battery/full_charge.h"
#include "agent/power/battery/measured.h"
#include "agent/power/battery/resistance.h"
#include "agent/power/battery/rest_watch.h"
#include "agent/power/battery/told_charge.h"
#include "agent/power/battery/usual_day.h"
#include "agent/power/energy.h"
#include "common/time.h"

namespace karkara {

// What must survive a restart.
struct BatteryMemory {
  std::optional<Percent> state_of_charge{};
  Percent error{100};
  AmpHours capacity{};
  std::optional<Percent> health{};
  std::optional<double> ohms{};
  std::optional<Amps> current_offset{};  // of the sensor, learned at rest
  std::optional<double> efficiency{};    // of charging, learned between two full charges
  std::optional<Duration> since_full{};
  std::optional<double> capacity_off{};  // of the learned one, relative, as one standard deviation
  std::optional<double> bias{};          // volts of a block: how this battery differs from the tables ...
  std::optional<double> bias_off{};
  std::optional<double> drop{};  // ... and how far its voltage falls at the 20-hour rate
  std::optional<double> drop_off{};
  std::optional<Amps> usual{};  // root mean square of the current
  std::optional<Amps> load{};   // mean of what chargers give and a shunt misses
  // Which battery it is of, as it was configured then; absent in lines of earlier releases.
  std::optional<AmpHours> rated{};
  std::optional<Volts> nominal{};
  std::optional<bool> lithium{};
  std::optional<UsualDay::Kept> day{};
  // That it is of another battery than this one.
  [[nodiscard]] bool is_of_another(const BatterySettings& settings) const;
  friend bool operator==(const BatteryMemory&, const BatteryMemory&) = default;
};

class BatteryEstimator {
 public:
  explicit BatteryEstimator(const BatterySettings& settings);
  // Of an earlier run; away: how long nobody counted, when that is known. Called before the first see().
  void restore(const BatteryMemory& memory, std::optional<Duration> away);
  // Once the time is known, where it was not at the restart: when the usual day of that memory begins, on this run's
  // clock (nothing: that will never be known), and how long nobody counted.
  [[nodiscard]] bool has_unplaced_day() const { return unplaced_day_.has_value(); }
  void place_day(std::optional<Instant> kept_at);
  void was_away(Duration away);
  void reconfigure(const BatterySettings& settings);

  // Some times a minute, in the order of time; a pause of any length may lie between two.
  void see(const EnergySample& sample, Instant now);

  [[nodiscard]] BatteryState state(Instant now) const;
  [[nodiscard]] BatteryMemory memory(Instant now) const;
  [[nodiscard]] const BatterySettings& settings() const { return settings_; }

 private:
  void guess(const Measured& measured);
  void count(const Measured& measured, Instant now);
  void follow_current(const BatteryCurrent& current);
  void correct(const Measured& measured, Instant now);
  void correct_by_voltage(const Measured& measured, Instant now);
  void hear_told(const Measured& measured, const EnergySample& sample, Instant now);
  // What nobody counted, from then on; `before` of that stretch is accounted for.
  void bridge(ChargeFilter& filter, Instant from, Duration elapsed, Duration before) const;
  void take_charge(const BatteryMemory& memory, std::optional<Duration> away);
  [[nodiscard]] Amps net_of(const BatteryCurrent& current) const;
  [[nodiscard]] ChargeFilter filter_at(Instant now) const;
  [[nodiscard]] std::optional<double> health() const;
  [[nodiscard]] static double error_of(const Believed& charge) {
    return std::min(100.0, 100 * kNineteenOfTwenty * charge.off);
  }

  static constexpr Duration kLongestStep = std::chrono::minutes{5};  // between two samples that one count bridges
  static constexpr double kNineteenOfTwenty = 1.96;
  static constexpr double kLearned = 0.78;  // of the doubt before learning: then it counts as learned

  BatterySettings settings_;
  ChargeFilter filter_;
  Measurements measurements_;
  FullCharge full_charge_;
  RestWatch rest_;
  DisconnectWatch disconnect_;
  Resistance resistance_;
  ToldCharge told_;
  ChargeBand band_;

  bool unsure_ = true;     // nobody counted for long: the next voltage may tell better
  bool returned_ = false;  // and the disconnect was open meanwhile
  bool counted_ = false;   // a current was seen, or told by an earlier run
  std::optional<Instant> last_;
  std::optional<Instant> known_at_;        // a sample with a current
  std::optional<BatteryCurrent> current_;  // of that
  std::optional<Volts> voltage_;           // of the whole battery, and when
  Instant voltage_at_;
  double usual_square_ = 0;                           // of the current, amperes squared
  UsualDay usual_day_;                                // of the current
  std::optional<UsualDay::Kept> unplaced_day_;        // of an earlier run; nobody knows yet at which hour it begins
  Percent counted_percent_{};                         // since the last told charge
  std::array<std::optional<Believed>, 2> offsets_{};  // of the source that is not in use, by its origin
  std::optional<Instant> full_at_;
  std::optional<Duration> full_before_;  // since_full at the start, of an earlier run
  std::optional<Instant> restored_at_;
  std::optional<Instant> adopted_at_;
  std::optional<AmpHours> told_capacity_;
  bool capacity_kept_ = false;  // learned in an earlier run
};

}  // namespace karkara
