// What the packs of a stack say together.
#include <algorithm>

#include "agent/power/bms/pylontech_stack.h"

namespace karkara::pylontech {
namespace {

// Cells' sensors where there are any; the first is the electronics'.
std::vector<double> cell_temperatures(const Module& module) {
  const std::vector<double>& all = module.temperatures;
  return {all.begin() + (all.size() > 1 ? 1 : 0), all.end()};
}

Value state_of_charge(const Value& remaining, const Value& capacity) {
  const double* left = std::get_if<double>(&remaining);
  const double* whole = std::get_if<double>(&capacity);
  if (left == nullptr || whole == nullptr) {
    return left == nullptr ? remaining : capacity;
  }
  return *whole > 0 ? Value{100 * *left / *whole} : Value{Absent::OutOfRange};
}

Value or_unavailable(const std::optional<double>& number) {
  return number ? Value{*number} : Value{Absent::NotAvailable};
}

// A sum of which a part is missing is missing.
void add(Value& sum, const std::optional<double>& part) {
  double* number = std::get_if<double>(&sum);
  if (number != nullptr && part) {
    *number += *part;
  } else {
    sum = Absent::NotAvailable;
  }
}

void widen(Value& least, Value& most, const std::vector<double>& told) {
  for (const double number : told) {
    const double* low = std::get_if<double>(&least);
    const double* high = std::get_if<double>(&most);
    least = low != nullptr ? std::min(*low, number) : number;
    most = high != nullptr ? std::max(*high, number) : number;
  }
}

bms::PackValues pack_values(std::uint8_t address, const Module& module) {
  const auto [least, most] = std::ranges::minmax(module.cell_volts);
  return {address, state_of_charge(or_unavailable(module.remaining), or_unavailable(module.capacity)), module.amperes,
          most - least};
}

}  // namespace

bms::BmsValues Stack::values() const {
  bms::BmsValues all;
  all.remaining = 0.0;
  all.capacity = 0.0;
  std::vector<double> cells;
  double volts = 0;
  double amperes = 0;
  unsigned cycles = 0;
  for (const Pack& pack : packs_) {
    const Module& module = *pack.analog;
    cells.insert(cells.end(), module.cell_volts.begin(), module.cell_volts.end());
    volts += module.volts;
    amperes += module.amperes;
    cycles = std::max(cycles, module.cycles);
    add(all.remaining, module.remaining);
    add(all.capacity, module.capacity);
    widen(all.temperature_least, all.temperature_most, cell_temperatures(module));
    if (packs_.size() > 1) {
      all.each_pack.push_back(pack_values(pack.address, module));
    }
  }
  take_cells(all, cells);  // counted through the whole stack
  all.cells = static_cast<double>(packs_.front().analog->cell_volts.size());
  all.volts = volts / static_cast<double>(packs_.size());  // they are side by side
  all.amperes = amperes;
  all.state_of_charge = state_of_charge(all.remaining, all.capacity);
  all.cycles = static_cast<double>(cycles);
  all.packs = static_cast<double>(packs_.size());
  add_board_temperature(all);
  add_alarms(all);
  add_limits(all);
  return all;
}

void Stack::add_board_temperature(bms::BmsValues& values) const {
  Value coolest;
  for (const Pack& pack : packs_) {
    if (pack.analog->temperatures.size() > 1) {
      widen(coolest, values.board_temperature, {pack.analog->temperatures.front()});
    }
  }
}

void Stack::add_alarms(bms::BmsValues& values) const {
  std::uint32_t bits = 0;
  for (const Pack& pack : packs_) {
    if (!pack.alarms) {
      values.alarms = pack.optional[kAlarmsAt].why_absent();
      return;
    }
    bits |= pack.alarms->bits;
  }
  values.alarms = static_cast<double>(bits);
  values.alarm_words = alarm_words(bits);
}

// Side by side the weakest limits all: whether a master tells its own limit or the stack's differs between firmwares,
// and as many times the least one is right for both.
void Stack::add_limits(bms::BmsValues& values) const {
  double charge = packs_.front().limits ? packs_.front().limits->charge_amperes : 0;
  double discharge = packs_.front().limits ? packs_.front().limits->discharge_amperes : 0;
  bool charge_enabled = true;
  bool discharge_enabled = true;
  for (const Pack& pack : packs_) {
    if (!pack.limits) {
      const Absent why = pack.optional[kLimitsAt].why_absent();
      values.charge_limit = values.discharge_limit = values.charge_enabled = values.discharge_enabled = why;
      return;
    }
    charge = std::min(charge, pack.limits->charge_amperes);
    discharge = std::min(discharge, pack.limits->discharge_amperes);
    charge_enabled = charge_enabled && pack.limits->charge_enabled;
    discharge_enabled = discharge_enabled && pack.limits->discharge_enabled;
  }
  const auto count = static_cast<double>(packs_.size());
  values.charge_limit = count * charge;
  values.discharge_limit = count * discharge;
  values.charge_enabled = charge_enabled ? 1.0 : 0.0;
  values.discharge_enabled = discharge_enabled ? 1.0 : 0.0;
}

}  // namespace karkara::pylontech
