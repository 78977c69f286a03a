#include "agent/power/bms/bms_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "agent/devices/quantities.h"

namespace karkara::bms {
namespace {

constexpr double kMostCellSpread = 4.5;  // V

struct Row {
  std::string_view quantity;
  std::string_view unit;
  Value BmsValues::*value;
  PlausibleRange plausible;  // of a mast's battery, from one 12 V pack to a full bus of 48 V ones
};

constexpr std::array kRows{
    Row{quantity::kBatteryVoltage, "V", &BmsValues::volts, {5, 120}},
    Row{quantity::kBatteryCurrent, "A", &BmsValues::amperes, {-2'000, 2'000}},
    Row{quantity::kStateOfCharge, "%", &BmsValues::state_of_charge, {0, 100}},
    Row{quantity::kBatteryCapacity, "Ah", &BmsValues::capacity, {1, 10'000}},
    Row{quantity::kBatteryRemaining, "Ah", &BmsValues::remaining, {0, 10'000}},
    Row{quantity::kBatteryHealth, "%", &BmsValues::health, {0, 100}},
    Row{quantity::kBatteryTemperature, "degC", &BmsValues::temperature_most, {-40, 100}},
    Row{"temperature-least", "degC", &BmsValues::temperature_least, {-40, 100}},
    Row{"board-temperature", "degC", &BmsValues::board_temperature, {-40, 140}},
    Row{"cell-volts-least", "V", &BmsValues::cell_volts_least, {0.5, 5}},
    Row{"cell-volts-most", "V", &BmsValues::cell_volts_most, {0.5, 5}},
    Row{"weakest-cell", "", &BmsValues::weakest_cell, {1, 255}},
    Row{"cells", "", &BmsValues::cells, {1, 255}},
    Row{"packs", "", &BmsValues::packs, {1, 255}},
    Row{"cycles", "", &BmsValues::cycles, {0, 30'000}},
    Row{"charge-limit-amperes", "A", &BmsValues::charge_limit, {0, 2'000}},
    Row{"discharge-limit-amperes", "A", &BmsValues::discharge_limit, {0, 2'000}},
    Row{"charge-enabled", "", &BmsValues::charge_enabled, {0, 1}},
    Row{"discharge-enabled", "", &BmsValues::discharge_enabled, {0, 1}},
};

Value within(const Value& value, const PlausibleRange& range) {
  const double* number = std::get_if<double>(&value);
  // The form of the condition also refuses what is not a number.
  return number == nullptr || (*number >= range.least && *number <= range.most) ? value : Absent::OutOfRange;
}

PlausibleRange range_of(Value BmsValues::*value) {
  return std::ranges::find(kRows, value, &Row::value)->plausible;
}

void add_packs(const BmsValues& values, QuantityReadings& all) {
  for (const PackValues& pack : values.each_pack) {
    const auto add = [&](std::string_view what, std::string_view unit, const Value& value,
                         const PlausibleRange& range) {
      all.push_back({fmt::format("pack-{}-{}", pack.address, what), std::string{unit}, within(value, range)});
    };
    add(quantity::kStateOfCharge, "%", pack.state_of_charge, range_of(&BmsValues::state_of_charge));
    add("amperes", "A", pack.amperes, range_of(&BmsValues::amperes));
    add("cell-spread", "V", pack.cell_spread, {0, kMostCellSpread});
  }
}

}  // namespace

void take_cells(BmsValues& values, const std::vector<double>& volts) {
  if (volts.empty()) {
    return;
  }
  const auto [least, most] = std::ranges::minmax_element(volts);
  values.cell_volts_least = *least;
  values.cell_volts_most = *most;
  values.weakest_cell = static_cast<double>(least - volts.begin() + 1);
  values.cells = static_cast<double>(volts.size());
}

Value difference(const Value& most, const Value& least) {
  const double* high = std::get_if<double>(&most);
  const double* low = std::get_if<double>(&least);
  if (high == nullptr) {
    return most;
  }
  return low == nullptr ? least : Value{*high - *low};
}

QuantityReadings to_readings(const BmsValues& values) {
  QuantityReadings all;
  for (const Row& row : kRows) {
    all.push_back({std::string{row.quantity}, std::string{row.unit}, within(values.*row.value, row.plausible)});
  }
  const Value spread = difference(within(values.cell_volts_most, range_of(&BmsValues::cell_volts_most)),
                                  within(values.cell_volts_least, range_of(&BmsValues::cell_volts_least)));
  all.push_back({"cell-spread", "V", within(spread, {0, kMostCellSpread})});
  all.push_back({"alarms", "", values.alarms, values.alarm_words});
  add_packs(values, all);
  return all;
}

}  // namespace karkara::bms
