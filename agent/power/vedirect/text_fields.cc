#include "agent/power/vedirect/text_fields.h"

#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>

#include "agent/power/vedirect/ascii.h"

namespace karkara::vedirect {
namespace {

using enum FieldForm;

constexpr double kMost32 = 4294967295.0;
constexpr double kSecondsPerDay = 86'400;

// Ranges are wide enough for Victron's largest (450 V panels, 2000 A shunts) and catch a wrong scale or sign.
constexpr FieldRule kRules[] = {
    {"V", Number, "V", 1, 1000, 0, 100},  // main battery
    {"V2", Number, "V", 1, 1000, 0, 100},
    {"V3", Number, "V", 1, 1000, 0, 100},
    {"VS", Number, "V", 1, 1000, -100, 100},  // starter battery
    {"VM", Number, "V", 1, 1000, 0, 100},     // mid-point of the bank
    {"DM", Number, "", 1, 1000, -1, 1},       // mid-point deviation
    {"VPV", Number, "V", 1, 1000, 0, 600},
    {"PPV", Number, "W", 1, 1, 0, 50'000},
    {"I", Number, "A", 1, 1000, -10'000, 10'000},  // positive charges
    {"I2", Number, "A", 1, 1000, -10'000, 10'000},
    {"I3", Number, "A", 1, 1000, -10'000, 10'000},
    {"IL", Number, "A", 1, 1000, -1, 200},  // only models with a load output
    {"LOAD", Switch, "", 1, 1, 0, 1},
    {"T", Number, "°C", 1, 1, -60, 120},
    {"P", Number, "W", 1, 1, -500'000, 500'000},
    {"CE", Number, "Ah", 1, 1000, -1e6, 1e6},  // consumed
    {"SOC", Number, "", 1, 1000, 0, 1},
    {"TTG", TimeToGo, "s", 60, 1, 0, 366 * kSecondsPerDay},
    {"Alarm", Switch, "", 1, 1, 0, 1},
    {"Relay", Switch, "", 1, 1, 0, 1},
    {"AR", Number, "", 1, 1, 0, 65'535},  // bits: names.h
    {"WARN", Number, "", 1, 1, 0, 65'535},
    {"OR", Bits, "", 1, 1, 0, kMost32},
    {"H1", Number, "Ah", 1, 1000, -1e6, 1e6},  // deepest discharge
    {"H2", Number, "Ah", 1, 1000, -1e6, 1e6},  // last
    {"H3", Number, "Ah", 1, 1000, -1e6, 1e6},  // average
    {"H4", Number, "", 1, 1, 0, 1e6},          // charge cycles
    {"H5", Number, "", 1, 1, 0, 1e6},          // full discharges
    {"H6", Number, "Ah", 1, 1000, -1e9, 1e9},  // drawn in all
    {"H7", Number, "V", 1, 1000, 0, 100},
    {"H8", Number, "V", 1, 1000, 0, 100},
    {"H9", Number, "s", 1, 1, 0, kMost32},  // since the last full charge
    {"H10", Number, "", 1, 1, 0, 1e6},      // automatic synchronisations
    {"H11", Number, "", 1, 1, 0, 1e6},
    {"H12", Number, "", 1, 1, 0, 1e6},
    {"H13", Number, "", 1, 1, 0, 1e6},
    {"H14", Number, "", 1, 1, 0, 1e6},
    {"H15", Number, "V", 1, 1000, -100, 100},
    {"H16", Number, "V", 1, 1000, -100, 100},
    {"H17", Number, "kWh", 1, 100, 0, 1e7},    // discharged
    {"H18", Number, "kWh", 1, 100, 0, 1e7},    // charged
    {"H19", Number, "kWh", 1, 100, 0, 1e7},    // yield since the user's reset
    {"H20", Number, "kWh", 1, 100, 0, 1'000},  // yield today: the charger's own day (see HSDS)
    {"H21", Number, "W", 1, 1, 0, 50'000},
    {"H22", Number, "kWh", 1, 100, 0, 1'000},  // yesterday
    {"H23", Number, "W", 1, 1, 0, 50'000},
    {"HSDS", Number, "", 1, 1, 0, 364},  // the charger has no clock: a change is its midnight
    {"ERR", Number, "", 1, 1, 0, 255},
    {"CS", Number, "", 1, 1, 0, 255},
    {"MPPT", Number, "", 1, 1, 0, 255},
    {"MODE", Number, "", 1, 1, 0, 255},
    {"PID", Bits, "", 1, 1, 0, 65'535},
    {"MON", Number, "", 1, 1, -9, 8},
    {"AC_OUT_V", Number, "V", 1, 100, 0, 500},
    {"AC_OUT_I", Number, "A", 1, 10, 0, 1'000},
    {"AC_OUT_S", Number, "VA", 1, 1, 0, 500'000},
    {"DC_IN_V", Number, "V", 1, 100, 0, 100},
    {"DC_IN_I", Number, "A", 1, 10, -10'000, 10'000},
    {"DC_IN_P", Number, "W", 1, 1, -500'000, 500'000},
};

std::optional<double> whole_number(std::string_view text, int base) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return static_cast<double>(number);
}

std::optional<double> bits(std::string_view text) {
  if (text.size() < 3 || text[0] != '0' || lower(text[1]) != 'x' || text[2] == '-') {
    return std::nullopt;
  }
  return whole_number(text.substr(2), 16);
}

std::optional<double> on_or_off(std::string_view text) {
  if (same_ignoring_case(text, "ON")) {
    return 1;
  }
  if (same_ignoring_case(text, "OFF")) {
    return 0;
  }
  return std::nullopt;
}

std::optional<double> number_in(FieldForm form, std::string_view text) {
  switch (form) {
    case Number:
    case TimeToGo: return whole_number(text, 10);
    case Switch: return on_or_off(text);
    case Bits: return bits(text);
  }
  return std::nullopt;
}

}  // namespace

const FieldRule* find_field(std::string_view label) {
  for (const FieldRule& rule : kRules) {
    if (same_ignoring_case(rule.label, label)) {
      return &rule;
    }
  }
  return nullptr;
}

Value read_field(const FieldRule& rule, std::string_view text) {
  if (text == "---") {
    return Absent::NotAvailable;
  }
  const std::optional<double> number = number_in(rule.form, text);
  if (!number) {
    return Absent::BadFrame;
  }
  if (rule.form == TimeToGo && *number == -1) {
    return std::numeric_limits<double>::infinity();
  }
  const double value = *number * rule.times / rule.over;
  if (value < rule.least || value > rule.most) {
    return Absent::OutOfRange;
  }
  return value;
}

}  // namespace karkara::vedirect
