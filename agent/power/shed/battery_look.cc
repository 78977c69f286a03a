#include "agent/power/shed/battery_look.h"

#include <algorithm>
#include <cmath>

#include "agent/power/battery/chemistry_traits.h"

namespace karkara {
namespace {

constexpr double kUsualError = 8;  // points; nothing is taken off for it
constexpr double kMostTakenOff = 15;
constexpr double kHopelessError = 35;  // tells no more than a band does
// A router on a 12 V battery is long off below 80 % of a disconnect; an equalising charge goes to 16 V.
constexpr double kLeastOfDisconnect = 0.8;
constexpr double kMostOfNominal = 1.4;
constexpr double kIdleRate = 0.005;    // of the capacity; less current than that has no direction
constexpr Volts kLiftedByCharge{0.1};  // above the float voltage, of a block

std::optional<bool> charging_by_current(const BatteryState& battery, const EnergySample& sample,
                                        const BatterySettings& settings) {
  if (battery.current && std::isfinite(battery.current->value()) &&
      std::abs(rate_of(*battery.current, settings)) > kIdleRate) {
    return battery.current->value() > 0;
  }
  if (sample.charge_current && sample.load_current) {
    return sample.charge_current->value() > 0 && *sample.charge_current >= *sample.load_current;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Percent> middle_of(SocBand band) {
  switch (band) {
    case SocBand::Unknown: return std::nullopt;
    case SocBand::Empty: return Percent{5};
    case SocBand::Low: return Percent{22};
    case SocBand::Middle: return Percent{50};
    case SocBand::High: return Percent{80};
    case SocBand::Full: return Percent{98};
  }
  return std::nullopt;
}

std::optional<Percent> careful_charge(const BatteryState& battery) {
  const double error = battery.error.value();
  if (battery.state_of_charge && std::isfinite(battery.state_of_charge->value()) && error <= kHopelessError) {
    const double less = std::clamp(error - kUsualError, 0.0, kMostTakenOff);
    return Percent{std::clamp(battery.state_of_charge->value() - less, 0.0, 100.0)};
  }
  return std::nullopt;
}

Volts above_disconnect(const BatterySettings& settings, Volts per_block) {
  return (disconnect_of(settings) + per_block) * blocks_of(settings);
}

std::optional<Volts> plausible(std::optional<Volts> volts, const BatterySettings& settings) {
  const Volts least = above_disconnect(settings, {}) * kLeastOfDisconnect;
  const Volts most = settings.nominal * kMostOfNominal;
  return volts && *volts >= least && *volts <= most ? volts : std::nullopt;
}

bool is_topping(ChargePhase phase) {
  switch (phase) {
    case ChargePhase::Absorption:
    case ChargePhase::Float:
    case ChargePhase::Equalise: return true;
    case ChargePhase::Unknown:
    case ChargePhase::Off:
    case ChargePhase::Bulk:
    case ChargePhase::Fault: return false;
  }
  return false;
}

std::optional<bool> is_charging(std::optional<bool> told, const BatteryState& battery, const EnergySample& sample,
                                const BatterySettings& settings) {
  if (told) {
    return told;
  }
  if (const auto by_current = charging_by_current(battery, sample, settings)) {
    return by_current;
  }
  if (sample.phase == ChargePhase::Off || sample.phase == ChargePhase::Fault) {
    return false;
  }
  const Volts lifted = (traits_of(settings.chemistry).floating + kLiftedByCharge) * blocks_of(settings);
  const auto volts = plausible(sample.battery_voltage, settings);
  if (is_topping(sample.phase) || (volts && *volts >= lifted)) {
    return true;
  }
  return std::nullopt;
}

}  // namespace karkara
