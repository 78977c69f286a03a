#include "controller/cli/render/uplink_view.h"

#include <fmt/format.h>

#include "controller/cli/render/display.h"

namespace karkara::cli {
namespace {

// By the site's clock, so that a router in 1970 still says how long.
Cell since_cell(const v1::UplinkState& uplink, std::int64_t reported_us, std::int64_t age_ms) {
  if (uplink.since_wall_time_us() == 0) {
    return plain("");
  }
  const std::int64_t at_report = saturating_difference(reported_us, uplink.since_wall_time_us()) / 1000;
  return {format_age(saturating_difference(at_report, -std::max<std::int64_t>(age_ms, 0)))};
}

Cell loss_cell(const v1::UplinkState& uplink) {
  return uplink.has_loss_ratio() ? Cell{format_number(uplink.loss_ratio() * 100, 1, "%")} : plain("");
}

std::string marked(const std::string& id, bool active) {
  return (active ? "* " : "  ") + id;
}

// "public" of the evidence "class public: metered"; empty when it is about no class.
std::string class_in(const std::string& evidence) {
  constexpr std::string_view kLead = "class ";
  const std::size_t colon = evidence.find(": ");
  return evidence.rfind(kLead, 0) == 0 && colon != std::string::npos
             ? evidence.substr(kLead.size(), colon - kLead.size())
             : "";
}

// What speaks for and against the candidate, then what each class made of it.
void add_evidence(const v1::UplinkCandidate& candidate, Facts& facts) {
  std::string label = "Evidence";
  for (const std::string& evidence : candidate.evidence()) {
    if (class_in(evidence).empty()) {
      facts.push_back({label, plain(evidence)});
      label.clear();
    }
  }
  label = "Classes";
  for (const std::string& evidence : candidate.evidence()) {
    if (const std::string id = class_in(evidence); !id.empty()) {
      facts.push_back({label, {id + ": " + evidence.substr(evidence.find(": ") + 2)}});
      label.clear();
    }
  }
}

Row list_row(const v1::SiteUplink& line) {
  const v1::UplinkState& uplink = line.uplink();
  const bool heard = line.site_state() == v1::SITE_STATE_UP || line.site_state() == v1::SITE_STATE_DEGRADED;
  Cell state = uplink_state_cell(uplink.state());
  state.tone = heard ? state.tone : Tone::Dim;  // the last that was heard
  return {{line.site_id(), Tone::Strong},
          plain(line.region()),
          {marked(uplink.id(), line.active()), line.active() ? Tone::Strong : Tone::Plain},
          plain(uplink.kind()),
          plain(uplink.interface()),
          std::move(state),
          since_cell(uplink, line.report_wall_time_us(), line.report_age_ms()),
          rtt_cell(KARKARA_OPTIONAL(uplink, rtt_seconds)),
          loss_cell(uplink),
          plain(fmt::format("{}", fmt::join(line.classes(), " "))),
          {uplink.metered() ? "yes" : "no"},
          plain(uplink.evidence()),
          {format_age(line.report_age_ms()), heard ? Tone::Plain : Tone::Warn}};
}

Facts tunnel_facts(const v1::TunnelReport& tunnel) {
  const Tone tone = tunnel.state() == "up" ? Tone::Good : tunnel.state() == "down" ? Tone::Bad : Tone::Warn;
  Facts facts{{"State", Cell{tunnel.state(), tone}},
              {"Interface", plain(tunnel.interface())},
              {"Hub", plain(tunnel.hub())},
              {"Carries", Cell{tunnel.carries() ? "the village's traffic" : "nothing: traffic goes out directly"}}};
  std::string label = "Evidence";
  for (const std::string& evidence : tunnel.evidence()) {
    facts.push_back({label, plain(evidence)});
    label.clear();
  }
  return facts;
}

}  // namespace

Table class_table(const v1::StateReport& report) {
  Table table;
  table.columns = {{"CLASS"}, {"UPLINK"}, {.head = "WHY", .shrinks = true}};
  table.nothing = "No class was reported.";
  for (const v1::ClassState& one : report.classes()) {
    table.rows.push_back(
        {plain(one.id()), one.uplink().empty() ? Cell{"none", Tone::Bad} : Cell{one.uplink()}, plain(one.reason())});
  }
  return table;
}

View uplink_list_view(const v1::ListUplinksReply& reply) {
  Table table;
  table.columns = {{"SITE"},
                   {.head = "REGION", .wide = true},
                   {"  UPLINK"},
                   {"KIND"},
                   {.head = "IFACE", .wide = true},
                   {"STATE"},
                   {"SINCE", Align::Right},
                   {"RTT", Align::Right},
                   {"LOSS", Align::Right},
                   {.head = "CARRIES", .shrinks = true},
                   {.head = "METERED", .wide = true},
                   {.head = "EVIDENCE", .wide = true},
                   {"AGE", Align::Right}};
  table.nothing = "No uplinks.";
  for (const v1::SiteUplink& line : reply.uplinks()) {
    table.rows.push_back(list_row(line));
  }
  return {.kind = "UplinkList",
          .value = value_of(reply),
          .list = "uplinks",
          .item = "SiteUplink",
          .sections = {{"", std::move(table)}}};
}

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
                          since_cell(uplink, report.wall_time_us(), age_ms),
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
  if (report.classes_size() > 0) {
    view.sections.push_back({"Classes", class_table(report)});
  }
  if (report.has_tunnel()) {
    view.sections.push_back({"Tunnel", tunnel_facts(report.tunnel())});
  }
  return view;
}

View live_uplink_view(const v1::SiteReply& reply) {
  const v1::SiteStatus& status = reply.status();
  const bool dated = status.state().wall_time_us() != 0;
  const auto age_ms = dated ? saturating_difference(status.wall_time_us(), status.state().wall_time_us()) / 1000 : 0;
  return uplink_view(status.site_id(), status.state(), age_ms, true);
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
    if (!uplink.evidence().empty() && uplink.evidence() != candidate.verdict()) {
      facts.insert(facts.begin() + 1, {"Why so", plain(uplink.evidence())});
    }
    add_evidence(candidate, facts);
    view.sections.push_back({marked(uplink.id(), candidate.chosen()), std::move(facts)});
  }
  if (explanation.has_tunnel()) {
    view.sections.push_back({"Tunnel", tunnel_facts(explanation.tunnel())});
  }
  return view;
}

}  // namespace karkara::cli
