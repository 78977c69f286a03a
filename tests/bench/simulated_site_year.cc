#include "tests/bench/simulated_site_year.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cmath>
#include <ctime>
#include <stdexcept>
#include <utility>

namespace karkara {
namespace {

using Runs = SiteSensors::Agent;

constexpr std::size_t kStepsPerHour = kStepsPerDay / 24;
constexpr std::size_t kSettleDays = 7;
constexpr std::size_t kBootSteps = 3;                  // from power to the agent
constexpr std::size_t kClockless = kStepsPerHour / 6;  // from the start until a time was heard
constexpr std::size_t kSaveEvery = kStepsPerHour / 4;
constexpr std::size_t kForecastEvery = kStepsPerHour;  // asked by whoever shows it

double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

std::string local_time(std::size_t step) {
  const std::time_t seconds = site_wall(step).seconds() + 3600;
  return fmt::format("{:%m-%d %H:%M}", fmt::gmtime(seconds));
}

Duration steps_long(std::size_t steps) {
  return kSiteStep * static_cast<std::int64_t>(steps);
}

double or_none(const std::optional<Percent>& percent) {
  return percent ? percent->value() : -1;
}

double hours_or_none(const std::optional<Duration>& duration) {
  return duration ? std::chrono::duration<double, std::ratio<3600>>(*duration).count() : -1;
}

std::string told_of(const BatteryState& believed, const TrueState& truth) {
  return fmt::format("truth {:.1f} % of {:.0f} Ah, told {:.1f} +- {:.1f} % of {:.0f} Ah, basis {}, {:.1f} h since full",
                     truth.state_of_charge.value(), truth.capacity.value(), or_none(believed.state_of_charge),
                     believed.error.value(), believed.capacity.value(), static_cast<int>(believed.basis),
                     hours_or_none(believed.since_full));
}

}  // namespace

PolicyMaker fixed_stage(unsigned stage) {
  return [stage](const Scenario&) { return [stage](const PolicyView&) { return stage; }; };
}

SimulatedYear::SimulatedYear(const Scenario& scenario, const YearOptions& options)
    : scenario_{scenario}, options_{options}, year_{scenario, options.seed, options.days} {
  score_.changes_of_day.resize(options.days);
  score_.worst_of_day.resize(options.days);
}

Instant SimulatedYear::now() const {
  return Instant{steps_long(year_.site.now() - boot_)};
}

std::optional<WallTime> SimulatedYear::wall() const {
  if (year_.site.now() < started_ + kClockless) {
    return std::nullopt;
  }
  return site_wall(year_.site.now());
}

YearScore SimulatedYear::live() {
  const double begin = cpu_seconds();
  const SimulatedSite from_the_beginning = year_.site;
  if (options_.trace != nullptr) {
    std::fprintf(options_.trace,
                 "time,soc,told,error,band,volts,battery_amps,charge_amps,load_amps,panel_watts,phase,stage,connected,"
                 "temperature,capacity,told_capacity,cloud,optical_depth,dust\n");
  }
  while (!year_.site.over()) {
    step();
  }
  score_.seconds = cpu_seconds() - begin - lived_twice_;
  score_disconnects(from_the_beginning);
  return std::move(score_);
}

// After a power cut nobody knows how long it was: the router has no clock.
void SimulatedYear::start() {
  const std::size_t at = year_.site.now();
  const bool power_cut = std::exchange(power_cut_, false);
  boot_ = power_cut ? powered_since_ : boot_;
  started_ = at;
  agent_.emplace(Agent{BatteryEstimator{told_battery(scenario_)},
                       EnergyForecaster{told_sun(scenario_), told_battery(scenario_)}, options_.policy(scenario_)});
  if (saved_at_) {
    agent_->estimator.restore(battery_memory_, power_cut ? std::nullopt : std::optional{steps_long(at - *saved_at_)});
    if (const auto read = agent_->forecaster.restore(sun_memory_); !read.ok()) {
      throw std::runtime_error{"the forecaster refused its own memory"};
    }
  }
}

void SimulatedYear::step() {
  SimulatedSite& site = year_.site;
  const std::size_t at = site.now();
  const bool powered = site.state().connected;
  const Runs agent = year_.sensors.agent(at);
  powered_since_ = powered ? powered_since_ : at + 1;
  if (powered && !agent_ && agent != Runs::Off && at >= powered_since_ + kBootSteps) {
    start();
  }
  site.step(stage_);
  if (!site.state().connected && powered) {
    cuts_.push_back(site.now());
    power_cut_ = true;
  }
  if (agent_ && (!site.state().connected || agent == Runs::Off)) {
    agent_.reset();
  }
  const bool runs = agent_ && agent == Runs::Runs;
  if (runs) {
    watch();
  } else if (at == site.sky().days()[at / kStepsPerDay].sunset && site.state().connected) {
    ++score_.unheard;
  }
}

void SimulatedYear::watch() {
  const std::size_t at = year_.site.now() - 1;
  const TrueState& truth = year_.site.state();
  const EnergySample sample = year_.sensors.read(truth, at);
  agent_->estimator.see(sample, now());
  if (agent_->estimator.has_unplaced_day() && wall()) {
    agent_->estimator.place_day(now() + -steps_long(at + 1 - day_saved_at_));
  }
  const BatteryState believed = agent_->estimator.state(now());
  agent_->forecaster.see(sample, believed, stage_, now(), wall());
  const unsigned wanted =
      std::min(agent_->policy({sample, believed, agent_->forecaster, now(), wall()}), kDeepestStage);
  score_.changes_of_day[at / kStepsPerDay] += wanted != stage_ ? 1U : 0U;
  stage_ = wanted;
  if (at % kSaveEvery == 0) {
    battery_memory_ = agent_->estimator.memory(now());
    sun_memory_ = agent_->forecaster.memory();
    saved_at_ = year_.site.now();
    day_saved_at_ = agent_->estimator.has_unplaced_day() ? day_saved_at_ : *saved_at_;
  }
  if (at % kForecastEvery == 0 && wall()) {
    (void)agent_->forecaster.forecast(believed, stage_, *wall());
  }
  if (at >= kSettleDays * kStepsPerDay) {
    score_.add(believed, truth.state_of_charge);
    remember_worst(believed, sample);
  }
  if (at == year_.site.sky().days()[at / kStepsPerDay].sunset && at >= kSettleDays * kStepsPerDay) {
    night(believed);
  }
  if (options_.trace != nullptr && at % 20 == 0) {
    trace(believed);
  }
}

void SimulatedYear::night(const BatteryState& believed) {
  const double begin = cpu_seconds();
  judge(wall() ? agent_->forecaster.forecast(believed, stage_, *wall()).night : std::nullopt, believed);
  lived_twice_ += cpu_seconds() - begin;
}

void SimulatedYear::judge(const std::optional<NightForecast>& foretold, const BatteryState& believed) {
  const bool lived = survives_night(year_.site, stage_);
  const bool close = is_close_night(year_.site, stage_);
  ++score_.nights;
  score_.deaths += lived ? 0U : 1U;
  score_.close_nights += close ? 1U : 0U;
  score_.close_deaths += close && !lived ? 1U : 0U;
  if (!foretold) {
    ++score_.undecided;
  } else {
    score_.brier += std::pow(foretold->survival - (lived ? 1 : 0), 2);
  }
  // To say nothing is to let it happen.
  if (const bool says = !foretold || foretold->survives; says != lived) {
    const NightForecast none;
    const NightForecast& night = foretold ? *foretold : none;
    score_.wrong.push_back(
        {year_.site.now() / kStepsPerDay, !lived, close,
         fmt::format("{} {} {}: survival {:.2f}, {:.0f} Wh there, {:.0f} Wh needed, +- {:.0f}; {}",
                     local_time(year_.site.now()), close ? "close" : "clear", lived ? "false alarm" : "missed death",
                     night.survival, night.available.value(), night.needed.value(), night.uncertainty.value(),
                     told_of(believed, year_.site.state()))});
  }
}

void SimulatedYear::remember_worst(const BatteryState& believed, const EnergySample& sample) {
  if (!believed.state_of_charge) {
    return;
  }
  const TrueState& truth = year_.site.state();
  const double error = std::abs((*believed.state_of_charge - truth.state_of_charge).value());
  const std::size_t at = year_.site.now() - 1;
  WorstMoment& worst = score_.worst_of_day[at / kStepsPerDay];
  if (error > worst.error + 0.5) {
    worst.error = error;
    worst.note = fmt::format("{} {}{}{}; {:.2f} V, {:.1f} A, {:.0f} degrees, phase {}, agent up {:.1f} h",
                             local_time(at), told_of(believed, truth),
                             scenario_.sensors.shunt && !sample.battery_current ? ", shunt unplugged" : "",
                             scenario_.sensors.charger && !sample.charge_current ? ", charger unplugged" : "",
                             truth.voltage.value(), truth.battery_current.value(), truth.battery_temperature.value(),
                             static_cast<int>(truth.phase), static_cast<double>(at - started_) / kStepsPerHour);
  }
}

// Avoidable: the deepest stage, held all year in the same weather, was not dark within a day of it.
void SimulatedYear::score_disconnects(const SimulatedSite& from_the_beginning) {
  const std::vector<bool> dark = dark_steps(from_the_beginning, kDeepestStage);
  score_.disconnects = cuts_.size();
  for (std::size_t i = 1; i < dark.size(); ++i) {
    score_.oracle_disconnects += dark[i] && !dark[i - 1] ? 1U : 0U;
  }
  for (const std::size_t cut : cuts_) {
    const std::size_t from = cut > kStepsPerDay ? cut - kStepsPerDay : 0;
    bool unavoidable = false;
    for (std::size_t i = from; i < std::min(cut + kStepsPerDay, dark.size()); ++i) {
      unavoidable = unavoidable || dark[i];
    }
    score_.avoidable += unavoidable ? 0U : 1U;
  }
}

void SimulatedYear::trace(const BatteryState& believed) {
  const TrueState& truth = year_.site.state();
  const std::size_t at = year_.site.now() - 1;
  const SkyDay& day = year_.site.sky().days()[at / kStepsPerDay];
  fmt::print(
      options_.trace,
      "{},{:.2f},{:.2f},{:.2f},{},{:.3f},{:.2f},{:.2f},{:.2f},{:.0f},{},{},{},{:.1f},{:.1f},{:.1f},{},{:.2f},{:.3f}\n",
      local_time(at), truth.state_of_charge.value(), or_none(believed.state_of_charge), believed.error.value(),
      static_cast<int>(believed.band), truth.voltage.value(), truth.battery_current.value(),
      truth.charge_current.value(), truth.load_current.value(), truth.panel_power.value(),
      static_cast<int>(truth.phase), stage_, truth.connected ? 1 : 0, truth.battery_temperature.value(),
      truth.capacity.value(), believed.capacity.value(), static_cast<int>(day.kind), day.optical_depth, day.dust_loss);
}

}  // namespace karkara
