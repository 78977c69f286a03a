// Why each rate is what it is, in sentences: shaping_explanation() of shaping_view.h.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "controller/cli/render/display.h"
#include "controller/cli/render/shaping_view.h"

namespace karkara::cli {
namespace {

struct Reason {
  std::string_view word;  // the agent's
  std::string_view meaning;
};

constexpr auto kReasons = std::to_array<Reason>({
    {"start", "where it begins: its base, or what was last good on this link"},
    {"limits", "the configuration of its limits changed"},
    {"attached", "the link is new: what was good on it before"},
    {"tried", "traffic waited here and the link had no queue, so that more was tried"},
    {"try-failed", "more was tried, and a queue began to grow in the link"},
    {"collapsed", "much less came through at once and answers stayed out: down to what still comes"},
    {"link-queue", "answers came late under load: a queue in the link, which is let run empty"},
    {"smaller-yet", "the queue in the link stayed: it carries less than was thought"},
    {"drained", "the queue in the link is gone: just below what it carried"},
    {"modcod", "the terminal names another coding: what was good, times what a symbol carries now"},
});

std::string reason_text(const v1::ShapedDirection& direction) {
  if (!direction.adaptive()) {
    return "as configured: it does not adapt";
  }
  const std::string& word = direction.reason();
  const auto known =
      std::find_if(kReasons.begin(), kReasons.end(), [&](const Reason& reason) { return reason.word == word; });
  return known != kReasons.end() ? fmt::format("{} ({})", word, known->meaning) : word;
}

std::string limits_text(const v1::ShapedDirection& direction) {
  return fmt::format("adapts between {} (floor) and {} (most), begins at {} (base)", format_rate(direction.floor()),
                     format_rate(direction.most()), format_rate(direction.base()));
}

std::string class_text(const v1::ShapedClass& one) {
  return fmt::format("{}: {} guaranteed, {} at most, priority {}; {}", one.id(), format_rate(one.guarantee()),
                     format_rate(one.ceiling()), one.priority(), one.terms().empty() ? "as configured" : one.terms());
}

template <class Texts>
void add_lines(Facts& facts, std::string label, const Texts& texts) {
  for (const std::string& text : texts) {
    facts.push_back({label, plain(text)});
    label.clear();
  }
}

Facts rate_facts(const v1::ShapedDirection& direction) {
  Facts facts{
      {"Rate",
       {fmt::format("{} for {}", format_rate(direction.rate()), format_span(direction.since_seconds())), Tone::Strong}},
      {"Why", plain(reason_text(direction))}};
  if (direction.adaptive()) {
    facts.push_back({"Limits", {limits_text(direction)}});
  }
  facts.push_back({"Carries", carried_cell(KARKARA_OPTIONAL(direction, carried))});
  if (direction.has_added_delay_seconds()) {
    facts.push_back(
        {"Delay",
         {fmt::format("answers take {} more than on the idle path", rtt_cell(direction.added_delay_seconds()).text)}});
  }
  return facts;
}

Facts direction_facts(const v1::ShapedDirection& direction) {
  Facts facts = direction.shaped() ? rate_facts(direction)
                                   : Facts{{"Rate", {"not shaped", Tone::Warn}}, {"Why", plain(direction.why_not())}};
  if (!direction.device().empty()) {
    facts.push_back({"Queues on", {direction.device()}});
  }
  add_lines(facts, "Evidence", direction.evidence());
  std::string label = "Classes";
  for (const v1::ShapedClass& one : direction.classes()) {
    facts.push_back({label, {class_text(one), one.terms().empty() ? Tone::Plain : Tone::Warn}});
    label.clear();
  }
  return facts;
}

Cell quota_cell(const v1::ClassQuota& quota) {
  const std::string used = fmt::format(
      "{} of {} ({}) of the {}, on {}", format_bytes(quota.used()), format_bytes(quota.limit()), part_text(quota),
      quota.period(), quota.kind().empty() ? "all uplinks" : fmt::format("uplinks of the kind {}", quota.kind()));
  if (!quota.has_ceiling_percent()) {
    return {used};
  }
  return {fmt::format("{}: held to {} of the rate", used, format_number(quota.ceiling_percent(), 1, "%")), Tone::Warn};
}

}  // namespace

View shaping_explanation(const v1::Shaping& shaping) {
  View view{
      .kind = "Shaping", .value = value_of(shaping), .list = "directions", .item = "ShapedDirection", .sections = {}};
  view.sections.push_back({"", shaping_facts(shaping)});
  for (const v1::ShapedDirection& direction : shaping.directions()) {
    view.sections.push_back({fmt::format("{} {}", direction.uplink(), way_of(direction)), direction_facts(direction)});
  }
  Facts quotas;
  for (const v1::ClassQuota& quota : shaping.quotas()) {
    quotas.push_back({clean_text(quota.id()), quota_cell(quota)});
  }
  if (!quotas.empty()) {
    view.sections.push_back({"Quotas", std::move(quotas)});
  }
  return view;
}

}  // namespace karkara::cli
