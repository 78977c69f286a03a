#include "agent/power/power_series.h"

#include <algorithm>
#include <array>

#include "agent/devices/quantities.h"

namespace karkara {
namespace {

struct SeriesOfQuantity {
  std::string_view quantity;
  SeriesId series;
  double times = 1;  // the series' unit is the quantity's, but for ratios
};
constexpr double kPercentToRatio = 0.01;
constexpr std::array kSeries{
    SeriesOfQuantity{quantity::kBatteryVoltage, SeriesId::BatteryVoltage},
    SeriesOfQuantity{quantity::kBatteryCurrent, SeriesId::BatteryCurrent},
    SeriesOfQuantity{quantity::kChargeCurrent, SeriesId::ChargeCurrent},
    SeriesOfQuantity{quantity::kLoadCurrent, SeriesId::LoadCurrent},
    SeriesOfQuantity{quantity::kPanelVoltage, SeriesId::PanelVoltage},
    SeriesOfQuantity{quantity::kPanelPower, SeriesId::PanelPower},
    SeriesOfQuantity{quantity::kStateOfCharge, SeriesId::StateOfCharge, kPercentToRatio},
    SeriesOfQuantity{quantity::kBatteryTemperature, SeriesId::BatteryTemperature},
    SeriesOfQuantity{quantity::kChargeState, SeriesId::ChargeState},
    SeriesOfQuantity{quantity::kChargerError, SeriesId::ChargerError},
    SeriesOfQuantity{quantity::kYieldToday, SeriesId::YieldToday},
    SeriesOfQuantity{quantity::kYieldTotal, SeriesId::YieldTotal},
};

template <class Unit>
std::optional<Unit> amount(const QuantityReadings& readings, std::string_view quantity) {
  const auto number = number_of(readings, quantity);
  return number ? std::optional{Unit{*number}} : std::nullopt;
}

}  // namespace

std::vector<Sample> power_samples(const QuantityReadings& readings, const std::string& instance) {
  std::vector<Sample> samples;
  for (const SeriesOfQuantity& row : kSeries) {
    if (const QuantityReading* reading = find_reading(readings, row.quantity)) {
      const double* number = std::get_if<double>(&reading->value);
      samples.push_back({row.series, instance, number != nullptr ? Value{*number * row.times} : reading->value});
    }
  }
  return samples;
}

bool has_series(std::string_view quantity) {
  return std::ranges::find(kSeries, quantity, &SeriesOfQuantity::quantity) != kSeries.end();
}

EnergySample energy_of(const QuantityReadings& readings) {
  EnergySample energy;
  energy.battery_voltage = amount<Volts>(readings, quantity::kBatteryVoltage);
  energy.battery_current = amount<Amps>(readings, quantity::kBatteryCurrent);
  // A sensor's offset may show some hundredths below nothing.
  const auto never_negative = [&](std::string_view quantity) {
    const auto current = amount<Amps>(readings, quantity);
    return current ? std::optional{std::max(*current, Amps{0})} : std::nullopt;
  };
  energy.charge_current = never_negative(quantity::kChargeCurrent);
  energy.load_current = never_negative(quantity::kLoadCurrent);
  energy.told_state_of_charge = amount<Percent>(readings, quantity::kStateOfCharge);
  energy.told_capacity = amount<AmpHours>(readings, quantity::kBatteryCapacity);
  energy.battery_temperature = amount<Celsius>(readings, quantity::kBatteryTemperature);
  energy.panel_power = amount<Watts>(readings, quantity::kPanelPower);
  if (const auto state = number_of(readings, quantity::kChargeState)) {
    energy.phase = charge_phase(*state);
    energy.panel_limited = is_holding_back(energy.phase);
  }
  return energy;
}

}  // namespace karkara
