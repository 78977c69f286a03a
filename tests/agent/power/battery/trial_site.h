// A battery of known truth and its estimator, run side by side through hours and days. Called by the tests.
#pragma once

#include <functional>

#include "tests/agent/power/battery/battery_truth.h"

namespace karkara {

enum class Sensing { Shunt, Meters, VoltageOnly };

struct Day {
  double sun = 14;  // amperes at noon
  double load = 1.2;
};

class TrialSite {
 public:
  TrialSite(const TruthSettings& of_truth, const BatterySettings& battery, Sensing sensing)
      : truth{of_truth}, estimator{battery}, sensing_{sensing} {}

  // change: what happens to each sample on its way.
  void days(double count, const Day& day, const std::function<void(EnergySample&)>& change = {}) {
    for (const Instant end = now + span(count * 24); now < end;) {
      const double hour = std::fmod(std::chrono::duration<double, std::ratio<3600>>{now.since_boot()}.count(), 24);
      const double evening = hour > 18 && hour < 23 ? 1.7 : 1;
      step(day.sun * sun_at(hour), day.load * evening, change);
    }
  }
  // The same sun and load all the time.
  void hours(double count, double sun, double load, const std::function<void(EnergySample&)>& change = {}) {
    for (const Instant end = now + span(count); now < end;) {
      step(sun, load, change);
    }
  }
  // The battery goes on, and nobody looks.
  void unseen(double count, double sun, double load) {
    for (const Instant end = now + span(count); now < end; now = now + kStep) {
      truth.step(sun, load, 30);
    }
  }

  [[nodiscard]] BatteryState state() const { return estimator.state(now); }
  [[nodiscard]] double error() const { return state().state_of_charge->value() - 100 * truth.charge(); }
  // Part of the samples where the truth lay within the bar.
  [[nodiscard]] double covered() const { return samples_ == 0 ? 0 : static_cast<double>(inside_) / samples_; }
  [[nodiscard]] double worst() const { return worst_; }
  void forget_score() { samples_ = inside_ = 0, worst_ = 0; }

  BatteryTruth truth;
  BatteryEstimator estimator;
  Instant now{std::chrono::hours{0}};

 private:
  static constexpr Duration kStep = std::chrono::seconds{30};
  static Duration span(double count) {
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::ratio<3600>>{count});
  }
  void step(double sun, double load, const std::function<void(EnergySample&)>& change) {
    truth.step(sun, load, 30);
    now = now + kStep;
    EnergySample sample = sensing_ == Sensing::Shunt    ? truth.by_shunt()
                          : sensing_ == Sensing::Meters ? truth.by_meters()
                                                        : truth.voltage_only();
    if (change) {
      change(sample);
    }
    estimator.see(sample, now);
    const BatteryState seen = state();
    if (seen.state_of_charge) {
      ++samples_;
      inside_ += std::abs(error()) <= seen.error.value() ? 1 : 0;
      worst_ = std::max(worst_, std::abs(error()));
    }
  }

  Sensing sensing_;
  int samples_ = 0;
  int inside_ = 0;
  double worst_ = 0;
};

[[nodiscard]] inline TruthSettings lithium_truth() {
  TruthSettings truth;
  truth.lithium = true;
  truth.absorption = 14.2;
  truth.efficiency = 0.99;
  return truth;
}

[[nodiscard]] inline BatterySettings lithium_battery() {
  BatterySettings battery;
  battery.chemistry = Chemistry::LithiumIronPhosphate;
  return battery;
}

}  // namespace karkara
