#include "agent/power/modbus/sunspec_models.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "agent/devices/quantities.h"
#include "agent/devices/register_readings.h"
#include "agent/devices/row_value.h"

namespace karkara {
namespace {

using Registers = std::span<const std::uint16_t>;
using enum SunSpecType;

constexpr std::uint16_t kNotImplementedU16 = 0xffff;
constexpr std::uint16_t kNotImplementedS16 = 0x8000;
constexpr int kLargestExponent = 10;  // of a scale factor, by the specification

struct Point {
  std::uint16_t offset;  // from the model's id
  SunSpecType type;
  std::uint16_t scale_offset;  // 0: not scaled
  std::string_view quantity;
  std::string_view unit;
  double least;
  double most;
  unsigned counter_bits = 0;
};

constexpr auto kInverter = std::to_array<Point>({
    {2, U16, 6, "ac-amperes", "A", 0, 5'000},
    {10, U16, 13, "ac-volts", "V", 0, 1'000},
    {14, S16, 15, "ac-watts", "W", -1e6, 1e6},
    {16, U16, 17, "ac-hertz", "Hz", 0, 100},
    {24, Acc32, 26, "ac-energy", "Wh", 0, 1e12, 32},
    {27, U16, 28, "dc-amperes", "A", 0, 5'000},
    {29, U16, 30, "dc-volts", "V", 0, 1'500},
    {31, S16, 32, "dc-watts", "W", -1e6, 1e6},
    {33, S16, 37, quantity::kTemperature, "°C", -50, 150},
    {38, Enum, 0, "inverter-state", "", 1, 8},
});
constexpr auto kFloatInverter = std::to_array<Point>({
    {2, Float, 0, "ac-amperes", "A", 0, 5'000},
    {16, Float, 0, "ac-volts", "V", 0, 1'000},
    {22, Float, 0, "ac-watts", "W", -1e6, 1e6},
    {24, Float, 0, "ac-hertz", "Hz", 0, 100},
    {32, Float, 0, "ac-energy", "Wh", 0, 1e12, 64},  // too coarse to come round
    {34, Float, 0, "dc-amperes", "A", 0, 5'000},
    {36, Float, 0, "dc-volts", "V", 0, 1'500},
    {38, Float, 0, "dc-watts", "W", -1e6, 1e6},
    {40, Float, 0, quantity::kTemperature, "°C", -50, 150},
    {48, Enum, 0, "inverter-state", "", 1, 8},
});
constexpr auto kBattery = std::to_array<Point>({
    {2, U16, 52, quantity::kBatteryCapacity, "Ah", 0, 1e6},
    {11, U16, 56, quantity::kStateOfCharge, "%", 0, 100},
    {13, U16, 58, quantity::kBatteryHealth, "%", 0, 110},
    {16, Enum, 0, "battery-state", "", 1, 7},
    {34, U16, 59, quantity::kBatteryVoltage, "V", 5, 1'500},
});
constexpr auto kLithiumBank = std::to_array<Point>({
    {10, S16, 23, quantity::kBatteryTemperature, "°C", -40, 100},
});

struct States {
  std::string_view quantity;
  std::array<std::string_view, 8> words;  // from 1 on
};
constexpr std::array kStates{
    States{"inverter-state",
           {"off", "sleeping", "starting", "tracking", "throttled", "shutting down", "fault", "standby"}},
    States{"battery-state", {"off", "empty", "discharging", "charging", "full", "holding", "testing", ""}},
};

std::span<const Point> points_of(std::uint16_t model) {
  switch (model) {
    case 101:
    case 102:
    case 103: return kInverter;
    case 111:
    case 112:
    case 113: return kFloatInverter;
    case 802: return kBattery;
    case 803: return kLithiumBank;
    default: return {};  // foreign: hundreds of models
  }
}

unsigned registers_of(SunSpecType type) {
  return type == Acc32 || type == Float ? 2 : 1;
}

void add(QuantityReadings& all, const Point& point, Value value, double step = 1) {
  const double* number = std::get_if<double>(&value);
  if (number != nullptr && !(*number >= point.least && *number <= point.most)) {
    value = Absent::OutOfRange;
  }
  std::string word;
  for (const States& states : kStates) {
    if (states.quantity == point.quantity && has_value(value)) {
      word = states.words[static_cast<std::size_t>(*number) - 1];
    }
  }
  QuantityRow row;
  row.quantity = point.quantity;
  row.unit = point.unit;
  row.counter_bits = point.counter_bits;
  row.scale = step;
  add_reading(all, row, {value, std::move(word)});
}

Value point_value(Registers model, std::size_t offset, SunSpecType type, std::size_t scale_offset) {
  if (offset + registers_of(type) > model.size() || scale_offset >= model.size()) {
    return Absent::NotImplemented;  // an older, shorter model, or more than fits into one answer
  }
  const auto scale = scale_offset == 0 ? std::nullopt : std::optional{model[scale_offset]};
  return sunspec_value(type, model.subspan(offset, registers_of(type)), scale);
}

// What the last bit of a count is worth now.
double step_of(Registers model, const Point& point) {
  const bool scaled = point.scale_offset != 0 && point.scale_offset < model.size();
  const int exponent = scaled ? static_cast<std::int16_t>(model[point.scale_offset]) : 0;
  return std::abs(exponent) <= kLargestExponent ? std::pow(10.0, exponent) : 1;
}

// The model does not say which sign is charging, and makers differ: the charge status beside it tells.
void add_battery_current(Registers model, QuantityReadings& all) {
  constexpr Point kCurrent{44, S16, 61, quantity::kBatteryCurrent, "A", -5'000, 5'000};
  constexpr std::size_t kChargeStatus = 16;
  constexpr std::uint16_t kDischarging = 3;
  constexpr std::uint16_t kCharging = 4;
  Value value = point_value(model, kCurrent.offset, kCurrent.type, kCurrent.scale_offset);
  if (double* amperes = std::get_if<double>(&value); amperes != nullptr && *amperes != 0) {
    const std::uint16_t status = model[kChargeStatus];
    if (status == kCharging) {
      *amperes = std::abs(*amperes);
    } else if (status == kDischarging) {
      *amperes = -std::abs(*amperes);
    } else {
      value = Absent::NotAvailable;
    }
  }
  add(all, kCurrent, value);
}

// Model 160: eight registers of the whole, then twenty for each tracker.
void add_trackers(Registers model, QuantityReadings& all) {
  constexpr std::size_t kCount = 8;
  constexpr std::size_t kFirst = 10;
  constexpr std::size_t kEach = 20;
  constexpr std::size_t kName = 1;
  constexpr std::size_t kNameLength = 8;
  if (model.size() < kFirst) {
    return;
  }
  const std::size_t wanted = model[kCount];
  const std::size_t count = std::min(wanted, (model.size() - kFirst) / kEach);
  Value sum = count == wanted && count > 0 ? Value{0.0} : Value{Absent::NotImplemented};
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = kFirst + i * kEach;
    const std::string name = "tracker-" + std::to_string(i + 1);
    const Value watts = point_value(model, at + 11, U16, 4);
    const Value volts = point_value(model, at + 10, U16, 3);
    add(all, {0, U16, 0, name + "-volts", "V", 0, 1'500}, volts);
    add(all, {0, U16, 0, name + "-amperes", "A", 0, 500}, point_value(model, at + 9, U16, 2));
    add(all, {0, U16, 0, name + "-watts", "W", 0, 1e6}, watts);
    // Hybrid inverters show their battery as two more trackers, called "StCha" and "StDisCha".
    const std::string called = register_text(model.subspan(at + kName, kNameLength));
    if (called.starts_with("StCha") || called.starts_with("StDisCha")) {
      continue;
    }
    add(all, {0, U16, 0, quantity::kPanelVoltage, "V", 0, 1'500}, volts);
    double* so_far = std::get_if<double>(&sum);
    const double* more = std::get_if<double>(&watts);
    if (so_far != nullptr) {
      sum = more != nullptr ? Value{*so_far + *more} : watts;
    }
  }
  add(all, {0, U16, 0, quantity::kPanelPower, "W", 0, 1e6}, sum);
}

}  // namespace

Value sunspec_value(SunSpecType type, Registers at, std::optional<std::uint16_t> scale_factor) {
  double raw = 0;
  bool implemented = true;
  switch (type) {
    case U16:
    case Enum:
      raw = at[0];
      implemented = at[0] != kNotImplementedU16;
      break;
    case S16:
      raw = static_cast<std::int16_t>(at[0]);
      implemented = at[0] != kNotImplementedS16;
      break;
    case Acc32:
      raw = static_cast<double>(static_cast<std::uint32_t>(at[0]) << 16U | at[1]);
      implemented = raw != 0;
      break;
    case Float:
      raw = std::bit_cast<float>(static_cast<std::uint32_t>(at[0]) << 16U | at[1]);
      implemented = !std::isnan(raw);
      break;
  }
  if (!implemented || scale_factor == kNotImplementedS16) {
    return Absent::NotImplemented;
  }
  const int exponent = static_cast<std::int16_t>(scale_factor.value_or(0));
  const double value = raw * std::pow(10.0, exponent);
  if (std::abs(exponent) > kLargestExponent || !std::isfinite(value)) {
    return Absent::OutOfRange;
  }
  return value;
}

bool is_sunspec_data(std::uint16_t model) {
  return model == 160 || !points_of(model).empty();
}

std::string SunSpecIdentity::shown() const {
  std::string all;
  for (const auto& [text, before] :
       {std::pair{manufacturer, ""}, std::pair{model, " "}, std::pair{version, ", "}, std::pair{serial, ", "}}) {
    all += (all.empty() || text.empty() ? "" : before) + text;
  }
  return all;
}

CountedDevice SunSpecIdentity::counted() const {
  return {manufacturer + (manufacturer.empty() || model.empty() ? "" : " ") + model, serial};
}

std::optional<SunSpecIdentity> sunspec_identity(Registers model) {
  constexpr std::size_t kLeast = 66;  // without the address and its pad
  constexpr std::size_t kText = 16;
  if (model.size() < kLeast || model[0] != kSunSpecCommon) {
    return {};
  }
  return SunSpecIdentity{register_text(model.subspan(2, kText)), register_text(model.subspan(18, kText)),
                         register_text(model.subspan(42, 8)), register_text(model.subspan(50, kText))};
}

void add_sunspec_readings(Registers model, QuantityReadings& all) {
  if (model.size() < 2) {
    return;
  }
  for (const Point& point : points_of(model[0])) {
    add(all, point, point_value(model, point.offset, point.type, point.scale_offset), step_of(model, point));
  }
  if (model[0] == 802) {
    add_battery_current(model, all);
  } else if (model[0] == 160) {
    add_trackers(model, all);
  }
}

}  // namespace karkara
