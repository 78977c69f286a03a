#include "controller/cli/render/shaping_view.h"

#include <fmt/format.h>

#include "controller/cli/render/display.h"

namespace karkara::cli {
namespace {

Cell queues_cell(const std::string& leaf) {
  if (leaf.empty()) {
    return {"the kernel was not asked yet", Tone::Dim};
  }
  return leaf.starts_with("pfifo") ? Cell{"pfifo: within a class nothing keeps a download from the others", Tone::Warn}
                                   : Cell{leaf};
}

Row direction_row(const v1::ShapedDirection& direction) {
  const bool shaped = direction.shaped();
  const auto rate = [&](std::uint64_t bits) { return shaped ? Cell{format_rate(bits)} : plain(""); };
  return {{direction.uplink(), Tone::Strong},
          {way_of(direction)},
          plain(direction.device()),
          shaped ? Cell{format_rate(direction.rate())} : Cell{"not shaped", Tone::Warn},
          rate(direction.floor()),
          rate(direction.base()),
          rate(direction.most()),
          carried_cell(KARKARA_OPTIONAL(direction, carried)),
          rtt_cell(KARKARA_OPTIONAL(direction, added_delay_seconds)),
          shaped ? Cell{format_span(direction.since_seconds())} : plain(""),
          plain(!shaped                ? direction.why_not()
                : direction.adaptive() ? direction.reason()
                                       : "fixed")};
}

Table class_table(const v1::ShapedDirection& direction) {
  Table table;
  table.columns = {{.head = "CLASS", .shrinks = true},
                   {"GUARANTEE", Align::Right},
                   {"CEILING", Align::Right},
                   {.head = "PRIORITY", .align = Align::Right, .wide = true},
                   {"NOW", Align::Right},
                   {"DELAY", Align::Right},
                   {"DROPS", Align::Right},
                   {.head = "WAITING", .align = Align::Right, .wide = true},
                   {.head = "IN ALL", .align = Align::Right, .wide = true},
                   {.head = "TERMS", .shrinks = true}};
  table.nothing = "No class was reported.";
  for (const v1::ShapedClass& one : direction.classes()) {
    table.rows.push_back({{one.id(), Tone::Strong},
                          {format_rate(one.guarantee())},
                          {format_rate(one.ceiling())},
                          {fmt::format("{}", one.priority())},
                          carried_cell(KARKARA_OPTIONAL(one, carried)),
                          rtt_cell(KARKARA_OPTIONAL(one, delay_seconds)),
                          drops_cell(KARKARA_OPTIONAL(one, drops)),
                          {format_bytes(one.backlog())},
                          {format_bytes(one.bytes())},
                          terms_cell(one.terms())});
  }
  return table;
}

}  // namespace

std::string way_of(const v1::ShapedDirection& direction) {
  return direction.download() ? "down" : "up";
}

Cell carried_cell(std::optional<std::uint64_t> bits_per_second) {
  return bits_per_second ? Cell{format_rate(*bits_per_second)} : plain("");
}

Cell drops_cell(std::optional<double> packets_per_second) {
  if (!packets_per_second) {
    return plain("");
  }
  const std::string text = format_number(*packets_per_second, 1, "");
  return text == "0" ? Cell{text, Tone::Dim} : text == "-" ? plain("") : Cell{text + "/s"};
}

Cell terms_cell(const std::string& terms) {
  return terms.empty() ? plain("") : Cell{terms, Tone::Warn};
}

std::string part_text(const v1::ClassQuota& quota) {
  if (quota.limit() == 0) {
    return "-";
  }
  return format_number(static_cast<double>(quota.used()) / static_cast<double>(quota.limit()) * 100, 0, "%");
}

std::string uplinks_text(const v1::ClassQuota& quota) {
  return quota.kind().empty() ? "all" : quota.kind();
}

Facts shaping_facts(const v1::Shaping& shaping) {
  Facts facts{{"Shaping", shaping.enabled() ? Cell{"on", Tone::Good} : Cell{"off", Tone::Warn}}};
  if (shaping.enabled() || !shaping.leaf().empty()) {
    facts.push_back({"Queues", queues_cell(shaping.leaf())});
  }
  std::string label = "Warning";
  for (const std::string& obstacle : shaping.obstacles()) {
    facts.push_back({label, {obstacle, Tone::Warn}});
    label.clear();
  }
  return facts;
}

Table direction_table(const v1::Shaping& shaping) {
  Table table;
  table.columns = {{.head = "UPLINK", .shrinks = true},
                   {"WAY"},
                   {.head = "DEVICE", .wide = true},
                   {"RATE", Align::Right},
                   {.head = "FLOOR", .align = Align::Right, .wide = true},
                   {.head = "BASE", .align = Align::Right, .wide = true},
                   {.head = "MOST", .align = Align::Right, .wide = true},
                   {"NOW", Align::Right},
                   {"ADDED", Align::Right},
                   {.head = "SINCE", .align = Align::Right, .wide = true},
                   {.head = "WHY", .shrinks = true}};
  table.nothing = "No uplink is shaped.";
  for (const v1::ShapedDirection& direction : shaping.directions()) {
    table.rows.push_back(direction_row(direction));
  }
  return table;
}

Table quota_table(const v1::Shaping& shaping) {
  Table table;
  table.columns = {{.head = "CLASS", .shrinks = true},
                   {.head = "UPLINKS", .shrinks = true},
                   {.head = "PERIOD", .shrinks = true},
                   {"USED", Align::Right},
                   {"OF", Align::Right},
                   {"PART", Align::Right},
                   {"CEILING", Align::Right}};
  table.nothing = "No quotas.";
  for (const v1::ClassQuota& quota : shaping.quotas()) {
    table.rows.push_back(
        {{quota.id(), Tone::Strong},
         {uplinks_text(quota)},
         plain(quota.period()),
         {format_bytes(quota.used())},
         {format_bytes(quota.limit())},
         {part_text(quota)},
         quota.has_ceiling_percent() ? Cell{format_number(quota.ceiling_percent(), 1, "%"), Tone::Warn} : plain("")});
  }
  return table;
}

View shaping_view(const v1::Shaping& shaping) {
  View view{
      .kind = "Shaping", .value = value_of(shaping), .list = "directions", .item = "ShapedDirection", .sections = {}};
  view.sections.push_back({"", shaping_facts(shaping)});
  view.sections.push_back({"", direction_table(shaping)});
  for (const v1::ShapedDirection& direction : shaping.directions()) {
    if (direction.classes_size() > 0) {
      view.sections.push_back({fmt::format("{} {}", direction.uplink(), way_of(direction)), class_table(direction)});
    }
  }
  if (shaping.quotas_size() > 0) {
    view.sections.push_back({"Quotas", quota_table(shaping)});
  }
  return view;
}

}  // namespace karkara::cli
