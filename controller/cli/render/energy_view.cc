#include "controller/cli/render/energy_view.h"

#include <fmt/format.h>

#include <iterator>

#include "controller/cli/render/display.h"
#include "controller/cli/render/energy_facts.h"
#include "controller/cli/render/power_view.h"
#include "controller/cli/render/radio_view.h"
#include "controller/cli/render/words.h"

namespace karkara::cli {
namespace {

View view_of(const v1::Power& power) {
  return {.kind = "Power", .value = value_of(power), .list = "", .item = "", .sections = {}};
}

Cell stage_cell(const v1::Power& power) {
  if (power.stage() == 0) {
    return power.stages_size() == 0 ? Cell{"nothing is shed: no ladder is configured", Tone::Dim}
                                    : Cell{"everything is on", Tone::Good};
  }
  const auto at = power.stage() - 1;
  const bool known = at < static_cast<std::uint32_t>(power.stages_size());
  return {known
              ? fmt::format("{} of {}: {}", power.stage(), power.stages_size(), power.stages(static_cast<int>(at)).id())
              : fmt::format("{}", power.stage()),
          Tone::Warn};
}

void add_foretold(const v1::Power& power, View& view) {
  view.sections.push_back({"Night", night_facts(power)});
  view.sections.push_back({"Ahead", ahead_facts(power)});
  view.sections.push_back({"Panels", array_facts(power)});
}

void add_explanation(const v1::Power& power, View& view) {
  Facts lines;
  for (const std::string& line : power.explanation()) {
    lines.push_back({"", plain(line)});
  }
  if (!lines.empty()) {
    view.sections.push_back({"What it rests on", std::move(lines)});
  }
}

void add_radios(const v1::Power& power, View& view) {
  if (power.radios_size() > 0) {
    view.sections.push_back({"Radios", radio_table(power)});
  }
}

void add_rows(const v1::ShedStage& stage, int number, Table& table) {
  Row row{{fmt::format("{}", number)},
          {stage.id(), Tone::Strong},
          stage.active() ? Cell{"in force", Tone::Warn} : plain(""),
          plain(stage.actions_size() > 0 ? stage.actions(0) : "")};
  table.rows.push_back(std::move(row));
  for (int i = 1; i < stage.actions_size(); ++i) {
    table.rows.push_back({Cell{}, Cell{}, Cell{}, plain(stage.actions(i))});
  }
}

}  // namespace

Facts stage_facts(const v1::Power& power) {
  Facts facts{{"Stage", stage_cell(power)}};
  if (power.has_stage_since_us()) {
    facts.push_back({"Since", {format_time(power.stage_since_us() / 1000)}});
  } else if (power.stage() > 0) {
    facts.push_back({"Since", {"not known", Tone::Dim}});
  }
  if (!power.stage_reason().empty()) {
    facts.push_back({"Why", {power.stage_reason()}});
  }
  return facts;
}

Table ladder_table(const v1::Power& power) {
  Table table;
  table.columns = {
      {"STAGE", Align::Right}, {.head = "NAME", .shrinks = true}, {"STATE"}, {.head = "DOES", .shrinks = true}};
  table.nothing = "No shedding ladder is configured: nothing is turned off to save the battery.";
  for (int i = 0; i < power.stages_size(); ++i) {
    add_rows(power.stages(i), i + 1, table);
  }
  return table;
}

View forecast_view(const v1::Power& power) {
  View view = view_of(power);
  view.sections.push_back({"Battery", battery_facts(power, BatteryDetail::Short)});
  if (power.has_battery() || power.has_night()) {
    add_foretold(power, view);
  }
  view.sections.push_back({"Shedding", stage_facts(power)});
  add_explanation(power, view);
  return view;
}

View power_explanation(const v1::Power& power) {
  View view = view_of(power);
  view.sections.push_back({"Battery", battery_facts(power, BatteryDetail::Whole)});
  add_explanation(power, view);
  view.sections.push_back({"Shedding", stage_facts(power)});
  view.sections.push_back({"", ladder_table(power)});
  add_radios(power, view);
  return view;
}

View power_events_view(const v1::Power& power) {
  Table table;
  table.columns = {{"TIME"}, {.head = "EVENT", .shrinks = true}, {.head = "DETAIL", .shrinks = true}};
  table.nothing = "No event of the site's power is recorded.";
  Value::Array events;
  for (const v1::PowerEvent& event : power.events()) {
    table.rows.push_back(
        {event.has_at_us() ? Cell{format_time(event.at_us() / 1000)} : Cell{"time not known", Tone::Dim},
         plain(event.what()), plain(event.detail())});
    events.push_back(value_of(event));
  }
  return {.kind = "PowerEvents",
          .value = {Value::Object{{"events", {std::move(events)}}}},
          .list = "events",
          .item = "PowerEvent",
          .sections = {{"", std::move(table)}}};
}

View power_page(const v1::Power& power) {
  View view = view_of(power);
  view.sections.push_back({"Battery", battery_facts(power, BatteryDetail::Whole)});
  if (power.has_battery() || power.has_night()) {
    add_foretold(power, view);
  }
  view.sections.push_back({"Shedding", stage_facts(power)});
  if (power.stages_size() > 0) {
    view.sections.push_back({"", ladder_table(power)});
  }
  add_radios(power, view);
  auto sources = live_power_sections(power.sources(), Readings::All);
  std::move(sources.begin(), sources.end(), std::back_inserter(view.sections));
  add_explanation(power, view);
  return view;
}

}  // namespace karkara::cli
