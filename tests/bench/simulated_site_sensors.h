// What devices tell of the simulated site: offsets, gains, steps, noise, wild samples, hours without the agent and a
// sensor that is unplugged for days. Refuses to invent what a site has no device for. Called by the bench; its
// constants are in docs/power-simulation.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "agent/power/energy.h"
#include "tests/bench/simulated_site.h"

namespace karkara {

struct SensorSettings {
  bool shunt = true;
  bool charger = true;  // its current, phase and panel power
  bool load_output = false;
  bool thermometer = true;
  double shunt_offset = 0.03;   // A, one standard deviation from device to device
  double shunt_drift = 0.0015;  // A/K
  double shunt_gain = 0.004;
  double shunt_step = 0.01;   // A
  double shunt_noise = 0.03;  // A
  double charger_gain = 0.015;
  double load_gain = 0.02;
  double output_step = 0.1;       // A, of charger and load output
  double output_noise = 0.04;     // A
  double voltage_offset = 0.015;  // V at 12 V
  double voltage_step = 0.01;
  double voltage_noise = 0.008;
  double cable_ohms = 0.008;           // at 12 V, between the battery and what measures
  double thermometer_offset = 2;       // K
  double wild_share = 5e-5;            // of samples that have one wild value
  double pauses_per_day = 0.5;         // of minutes
  double absences_per_day = 1.0 / 30;  // of hours, with a restart
  double unplugged_per_year = 2;       // for days
};

class SiteSensors {
 public:
  SiteSensors(const SensorSettings& settings, Volts nominal, std::size_t steps, std::uint64_t seed);

  enum class Agent : std::uint8_t { Runs, Pauses, Off };
  [[nodiscard]] Agent agent(std::size_t step) const { return agent_[step]; }
  [[nodiscard]] EnergySample read(const TrueState& truth, std::size_t step);

 private:
  enum class Unplugged : std::uint8_t { Nothing, Current, Thermometer };
  double unit() { return static_cast<double>(random_() >> 11U) * 0x1p-53; }
  double normal() { return normal_(random_); }
  void draw_absences(std::size_t steps);
  double battery_voltage(const TrueState& truth);
  void spoil(EnergySample& sample);

  SensorSettings settings_;
  double scale_;  // of voltages against 12 V
  std::mt19937_64 random_;
  std::normal_distribution<double> normal_;
  std::vector<Agent> agent_;
  std::vector<Unplugged> unplugged_;
  double shunt_offset_, shunt_drift_, shunt_gain_, charger_gain_, load_gain_, voltage_offset_, thermometer_offset_;
};

}  // namespace karkara
