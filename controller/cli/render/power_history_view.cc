#include "controller/cli/render/power_history_view.h"

#include <fmt/format.h>

#include <utility>

#include "controller/cli/render/display.h"
#include "controller/cli/render/words.h"

namespace karkara::cli {
namespace {

constexpr unsigned kMinutesAnHour = 60;

Cell day_cell(const v1::ChargerDay& day) {
  if (day.days_ago() == 0) {
    return {"today so far", Tone::Dim};
  }
  if (day.has_date()) {
    return {day.date(), Tone::Strong};
  }
  return {day.days_ago() == 1 ? "1 day ago" : fmt::format("{} days ago", day.days_ago()), Tone::Strong};
}

Cell number_cell(std::optional<double> value, int decimals, std::string_view unit) {
  return value ? Cell{format_number(*value, decimals, unit)} : Cell{"-", Tone::Dim};
}

// "7 h 05", "25 min": a phase lasts for hours, and its minutes tell a healthy absorption.
Cell minutes_cell(std::optional<std::uint32_t> minutes) {
  if (!minutes) {
    return {"-", Tone::Dim};
  }
  return {*minutes < kMinutesAnHour ? fmt::format("{} min", *minutes)
                                    : fmt::format("{} h {:02}", *minutes / kMinutesAnHour, *minutes % kMinutesAnHour)};
}

Cell errors_cell(const v1::ChargerDay& day) {
  if (day.errors().empty()) {
    return {"none", Tone::Dim};
  }
  return {fmt::format("{}", fmt::join(day.errors(), " ")), Tone::Bad};
}

Row row_of(const v1::ChargerDay& day) {
  return {day_cell(day),
          number_cell(KARKARA_OPTIONAL(day, yield_kwh), 2, "kWh"),
          number_cell(KARKARA_OPTIONAL(day, panel_watts_most), 0, "W"),
          number_cell(KARKARA_OPTIONAL(day, battery_volts_most), 2, "V"),
          number_cell(KARKARA_OPTIONAL(day, battery_volts_least), 2, "V"),
          minutes_cell(KARKARA_OPTIONAL(day, bulk_minutes)),
          minutes_cell(KARKARA_OPTIONAL(day, absorption_minutes)),
          minutes_cell(KARKARA_OPTIONAL(day, float_minutes)),
          number_cell(KARKARA_OPTIONAL(day, load_kwh), 2, "kWh"),
          errors_cell(day),
          day.from() == "agent" ? plain(day.from()) : Cell{clean_text(day.from()), Tone::Warn}};
}

Section table_of(const v1::ChargerHistory& charger) {
  Table table;
  table.columns = {{"DAY"},
                   {"YIELD", Align::Right},
                   {"PEAK", Align::Right},
                   {"V MAX", Align::Right},
                   {"V MIN", Align::Right},
                   {"BULK", Align::Right},
                   {"ABSORB", Align::Right},
                   {"FLOAT", Align::Right},
                   {.head = "LOAD", .align = Align::Right, .wide = true},
                   {"ERRORS"},
                   {"FROM"}};
  table.nothing = "No day is known yet.";
  for (const v1::ChargerDay& day : charger.days()) {
    table.rows.push_back(row_of(day));
  }
  return {clean_text(charger.id()), std::move(table)};
}

std::string errors_text(const v1::ChargerTotals& totals) {
  return totals.errors().empty() ? "none" : fmt::format("{}", fmt::join(totals.errors(), " "));
}

Facts facts_of(const v1::ChargerHistory& charger) {
  Facts facts;
  if (!charger.product().empty()) {
    facts.push_back({"Charger", plain(charger.product())});
  }
  facts.push_back({"History", plain(charger.state())});
  if (charger.has_totals()) {
    const v1::ChargerTotals& totals = charger.totals();
    facts.push_back({"Harvested", number_cell(KARKARA_OPTIONAL(totals, yield_kwh), 2, "kWh")});
    facts.push_back({"Since its reset", number_cell(KARKARA_OPTIONAL(totals, user_yield_kwh), 2, "kWh")});
    facts.push_back({"Panel at most", number_cell(KARKARA_OPTIONAL(totals, panel_volts_most), 2, "V")});
    facts.push_back({"Battery at most", number_cell(KARKARA_OPTIONAL(totals, battery_volts_most), 2, "V")});
    facts.push_back({"Last errors", Cell{errors_text(totals)}});
  }
  return facts;
}

}  // namespace

View power_history_view(const v1::PowerHistory& history) {
  View view{
      .kind = "PowerHistory", .value = value_of(history), .list = "chargers", .item = "ChargerHistory", .sections = {}};
  for (const v1::ChargerHistory& charger : history.chargers()) {
    view.sections.push_back(table_of(charger));
    view.sections.push_back({"", facts_of(charger)});
  }
  if (history.chargers().empty()) {
    Table table;
    table.nothing = "No charger of this site remembers days: only a vedirect one does.";
    view.sections.push_back({"", std::move(table)});
  }
  return view;
}

}  // namespace karkara::cli
