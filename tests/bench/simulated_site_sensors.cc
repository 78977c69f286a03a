#include "tests/bench/simulated_site_sensors.h"

#include <algorithm>
#include <cmath>

namespace karkara {
namespace {

constexpr double kStepsPerMinute = kStepsPerDay / 1440.0;

double stepped(double value, double step) {
  return std::round(value / step) * step;
}

template <class Kind>
void fill(std::vector<Kind>& line, std::size_t from, double minutes, Kind kind) {
  const auto length = static_cast<std::size_t>(minutes * kStepsPerMinute) + 1;
  std::fill(line.begin() + static_cast<std::ptrdiff_t>(from),
            line.begin() + static_cast<std::ptrdiff_t>(std::min(from + length, line.size())), kind);
}

}  // namespace

SiteSensors::SiteSensors(const SensorSettings& settings, Volts nominal, std::size_t steps, std::uint64_t seed)
    : settings_{settings}, scale_{nominal.value() / 12}, random_{seed}, agent_(steps), unplugged_(steps) {
  shunt_offset_ = settings.shunt_offset * normal();
  shunt_drift_ = settings.shunt_drift * normal();
  shunt_gain_ = 1 + settings.shunt_gain * normal();
  charger_gain_ = 1 + settings.charger_gain * normal();
  load_gain_ = 1 + settings.load_gain * normal();
  voltage_offset_ = settings.voltage_offset * normal();
  thermometer_offset_ = settings.thermometer_offset * normal();
  draw_absences(steps);
}

void SiteSensors::draw_absences(std::size_t steps) {
  for (std::size_t day = 0; day * kStepsPerDay < steps; ++day) {
    const auto at = [&] {
      return day * kStepsPerDay + static_cast<std::size_t>(unit() * static_cast<double>(kStepsPerDay - 1));
    };
    if (unit() < settings_.pauses_per_day) {
      fill(agent_, at(), 2 + 20 * unit(), Agent::Pauses);
    }
    if (unit() < settings_.absences_per_day) {
      fill(agent_, at(), 60 * (1 + 10 * unit()), Agent::Off);
    }
    if (unit() < settings_.unplugged_per_year / 365) {
      fill(unplugged_, at(), 1440 * (2 + 4 * unit()), unit() < 0.5 ? Unplugged::Current : Unplugged::Thermometer);
    }
  }
}

double SiteSensors::battery_voltage(const TrueState& truth) {
  // A charger measures at its own end of the cable, and feeds the load from there.
  const double ohms = settings_.shunt ? settings_.cable_ohms / 4 : settings_.cable_ohms;
  const double drop = truth.battery_current.value() * ohms * scale_;
  return stepped(truth.voltage.value() + drop + scale_ * (voltage_offset_ + settings_.voltage_noise * normal()),
                 settings_.voltage_step);
}

EnergySample SiteSensors::read(const TrueState& truth, std::size_t step) {
  EnergySample sample;
  sample.battery_voltage = Volts{battery_voltage(truth)};
  const bool current = unplugged_[step] != Unplugged::Current;
  if (settings_.shunt && current) {
    const double offset = shunt_offset_ + shunt_drift_ * (truth.battery_temperature.value() - 25);
    sample.battery_current = Amps{stepped(
        truth.battery_current.value() * shunt_gain_ + offset + settings_.shunt_noise * normal(), settings_.shunt_step)};
  }
  if (settings_.charger && (current || settings_.shunt)) {
    const double amps = truth.charge_current.value() * charger_gain_;
    const double noise = amps > 0 ? settings_.output_noise * normal() : 0;
    sample.charge_current = Amps{std::max(0.0, stepped(amps + noise, settings_.output_step))};
    sample.panel_power = Watts{std::round(truth.panel_power.value())};
    sample.panel_limited = truth.panel_limited;
    sample.phase = truth.phase;
  }
  if (settings_.load_output) {
    const double amps = truth.load_current.value() * load_gain_ + settings_.output_noise * normal();
    sample.load_current = Amps{std::max(0.0, stepped(amps, settings_.output_step))};
  }
  if (settings_.thermometer && unplugged_[step] != Unplugged::Thermometer) {
    sample.battery_temperature = Celsius{std::round(truth.battery_temperature.value() + thermometer_offset_)};
  }
  if (unit() < settings_.wild_share) {
    spoil(sample);
  }
  return sample;
}

void SiteSensors::spoil(EnergySample& sample) {
  const bool high = unit() < 0.5;
  switch (random_() % 4) {
    case 0: sample.battery_voltage = Volts{high ? 65.5 : 0}; break;
    case 1:
      if (sample.battery_current) {
        sample.battery_current = Amps{high ? 327.6 : -327.6};
      }
      break;
    case 2:
      if (sample.charge_current) {
        sample.charge_current = Amps{high ? 655.3 : 0};
      }
      break;
    default:
      if (sample.battery_temperature) {
        sample.battery_temperature = Celsius{high ? 125.0 : -40.0};
      }
      break;
  }
}

}  // namespace karkara
