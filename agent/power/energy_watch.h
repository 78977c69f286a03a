// What is believed and foretold of the site's battery and sun: merges what the sources say, feeds the estimate and the
// forecast, raises their alarms, remembers over restarts. Refuses to act: the shedding ladder does. Owned by
// PowerFeature, on sites whose battery is configured.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/facts/effects.h"
#include "agent/facts/energy_report.h"
#include "agent/facts/power_history.h"
#include "agent/facts/usage.h"
#include "agent/power/battery/battery_estimator.h"
#include "agent/power/power_events.h"
#include "agent/power/settings.h"
#include "agent/power/sun/energy_forecaster.h"

namespace karkara {

class EnergyWatch {
 public:
  static constexpr std::string_view kBatteryKey = "battery";
  static constexpr std::string_view kForecastKey = "energy";

  // kept: what an earlier run persisted, by key.
  EnergyWatch(const BatterySettings& battery, const std::optional<SunSettings>& sun,
              const std::map<std::string, std::string>& kept);
  Effects reconfigure(const BatterySettings& battery, const std::optional<SunSettings>& sun);

  // A few times a minute.
  Effects see(const EnergySample& sample, unsigned stage, const KnownTime& at, PowerEvents& events);
  // A day that the charger told afterwards.
  Effects see_missed_day(const ChargerDay& day, const KnownTime& at);
  // Before the router stops: what must not be lost.
  [[nodiscard]] Effects keep(const KnownTime& at, bool all);
  Effects retire() const;  // takes its alarms back

  [[nodiscard]] BatteryState battery(Instant now) const { return estimator_.state(now); }
  [[nodiscard]] std::optional<EnergyForecast> forecast(unsigned stage, const KnownTime& at) const;
  [[nodiscard]] std::optional<NightHours> night_hours(const KnownTime& at) const;
  [[nodiscard]] const EnergySample& sample() const { return sample_; }
  [[nodiscard]] std::vector<Sample> samples(unsigned stage, const KnownTime& at) const;
  [[nodiscard]] EnergyReport report(unsigned stage, const KnownTime& at) const;

 private:
  void recall(const KnownTime& at, Effects& effects);
  void recall_battery(const KnownTime& at, Effects& effects);
  void recall_forecast(Effects& effects);
  void reconfigure_forecaster(Effects& effects);
  void learn_time(const KnownTime& at, PowerEvents& events);
  void watch(unsigned stage, const KnownTime& at, Effects& effects, PowerEvents& events);
  void watch_night(const EnergyForecast& forecast, Effects& effects);
  void watch_charge(const KnownTime& at, Effects& effects);
  void watch_full(const BatteryState& battery, const KnownTime& at, PowerEvents& events);

  BatteryEstimator estimator_;
  std::optional<SunSettings> sun_;
  std::optional<EnergyForecaster> forecaster_;
  std::string kept_battery_;
  std::string kept_forecast_;
  std::optional<Instant> recalled_at_;
  // Of a memory that was read before the router knew the time.
  std::optional<WallTime> left_at_;     // when it was written
  std::optional<WallTime> day_begins_;  // the usual day in it
  bool knows_away_ = false;
  std::optional<Duration> since_full_;  // at the last watch
  EnergySample sample_;
  Instant save_battery_at_;
  Instant save_forecast_at_;
  Instant watch_at_;
  bool at_risk_ = false;
  bool near_ = false;
  bool aged_ = false;
  bool dirty_ = false;
  std::optional<Instant> idle_since_;  // the sun is up and nothing charges
  bool idle_ = false;
};

}  // namespace karkara
