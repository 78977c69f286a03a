#include "agent/power/energy.h"

#include <functional>

namespace karkara {
namespace {

template <class Part>
void take_first(std::optional<Part>& into, const std::optional<Part>& from) {
  if (!into) {
    into = from;
  }
}

template <class Part>
void add(std::optional<Part>& into, const std::optional<Part>& from) {
  if (from) {
    into = into.value_or(Part{}) + *from;
  }
}

bool is_charger(const EnergySample& source) {
  return source.phase != ChargePhase::Unknown || source.charge_current || source.panel_power;
}

// Of two chargers the one that works says what the battery gets.
ChargePhase stronger(ChargePhase a, ChargePhase b) {
  const auto rank = [](ChargePhase phase) {
    switch (phase) {
      case ChargePhase::Unknown: return 0;
      case ChargePhase::Fault: return 1;
      case ChargePhase::Off: return 2;
      case ChargePhase::Float: return 3;
      case ChargePhase::Absorption: return 4;
      case ChargePhase::Equalise: return 5;
      case ChargePhase::Bulk: return 6;
    }
    return 0;
  };
  return rank(b) > rank(a) ? b : a;
}

// Nothing when one of them has none.
template <class Part>
std::optional<Part> sum_of(const std::vector<EnergySample>& samples, std::optional<Part> EnergySample::*part) {
  std::optional<Part> sum = Part{};
  for (const EnergySample& sample : samples) {
    sum = sum && sample.*part ? std::optional{*sum + *(sample.*part)} : std::nullopt;
  }
  return sum;
}

}  // namespace

EnergySample packs_as_one(const std::vector<EnergySample>& packs) {
  EnergySample all;
  if (packs.empty()) {
    return all;
  }
  for (const EnergySample& pack : packs) {
    take_first(all.battery_voltage, pack.battery_voltage);
    take_first(all.battery_temperature, pack.battery_temperature);
  }
  all.battery_current = sum_of(packs, &EnergySample::battery_current);
  all.told_capacity = sum_of(packs, &EnergySample::told_capacity);
  double weighted = 0;
  double weights = 0;
  bool every_one_tells = true;
  for (const EnergySample& pack : packs) {
    const double weight = all.told_capacity ? pack.told_capacity->value() : 1;
    every_one_tells = every_one_tells && pack.told_state_of_charge;
    weighted += weight * pack.told_state_of_charge.value_or(Percent{}).value();
    weights += weight;
  }
  if (every_one_tells && weights > 0) {
    all.told_state_of_charge = Percent{weighted / weights};
  }
  return all;
}

ChargePhase charge_phase(double vedirect_number) {
  if (!(vedirect_number >= 0 && vedirect_number <= 255)) {
    return ChargePhase::Unknown;
  }
  switch (static_cast<int>(vedirect_number)) {
    case 0: return ChargePhase::Off;
    case 2: return ChargePhase::Fault;
    case 3: return ChargePhase::Bulk;
    case 4: return ChargePhase::Absorption;
    case 5:
    case 6: return ChargePhase::Float;
    case 7: return ChargePhase::Equalise;
    default: return ChargePhase::Unknown;  // foreign: numbers of devices
  }
}

std::optional<bool> is_holding_back(ChargePhase phase) {
  switch (phase) {
    case ChargePhase::Bulk: return false;
    case ChargePhase::Absorption:
    case ChargePhase::Float:
    case ChargePhase::Equalise: return true;
    case ChargePhase::Unknown:
    case ChargePhase::Off:
    case ChargePhase::Fault: return std::nullopt;
  }
  return std::nullopt;
}

EnergySample merge(const std::vector<EnergySample>& sources) {
  EnergySample all;
  bool every_charge_told = true;
  bool every_panel_told = true;
  bool one_holds_back = false;
  bool one_tells = false;
  for (const EnergySample& source : sources) {
    take_first(all.battery_voltage, source.battery_voltage);
    take_first(all.battery_current, source.battery_current);
    take_first(all.told_state_of_charge, source.told_state_of_charge);
    take_first(all.told_capacity, source.told_capacity);
    take_first(all.battery_temperature, source.battery_temperature);
    add(all.charge_current, source.charge_current);
    add(all.load_current, source.load_current);
    add(all.panel_power, source.panel_power);
    all.phase = stronger(all.phase, source.phase);
    if (is_charger(source)) {
      every_charge_told = every_charge_told && source.charge_current;
      every_panel_told = every_panel_told && source.panel_power;
      one_holds_back = one_holds_back || source.panel_limited == std::optional{true};
      one_tells = one_tells || source.panel_limited.has_value();
    }
  }
  if (!every_charge_told) {
    all.charge_current.reset();
  }
  if (!every_panel_told) {
    all.panel_power.reset();
  }
  if (one_tells) {
    all.panel_limited = one_holds_back;
  }
  return all;
}

}  // namespace karkara
