#include "controller/cli/render/alarm_view.h"

#include <fmt/format.h>

#include "controller/cli/render/display.h"

namespace karkara::cli {
namespace {

const std::string& text_of(const v1::Alarm& alarm, Language language) {
  const bool french = language == Language::French && !alarm.text_french().empty();
  return french ? alarm.text_french() : alarm.text();
}

Cell activity_cell(const v1::Alarm& alarm) {
  return alarm.active() ? Cell{"active", Tone::Bad} : Cell{"cleared", Tone::Dim};
}

Cell outcome_cell(const std::string& outcome) {
  return outcome.empty() ? plain("") : Cell{outcome, outcome == "done" ? Tone::Good : Tone::Warn};
}

}  // namespace

Table alarm_table(const std::vector<v1::Alarm>& alarms, Language language) {
  Table table;
  table.columns = {{"ID", Align::Right},
                   {"SITE"},
                   {"LEVEL"},
                   {"ALARM"},
                   {"INSTANCE"},
                   {"STATE"},
                   {"AGE", Align::Right},
                   {.head = "TEXT", .shrinks = true},
                   {.head = "RAISED", .wide = true}};
  table.nothing = "No active alarms.";
  for (const v1::Alarm& alarm : alarms) {
    table.rows.push_back({{fmt::format("{}", alarm.id())},
                          plain(alarm.site_id()),
                          level_cell(alarm.level()),
                          plain(alarm.message()),
                          plain(alarm.instance()),
                          activity_cell(alarm),
                          {format_age(alarm.age_ms())},
                          plain(text_of(alarm, language)),
                          {format_time(alarm.raised_unix_ms())}});
  }
  return table;
}

View alarm_list_view(const v1::ListAlarmsReply& reply, Language language) {
  View view{.kind = "AlarmList", .value = value_of(reply), .list = "alarms", .item = "Alarm", .sections = {}};
  view.sections.push_back({"", alarm_table({reply.alarms().begin(), reply.alarms().end()}, language)});
  return view;
}

View alarm_view(const v1::Alarm& alarm, Language language) {
  Facts facts{{"Alarm", {alarm.message(), Tone::Strong}},
              {"Site", plain(alarm.site_id())},
              {"Instance", plain(alarm.instance())},
              {"Level", level_cell(alarm.level())},
              {"State", activity_cell(alarm)},
              {"Age", {format_age(alarm.age_ms())}},
              {"Raised", {format_time(alarm.raised_unix_ms()) + " (the site's clock)"}}};
  if (alarm.has_cleared_unix_ms()) {
    facts.push_back({"Cleared", {format_time(alarm.cleared_unix_ms())}});
  }
  facts.push_back({"Received", {format_time(alarm.received_unix_ms())}});
  for (const v1::Field& field : alarm.fields()) {
    facts.push_back({clean_text(field.key()), plain(field.value())});
  }
  facts.push_back({"Text", plain(text_of(alarm, language))});
  facts.push_back({"Advice", plain(alarm.advice())});
  return {.kind = "Alarm", .value = value_of(alarm), .list = "", .item = "", .sections = {{"", std::move(facts)}}};
}

View audit_list_view(const v1::ListAuditReply& reply) {
  Table table;
  table.columns = {{.head = "ID", .align = Align::Right, .wide = true},
                   {"TIME"},
                   {"WHO"},
                   {"VERB"},
                   {"OBJECT"},
                   {"OUTCOME"},
                   {.head = "DETAIL", .shrinks = true}};
  table.nothing = "The audit log is empty.";
  for (const v1::AuditEntry& entry : reply.entries()) {
    table.rows.push_back({{fmt::format("{}", entry.id())},
                          {format_time(entry.unix_ms())},
                          plain(entry.who()),
                          plain(entry.verb()),
                          plain(entry.object()),
                          outcome_cell(entry.outcome()),
                          plain(entry.detail())});
  }
  return {.kind = "AuditList",
          .value = value_of(reply),
          .list = "entries",
          .item = "AuditEntry",
          .sections = {{"", std::move(table)}}};
}

}  // namespace karkara::cli
