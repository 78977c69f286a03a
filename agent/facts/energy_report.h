// What the agent tells of the site's energy, as plain values: the battery as it is believed to be, what is foretold,
// what is shed and why, and what happened lately. For the NOC and for 'karkara local'.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/time.h"
#include "common/units.h"

namespace karkara {

struct BatteryReport {
  std::string basis;  // "told", "counted", "voltage", "unknown"
  std::string band;   // "full", "high", "middle", "low", "empty", "unknown"
  std::optional<Percent> state_of_charge;
  Percent error{};  // the truth is within it 19 times in 20
  AmpHours capacity{};
  std::optional<Percent> health;
  std::optional<double> ohms;
  std::optional<Volts> voltage;
  std::optional<Volts> resting_voltage;
  std::optional<Amps> current;  // into the battery
  std::optional<Duration> since_full;
  friend bool operator==(const BatteryReport&, const BatteryReport&) = default;
};

struct NightReport {
  WallTime begins;
  WallTime charging_again;
  WattHours available{};
  WattHours needed{};
  WattHours uncertainty{};
  double survival = 0;  // probability
  bool survives = false;
  friend bool operator==(const NightReport&, const NightReport&) = default;
};

struct ForecastReport {
  std::optional<NightReport> night;
  std::optional<Duration> to_disconnect;
  std::optional<double> days_of_autonomy;
  std::optional<WattHours> sun_today;
  std::optional<WattHours> sun_tomorrow;
  std::optional<Watts> clean_peak;
  std::optional<double> array_ratio;
  std::optional<double> loss_per_day;
  bool wants_cleaning = false;
  friend bool operator==(const ForecastReport&, const ForecastReport&) = default;
};

// A stage of the shedding ladder; 0 is everything on.
struct StageReport {
  std::string id;                    // of the configuration; "all on" for 0
  std::vector<std::string> actions;  // "public class off", "relay 'camera' off"
  bool active = false;
  friend bool operator==(const StageReport&, const StageReport&) = default;
};

struct PowerEvent {
  std::optional<WallTime> at;  // absent: before the router knew the time
  std::string what;            // "stage", "full", "dark", "cleaned", ...
  std::string detail;
  friend bool operator==(const PowerEvent&, const PowerEvent&) = default;
};

struct EnergyReport {
  std::optional<BatteryReport> battery;
  ForecastReport forecast;
  unsigned stage = 0;
  std::string stage_reason;
  std::optional<WallTime> stage_since;
  std::vector<StageReport> stages;
  std::vector<std::string> explanation;  // what is known, from what, and what is not and why
  std::vector<PowerEvent> events;        // the newest first
  friend bool operator==(const EnergyReport&, const EnergyReport&) = default;
};

}  // namespace karkara
