// Chargers' past days as a message: to_proto() of proto_conversion.h.
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <optional>

#include "agent/io/frame_text.h"
#include "agent/io/proto_conversion.h"

namespace karkara {
namespace {

constexpr double kWattHoursAKilowattHour = 1000;

template <class Tag>
std::optional<double> told(const std::optional<Quantity<Tag>>& value) {
  return value && std::isfinite(value->value()) ? std::optional{value->value()} : std::nullopt;
}

std::string iso_date(std::int64_t days) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string_view from_text(DayFrom from) {
  switch (from) {
    case DayFrom::Agent: return "agent";
    case DayFrom::AgentInPart: return "agent, in part";
    case DayFrom::Charger: return "charger";
  }
  return {};
}

void add_phases(const ChargerDay& day, v1::ChargerDay& message) {
  if (day.bulk) {
    message.set_bulk_minutes(static_cast<std::uint32_t>(day.bulk->count()));
  }
  if (day.absorption) {
    message.set_absorption_minutes(static_cast<std::uint32_t>(day.absorption->count()));
  }
  if (day.floating) {
    message.set_float_minutes(static_cast<std::uint32_t>(day.floating->count()));
  }
}

v1::ChargerDay to_proto(const ChargerDay& day) {
  v1::ChargerDay message;
  message.set_days_ago(day.days_ago);
  if (day.date) {
    message.set_date(iso_date(*day.date));
  }
  message.set_from(std::string{from_text(day.from)});
  if (const auto yield = told(day.yield)) {
    message.set_yield_kwh(*yield / kWattHoursAKilowattHour);
  }
  if (const auto load = told(day.load)) {
    message.set_load_kwh(*load / kWattHoursAKilowattHour);
  }
  if (const auto watts = told(day.panel_most)) {
    message.set_panel_watts_most(*watts);
  }
  if (const auto volts = told(day.battery_most)) {
    message.set_battery_volts_most(*volts);
  }
  if (const auto volts = told(day.battery_least)) {
    message.set_battery_volts_least(*volts);
  }
  add_phases(day, message);
  for (const std::uint8_t error : day.errors) {
    message.add_errors(error);
  }
  return message;
}

v1::ChargerTotals to_proto(const ChargerTotals& totals) {
  v1::ChargerTotals message;
  if (const auto yield = told(totals.yield)) {
    message.set_yield_kwh(*yield / kWattHoursAKilowattHour);
  }
  if (const auto yield = told(totals.user_yield)) {
    message.set_user_yield_kwh(*yield / kWattHoursAKilowattHour);
  }
  if (const auto volts = told(totals.panel_most)) {
    message.set_panel_volts_most(*volts);
  }
  if (const auto volts = told(totals.battery_most)) {
    message.set_battery_volts_most(*volts);
  }
  message.set_days_kept(totals.days_kept);
  for (const std::uint8_t error : totals.errors) {
    message.add_errors(error);
  }
  return message;
}

}  // namespace

v1::PowerHistory to_proto(const PowerHistoryReport& report) {
  v1::PowerHistory message;
  for (const ChargerHistory& history : report.chargers) {
    v1::ChargerHistory& charger = *message.add_chargers();
    charger.set_id(frame_text(history.id));
    charger.set_product(frame_text(history.product));
    charger.set_state(frame_text(history.state));
    for (const ChargerDay& day : history.days) {
      *charger.add_days() = to_proto(day);
    }
    if (history.totals) {
      *charger.mutable_totals() = to_proto(*history.totals);
    }
  }
  return message;
}

}  // namespace karkara
