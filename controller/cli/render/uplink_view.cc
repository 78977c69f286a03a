#include "controller/cli/render/uplink_view.h"

#include <fmt/format.h>

#include "controller/cli/render/display.h"

namespace karkara::cli {
namespace {

// By the site's clock, so that a router in 1970 still says how long.
Cell since_cell(const v1::UplinkState& uplink, const v1::StateReport& report, std::int64_t age_ms) {
  if (uplink.since_wall_time_us() == 0) {
    return plain("");
  }
  const std::int64_t at_report = saturating_difference(report.wall_time_us(), uplink.since_wall_time_us()) / 1000;
  return {format_age(saturating_difference(at_report, -std::max<std::int64_t>(age_ms, 0)))};
}

Cell loss_cell(const v1::UplinkState& uplink) {
  return uplink.has_loss_ratio() ? Cell{format_number(uplink.loss_ratio() * 100, 1, "%")} : plain("");
}

std::string marked(const std::string& id, bool active) {
  return (active ? "* " : "  ") + id;
}

}  // namespace

Table uplink_table(const v1::StateReport& report, std::int64_t age_ms) {
  Table table;
  table.columns = {{"  UPLINK"},
                   {"KIND"},
                   {"IFACE"},
                   {"STATE"},
                   {"SINCE", Align::Right},
                   {"RTT", Align::Right},
                   {"LOSS", Align::Right},
                   {.head = "EVIDENCE", .shrinks = true},
                   {.head = "PREFERENCE", .align = Align::Right, .wide = true},
                   {.head = "METERED", .wide = true}};
  table.nothing = "No uplink was reported.";
  for (const v1::UplinkState& uplink : report.uplinks()) {
    const bool active = !report.active_uplink().empty() && uplink.id() == report.active_uplink();
    table.rows.push_back({{marked(uplink.id(), active), active ? Tone::Strong : Tone::Plain},
                          plain(uplink.kind()),
                          plain(uplink.interface()),
                          uplink_state_cell(uplink.state()),
                          since_cell(uplink, report, age_ms),
                          rtt_cell(KARKARA_OPTIONAL(uplink, rtt_seconds)),
                          loss_cell(uplink),
                          plain(uplink.evidence()),
                          {fmt::format("{}", uplink.preference())},
                          {uplink.metered() ? "yes" : "no"}});
  }
  return table;
}

View uplink_view(const std::string& site, const v1::StateReport& report, std::optional<std::int64_t> age_ms,
                 bool live) {
  View view{.kind = "UplinkReport", .value = {}, .list = "uplinks", .item = "UplinkState", .sections = {}};
  Value::Object value{{"site", {site}}, {"live", {live}}, {"age_ms", age_ms ? Value{*age_ms} : Value{}}};
  Value whole = value_of(report);
  for (Member& member : std::get<Value::Object>(whole.held)) {
    value.push_back(std::move(member));
  }
  view.value = {std::move(value)};
  Facts facts{{"Site", plain(site)},
              {"Active", report.active_uplink().empty() ? Cell{"none", Tone::Bad} : Cell{report.active_uplink()}},
              {"Why", plain(report.reason())},
              {"Age", live ? Cell{"live"} : age_cell(age_ms)}};
  view.sections.push_back({"", std::move(facts)});
  view.sections.push_back({"", uplink_table(report, age_ms.value_or(0))});
  return view;
}

View explanation_view(const v1::UplinkExplanation& explanation) {
  View view{.kind = "UplinkExplanation", .value = value_of(explanation), .list = "", .item = "", .sections = {}};
  view.sections.push_back(
      {"", Facts{{"Active", explanation.active().empty() ? Cell{"none", Tone::Bad} : Cell{explanation.active()}},
                 {"Why", plain(explanation.reason())},
                 {"Age", Cell{"live"}}}});
  for (const v1::UplinkCandidate& candidate : explanation.candidates()) {
    const v1::UplinkState& uplink = candidate.uplink();
    Facts facts{
        {"State", uplink_state_cell(uplink.state())},
        {"Verdict",
         {candidate.verdict().empty() ? "-" : candidate.verdict(), candidate.chosen() ? Tone::Good : Tone::Plain}}};
    for (const std::string& evidence : candidate.evidence()) {
      facts.push_back({facts.size() == 2 ? "Evidence" : "", plain(evidence)});
    }
    view.sections.push_back({marked(uplink.id(), candidate.chosen()), std::move(facts)});
  }
  return view;
}

}  // namespace karkara::cli
