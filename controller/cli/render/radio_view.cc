#include "controller/cli/render/radio_view.h"

#include <fmt/format.h>

#include "controller/cli/render/display.h"
#include "controller/cli/render/words.h"

namespace karkara::cli {
namespace {

Cell state_cell(const v1::RadioState& radio) {
  if (!radio.has_on()) {
    return {"not there", Tone::Bad};
  }
  if (radio.has_announced_ms()) {
    const std::string what = radio.wanted_on() ? "quieter" : "off";
    return {fmt::format("{} in {} s", what, (radio.announced_ms() + 999) / 1'000), Tone::Warn};
  }
  if (radio.on()) {
    return {"on", radio.wanted_on() ? Tone::Good : Tone::Bad};
  }
  return {"off", radio.wanted_on() ? Tone::Bad : Tone::Warn};
}

Cell power_cell(const v1::RadioState& radio) {
  if (!radio.has_power_dbm()) {
    return {"-", Tone::Dim};
  }
  std::string text = format_number(radio.power_dbm(), 1, "dBm");
  if (radio.has_most_dbm()) {
    text += fmt::format(" (at most {})", format_number(radio.most_dbm(), 0, ""));
  }
  return plain(std::move(text));
}

}  // namespace

Table radio_table(const v1::Power& power) {
  Table table;
  table.columns = {
      {.head = "RADIO", .shrinks = true}, {"ROLE"}, {"STATE"}, {"POWER"}, {.head = "WHY", .shrinks = true}};
  table.nothing = "No radio is configured: the router's Wi-Fi is not touched.";
  for (const v1::RadioState& radio : power.radios()) {
    table.rows.push_back({{radio.id(), Tone::Strong},
                          plain(radio.role()),
                          state_cell(radio),
                          power_cell(radio),
                          plain(radio.reason().empty() ? "as configured" : radio.reason())});
    if (!radio.trouble().empty()) {
      table.rows.push_back({Cell{}, Cell{}, Cell{}, Cell{}, {radio.trouble(), Tone::Bad}});
    }
  }
  return table;
}

}  // namespace karkara::cli
