#include "controller/cli/render/usage_view.h"

#include <fmt/format.h>

#include <limits>

#include "controller/cli/render/display.h"
#include "controller/cli/render/words.h"

namespace karkara::cli {
namespace {

// Both numbers may come from anyone.
std::uint64_t sum(std::uint64_t a, std::uint64_t b) {
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  return a > kMost - b ? kMost : a + b;
}

Cell left_cell(const v1::UplinkUsage& usage) {
  if (!usage.has_remaining()) {
    return {"no limit", Tone::Dim};
  }
  return {format_bytes(usage.remaining()), usage.remaining() == 0 ? Tone::Bad : Tone::Plain};
}

Cell probes_cell(const v1::UplinkUsage& usage) {
  const std::string spent = format_bytes(usage.probe_bytes_today());
  if (usage.probe_bytes_a_day() == 0) {
    return {spent};
  }
  return {fmt::format("{} of {}", spent, format_bytes(usage.probe_bytes_a_day())),
          usage.probe_bytes_today() >= usage.probe_bytes_a_day() ? Tone::Warn : Tone::Plain};
}

Row row_of(const v1::UplinkUsage& usage) {
  return {{usage.uplink(), Tone::Strong},
          plain(usage.key()),
          {format_bytes(sum(usage.today_received(), usage.today_sent()))},
          {format_bytes(sum(usage.cycle_received(), usage.cycle_sent()))},
          {format_bytes(usage.undated())},
          left_cell(usage),
          probes_cell(usage),
          {fmt::format("{}", usage.anomalies()), usage.anomalies() == 0 ? Tone::Dim : Tone::Warn}};
}

}  // namespace

View usage_view(const v1::Usage& usage) {
  Table table;
  table.columns = {{"UPLINK"},
                   {.head = "KEY", .wide = true},
                   {"TODAY", Align::Right},
                   {"CYCLE", Align::Right},
                   {.head = "UNDATED", .align = Align::Right, .wide = true},
                   {"LEFT", Align::Right},
                   {"PROBES TODAY", Align::Right},
                   {.head = "ODD READINGS", .align = Align::Right, .wide = true}};
  table.nothing = "Nothing is counted.";
  Facts sentences;
  Facts balances;
  for (const v1::UplinkUsage& one : usage.uplinks()) {
    table.rows.push_back(row_of(one));
    if (!one.sentence().empty()) {
      sentences.push_back({clean_text(one.uplink()), {one.sentence()}});
    }
    if (!one.balance().empty()) {
      balances.push_back({clean_text(one.uplink()), {one.balance()}});
    }
  }
  View view{.kind = "Usage", .value = value_of(usage), .list = "uplinks", .item = "UplinkUsage", .sections = {}};
  view.sections.push_back({"", std::move(table)});
  if (!sentences.empty()) {
    view.sections.push_back({"Pace", std::move(sentences)});
  }
  if (!balances.empty()) {
    view.sections.push_back({"The operator says", std::move(balances)});
  }
  return view;
}

}  // namespace karkara::cli
