// Lives one simulated year with the agent's own battery estimator and energy forecaster beside the truth, restarts them
// as power cuts and updates do, and scores them. A policy sets the shedding stage; the ladder can be one. Called by the
// bench.
#pragma once

#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/power/battery/battery_estimator.h"
#include "agent/power/sun/energy_forecaster.h"
#include "tests/bench/simulated_site_nights.h"
#include "tests/bench/simulated_site_scenarios.h"
#include "tests/bench/simulated_site_score.h"

namespace karkara {

struct PolicyView {
  const EnergySample& sample;
  const BatteryState& battery;
  const EnergyForecaster& forecaster;
  Instant now;
  std::optional<WallTime> wall;
};
using StagePolicy = std::function<unsigned(const PolicyView&)>;
using PolicyMaker = std::function<StagePolicy(const Scenario&)>;  // one for each start of the agent

[[nodiscard]] PolicyMaker fixed_stage(unsigned stage);

struct YearOptions {
  std::uint64_t seed = 1;
  std::size_t days = 365;
  PolicyMaker policy = fixed_stage(0);
  std::FILE* trace = nullptr;  // CSV, a line each ten minutes
};

class SimulatedYear {
 public:
  SimulatedYear(const Scenario& scenario, const YearOptions& options);
  YearScore live();

 private:
  struct Agent {
    BatteryEstimator estimator;
    EnergyForecaster forecaster;
    StagePolicy policy;
  };
  [[nodiscard]] Instant now() const;
  [[nodiscard]] std::optional<WallTime> wall() const;
  void start();
  void step();
  void watch();
  void night(const BatteryState& believed);
  void judge(const std::optional<NightForecast>& foretold, const BatteryState& believed);
  void remember_worst(const BatteryState& believed, const EnergySample& sample);
  void score_disconnects(const SimulatedSite& from_the_beginning);
  void trace(const BatteryState& believed);

  const Scenario& scenario_;
  YearOptions options_;
  SiteYear year_;
  YearScore score_;
  std::optional<Agent> agent_;
  BatteryMemory battery_memory_;
  std::string sun_memory_;
  std::vector<std::size_t> cuts_;
  std::size_t boot_ = 0;     // a step; since then Instants count
  std::size_t started_ = 0;  // of the agent
  std::size_t powered_since_ = 0;
  bool power_cut_ = false;  // since the agent last ran
  unsigned stage_ = 0;
  std::optional<std::size_t> saved_at_;  // a step
  std::size_t day_saved_at_ = 0;         // the usual day in that memory
  double lived_twice_ = 0;               // s of CPU
};

}  // namespace karkara
