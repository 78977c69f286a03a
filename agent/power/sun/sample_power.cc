#include "agent/power/sun/sample_power.h"

#include <algorithm>
#include <cmath>

namespace karkara {
namespace {

Volts bus(const EnergySample& sample, const BatterySettings& battery) {
  return sample.battery_voltage.value_or(battery.nominal);
}

std::optional<Watts> sane(double watts) {
  constexpr double kMostWatts = 100'000;
  return std::isfinite(watts) && watts < kMostWatts ? std::optional{Watts{std::max(0.0, watts)}} : std::nullopt;
}

}  // namespace

std::optional<Watts> load_power(const EnergySample& sample, const BatterySettings& battery) {
  const double volts = bus(sample, battery).value();
  if (sample.battery_current && sample.charge_current) {
    return sane(volts * (*sample.charge_current - *sample.battery_current).value());
  }
  if (sample.load_current) {
    return sane(volts * (*sample.load_current + battery.unmetered_load).value());
  }
  return std::nullopt;
}

std::optional<Watts> charge_power(const EnergySample& sample, const BatterySettings& battery, double conversion) {
  if (sample.charge_current) {
    return sane(bus(sample, battery).value() * sample.charge_current->value());
  }
  if (sample.battery_current && sample.load_current) {
    const Amps load = *sample.load_current + battery.unmetered_load;
    return sane(bus(sample, battery).value() * (*sample.battery_current + load).value());
  }
  return sample.panel_power ? sane(sample.panel_power->value() * conversion) : std::nullopt;
}

std::optional<Watts> panel_power(const EnergySample& sample, const BatterySettings& battery, double conversion) {
  if (sample.panel_power) {
    return sane(sample.panel_power->value());
  }
  const auto charge = charge_power(sample, battery, conversion);
  return charge ? sane(charge->value() / conversion) : std::nullopt;
}

bool is_limited(const EnergySample& sample) {
  switch (sample.phase) {
    case ChargePhase::Off:
    case ChargePhase::Absorption:
    case ChargePhase::Float:
    case ChargePhase::Equalise:
    case ChargePhase::Fault: return true;
    case ChargePhase::Unknown:
    case ChargePhase::Bulk: break;
  }
  return sample.panel_limited.value_or(false);
}

}  // namespace karkara
