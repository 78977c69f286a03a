#include "controller/cli/render/power_view.h"

#include <fmt/format.h>

#include <map>

#include "common/series.h"
#include "controller/cli/render/display.h"

namespace karkara::cli {
namespace {

// The catalogue says which series belong to a power source: their instance is a "source".
bool is_power(const std::string& series) {
  const SeriesInfo* known = find_series(series);
  return known != nullptr && known->instance == "source";
}

Table reading_table() {
  Table table;
  table.columns = {{"READING"}, {"VALUE"}, {"AGE", Align::Right}, {.head = "MEANING", .wide = true}};
  table.nothing = "No reading.";
  return table;
}

Cell meaning_cell(const std::string& series) {
  const SeriesInfo* known = find_series(series);
  return plain(known != nullptr ? std::string{known->help} : "");
}

// "1 on": the number as the device has it, and what it is called.
Cell quantity_cell(const v1::QuantityValue& quantity) {
  Cell cell = reading_cell(quantity.name(), KARKARA_OPTIONAL(quantity, value), quantity.absent(), quantity.unit());
  if (quantity.has_value() && !quantity.word().empty()) {
    cell.text += " " + quantity.word();
  }
  return cell;
}

std::string source_title(const v1::PowerSourceStatus& source) {
  std::string title = fmt::format("Source {}: {}, {}", source.id(), source.kind(), source.state());
  return source.product().empty() ? title : title + ", " + source.product();
}

}  // namespace

std::vector<Section> power_sections(const v1::SiteDetail& site) {
  std::map<std::string, Table> sources;
  for (const v1::SeriesValue& value : site.values()) {
    if (!is_power(value.name())) {
      continue;
    }
    Table& table = sources.try_emplace(value.instance(), reading_table()).first->second;
    table.rows.push_back({plain(value.name()),
                          reading_cell(value.name(), KARKARA_OPTIONAL(value, value), value.absent(), value.unit()),
                          age_cell(value.age_ms()), meaning_cell(value.name())});
  }
  std::vector<Section> sections;
  sections.reserve(sources.size());
  for (auto& [source, table] : sources) {
    sections.push_back({"Source " + (source.empty() ? "-" : source), std::move(table)});
  }
  return sections;
}

std::vector<Section> live_power_sections(const PowerSources& sources, Readings readings) {
  std::vector<Section> sections;
  for (const v1::PowerSourceStatus& source : sources) {
    Table table = reading_table();
    for (const v1::LiveValue& value : source.values()) {
      table.rows.push_back({plain(value.name()),
                            reading_cell(value.name(), KARKARA_OPTIONAL(value, value), value.absent(), value.unit()),
                            Cell{"live"}, meaning_cell(value.name())});
    }
    if (readings == Readings::All) {
      for (const v1::QuantityValue& quantity : source.quantities()) {
        table.rows.push_back({plain(quantity.name()), quantity_cell(quantity), Cell{"live"}, plain("")});
      }
    }
    sections.push_back({source_title(source), std::move(table)});
  }
  return sections;
}

View power_view(const v1::SiteDetail& site) {
  Value::Array values;
  for (const v1::SeriesValue& value : site.values()) {
    if (is_power(value.name())) {
      values.push_back(value_of(value));
    }
  }
  View view{
      .kind = "PowerReadings",
      .value = {Value::Object{{"site", {site.site().id()}}, {"live", {false}}, {"readings", {std::move(values)}}}},
      .list = "readings",
      .item = "PowerReading",
      .sections = power_sections(site)};
  if (view.sections.empty()) {
    view.sections.push_back(
        {"", Table{.columns = {}, .rows = {}, .nothing = "No power reading was heard of this site."}});
  }
  return view;
}

View live_power_view(const v1::SiteStatus& status) {
  Value::Array sources;
  for (const v1::PowerSourceStatus& source : status.power()) {
    sources.push_back(value_of(source));
  }
  View view{.kind = "PowerSources",
            .value = {Value::Object{{"site", {status.site_id()}}, {"live", {true}}, {"sources", {std::move(sources)}}}},
            .list = "sources",
            .item = "PowerSource",
            .sections = live_power_sections(status.power(), Readings::All)};
  if (view.sections.empty()) {
    view.sections.push_back(
        {"", Table{.columns = {}, .rows = {}, .nothing = "The site has no power source configured."}});
  }
  return view;
}

}  // namespace karkara::cli
