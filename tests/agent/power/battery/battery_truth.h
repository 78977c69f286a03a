// A small battery with a charger and a load, whose true charge the tests know. Its constants are its own: other tables,
// losses and lags than the estimator's. Refuses to be a good model; it is a different one.
#pragma once

#include <algorithm>
#include <cmath>
#include <random>

#include "agent/power/battery/battery_estimator.h"

namespace karkara {

struct TruthSettings {
  bool lithium = false;
  double capacity = 100;  // amp-hours, true
  double blocks = 1;
  double efficiency = 0.92;  // below gassing
  double ocv_shift = 0.05;   // volts of a block, against the middle of the books
  double ohms = 0.011;       // of a block
  double slow_ohms = 0.010;  // with hours_to_relax
  double hours_to_relax = 0.5;
  double absorption = 14.4;
  double charge = 0.8;
  double shunt_offset = 0;  // amperes: read less true
  double shunt_gain = 1;
  double charge_gain = 1;
  double load_gain = 1;
  double celsius = 30;
  unsigned seed = 1;
};

class BatteryTruth {
 public:
  explicit BatteryTruth(const TruthSettings& settings)
      : set_{settings}, charge_{settings.charge}, noise_{settings.seed} {}

  // sun: what the charger could give, load: what is taken, amperes; held for the time.
  void step(double sun, double load, double seconds) {
    const double hours = seconds / 3600;
    load_ = load;
    const double voltage_limit =
        phase_ == ChargePhase::Float ? set_.absorption - (set_.lithium ? 0.6 : 0.8) : set_.absorption;
    // The current at which the terminal would just reach the limit.
    const double most_in = std::max(0.0, (voltage_limit - rest() - slow_) / resistance());
    given_ = std::min(sun, load + most_in);
    const double net = given_ - load;
    const bool limited = given_ < sun - 1e-9;
    follow_phase(sun, net, limited, hours);
    const double gassing = set_.lithium ? 1 : 1 - 0.9 * std::pow(std::clamp((charge_ - 0.8) / 0.2, 0.0, 1.0), 3);
    charge_ += net * hours / set_.capacity * (net > 0 ? set_.efficiency * gassing : 1);
    charge_ = std::clamp(charge_, 0.0, 1.0);
    slow_ += (net * set_.slow_ohms - slow_) * (1 - std::exp(-hours / set_.hours_to_relax));
    net_ = net;
  }

  [[nodiscard]] double charge() const { return charge_; }
  [[nodiscard]] double block_voltage() const { return rest() + slow_ + net_ * resistance(); }
  [[nodiscard]] double net() const { return net_; }
  void fade(double factor) { set_.capacity *= factor; }
  void set_charge(double charge) { charge_ = charge; }

  [[nodiscard]] EnergySample voltage_only() {
    EnergySample sample;
    sample.battery_voltage = Volts{rounded(block_voltage() * set_.blocks + noise(0.005), 0.01)};
    return sample;
  }
  [[nodiscard]] EnergySample by_shunt() {
    EnergySample sample = voltage_only();
    sample.battery_current = Amps{net_ * set_.shunt_gain + set_.shunt_offset + noise(0.02)};
    sample.battery_temperature = Celsius{set_.celsius};
    return sample;
  }
  [[nodiscard]] EnergySample by_meters() {
    EnergySample sample = voltage_only();
    sample.charge_current = Amps{std::max(0.0, rounded(given_ * set_.charge_gain + noise(0.03), 0.1))};
    sample.load_current = Amps{std::max(0.0, rounded(load_ * set_.load_gain + noise(0.02), 0.1))};
    sample.phase = phase_;
    return sample;
  }

 private:
  [[nodiscard]] double resistance() const {
    // Lead-acid takes charge badly near full.
    const double near_full = set_.lithium ? 0 : std::pow(std::clamp((charge_ - 0.75) / 0.25, 0.0, 1.0), 2);
    return set_.ohms * 100 / set_.capacity * (1 + (net_ > 0 ? 30 * near_full + 120 * std::pow(near_full, 4) : 0));
  }
  [[nodiscard]] double rest() const {
    if (set_.lithium) {
      return 13.22 + 0.10 * (charge_ - 0.5) - 1.9 * std::exp(-charge_ / 0.035) + 1.0 * std::exp((charge_ - 1) / 0.015);
    }
    return 11.70 + 1.02 * charge_ - 0.5 * std::exp(-charge_ / 0.04) + set_.ocv_shift;
  }
  void follow_phase(double sun, double net, bool limited, double hours) {
    if (sun <= 0.05) {
      phase_ = ChargePhase::Off;
      held_hours_ = 0;
    } else if (phase_ == ChargePhase::Float) {
      // until night
    } else if (limited) {
      phase_ = ChargePhase::Absorption;
      held_hours_ += hours;
      if (held_hours_ > 4 || (held_hours_ > 0.5 && net < 0.02 * set_.capacity)) {
        phase_ = ChargePhase::Float;
      }
    } else {
      phase_ = ChargePhase::Bulk;
    }
  }
  double noise(double off) { return std::normal_distribution<double>{0, off}(noise_); }
  static double rounded(double value, double step) { return std::round(value / step) * step; }

  TruthSettings set_;
  double charge_;
  double slow_ = 0;
  double net_ = 0;
  double given_ = 0;
  double load_ = 0;
  double held_hours_ = 0;
  ChargePhase phase_ = ChargePhase::Off;
  std::mt19937 noise_;
};

// What the sun could give at an hour of the day, as part of the most.
[[nodiscard]] inline double sun_at(double hour_of_day) {
  return std::max(0.0, std::sin((hour_of_day - 6) / 12 * 3.14159265358979));
}

}  // namespace karkara
