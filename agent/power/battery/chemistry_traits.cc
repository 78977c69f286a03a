#include "agent/power/battery/chemistry_traits.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// Efficiency, Peukert and tail current: around the presets of Victron's BMV-700 manual (90 %, 1.25, 4 % for 3 min) and
// of battery makers; that charging lead-acid stores nearly all below 80 % of charge and half or less near full: Stevens
// and Corey 1996. The widths say how far batteries in the field differ.
constexpr ChemistryTraits kLeadAcid{
    .charge_efficiency = 0.95,
    .charge_efficiency_off = 0.04,
    .full_off = 0.018,
    .gassing_from = 0.8,
    .gassing_loss = 0.75,
    .peukert = 1.15,
    .capacity_off = 0.15,
    .ageing = 0.04,
    .colder_capacity = 0.007,
    .hotter_capacity = 0.003,
    .self_discharge = 0.0012,
    .absorption = Volts{14.4},
    .absorption_per_kelvin = -0.018,
    .floating = Volts{13.2},
    .disconnect = Volts{11.4},
    .tail = 0.04,
    .tail_held = minutes{20},
    .surface_charge = hours{4},
    .polarisation = Volts{0.08},
    .ohms_of_100_ah = 0.012,
};

constexpr ChemistryTraits kLithiumIronPhosphate{
    .charge_efficiency = 0.995,
    .charge_efficiency_off = 0.008,
    .full_off = 0.008,
    .gassing_from = 1,
    .gassing_loss = 0,
    .peukert = 1.0,
    .capacity_off = 0.07,
    .ageing = 0.025,
    .colder_capacity = 0.002,  // at the small currents of a site
    .hotter_capacity = 0,
    .self_discharge = 0.0007,
    .absorption = Volts{14.2},
    .absorption_per_kelvin = 0,
    .floating = Volts{13.4},
    .disconnect = Volts{12.0},
    .tail = 0.05,
    .tail_held = minutes{5},
    .surface_charge = hours{1},
    .polarisation = Volts{0.06},
    .ohms_of_100_ah = 0.008,
};

constexpr double kLeastCapacityFactor = 0.4;
constexpr double kMostCapacityFactor = 1.06;
constexpr double kTwentyHourRate = 0.05;
// Peukert's law promises too much at small currents: what a slow discharge gives more is left to the learned capacity.
constexpr double kLeastPeukert = 0.98;
constexpr double kMostPeukert = 1.6;

}  // namespace

const ChemistryTraits& traits_of(Chemistry chemistry) {
  switch (chemistry) {
    case Chemistry::LeadAcid: return kLeadAcid;
    case Chemistry::LithiumIronPhosphate: return kLithiumIronPhosphate;
  }
  return kLeadAcid;
}

double capacity_at(const ChemistryTraits& traits, Celsius temperature) {
  const double off = temperature.value() - kReferenceTemperature.value();
  const double factor = 1 + off * (off < 0 ? traits.colder_capacity : traits.hotter_capacity);
  return std::clamp(factor, kLeastCapacityFactor, kMostCapacityFactor);
}

double peukert_factor(const ChemistryTraits& traits, double rate) {
  if (rate <= 0) {
    return kLeastPeukert;
  }
  return std::clamp(std::pow(rate / kTwentyHourRate, traits.peukert - 1), kLeastPeukert, kMostPeukert);
}

double gassing_factor(const ChemistryTraits& traits, double charge) {
  constexpr double kAllGas = 0.05;  // beyond full
  if (charge > 1) {
    return std::max(0.0, (1 - traits.gassing_loss) * (1 - (charge - 1) / kAllGas));
  }
  if (charge <= traits.gassing_from) {
    return 1;
  }
  const double part = (charge - traits.gassing_from) / (1 - traits.gassing_from);
  return 1 - traits.gassing_loss * part * part * part;
}

double usual_drop(const ChemistryTraits& traits) {
  constexpr double kTwentyHourAmps = 5;  // of 100 Ah
  return traits.polarisation.value() + kTwentyHourAmps * traits.ohms_of_100_ah;
}

double self_discharge_per_day(const ChemistryTraits& traits, Celsius temperature) {
  return traits.self_discharge * std::exp2((temperature.value() - kReferenceTemperature.value()) / 10);
}

double rate_of(Amps current, const BatterySettings& settings) {
  return current.value() / std::max(1.0, settings.capacity.value());
}

double blocks_of(const BatterySettings& settings) {
  constexpr double kBlock = 12;
  return std::max(1.0, settings.nominal.value() / kBlock);
}

Volts absorption_of(const BatterySettings& settings, std::optional<Celsius> temperature) {
  const ChemistryTraits& traits = traits_of(settings.chemistry);
  const Volts at_reference = settings.absorption ? *settings.absorption * (1 / blocks_of(settings)) : traits.absorption;
  // Chargers lower it in the heat by their own sensor. Where nobody tells the temperature it may be a hot box.
  constexpr Celsius kHotBox{38};
  const double kelvin = temperature.value_or(kHotBox).value() - kReferenceTemperature.value();
  return at_reference + Volts{traits.absorption_per_kelvin * std::max(0.0, kelvin)};
}

Volts disconnect_of(const BatterySettings& settings) {
  return settings.disconnect ? *settings.disconnect * (1 / blocks_of(settings))
                             : traits_of(settings.chemistry).disconnect;
}

double usual_ohms(const BatterySettings& settings) {
  constexpr double kOfCapacity = 100;
  return traits_of(settings.chemistry).ohms_of_100_ah * blocks_of(settings) * kOfCapacity /
         std::max(1.0, settings.capacity.value());
}

}  // namespace karkara
