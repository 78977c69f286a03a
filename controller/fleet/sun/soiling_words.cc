#include "controller/fleet/sun/soiling_words.h"

#include <chrono>
#include <cmath>
#include <cstdio>

namespace karkara {
namespace {

std::string percent(double ratio) {
  return std::to_string(std::lround(ratio * 100)) + "%";
}

std::string date(std::int64_t day) {
  const std::chrono::year_month_day ymd{std::chrono::sys_days{std::chrono::days{day}}};
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()),
                static_cast<unsigned>(ymd.day()));
  return text;
}

std::string neighbours(const SoilingFinding& finding) {
  return std::to_string(finding.neighbours) + (finding.neighbours == 1 ? " neighbour" : " neighbours");
}

std::string clean_panels(const SoilingFinding& finding) {
  std::string text = "Clean the panels: about " + percent(finding.loss.value_or(0)) + " lost";
  if (finding.since) {
    text += ", since " + date(*finding.since);
  }
  text += "; neighbours lost " + percent(finding.neighbours_loss.value_or(0)) + ".";
  return finding.fell_at_once ? text + " It fell within days: look for shade or a broken panel first." : text;
}

}  // namespace

std::string soiling_sentence(const SoilingFinding& finding) {
  switch (finding.verdict) {
    case SoilingVerdict::NoData:
      return "Too few clear days are known of this site" +
             (finding.newest_day ? ", the last one is " + date(*finding.newest_day) : std::string{}) + ".";
    case SoilingVerdict::Fine:
      return "No dust beyond that of the neighbours: " + percent(finding.loss.value_or(0)) + " lost, give or take " +
             percent(finding.error) + ".";
    case SoilingVerdict::CleanPanels: return clean_panels(finding);
    case SoilingVerdict::Haze:
      return "Haze: " + neighbours(finding) + " see the same, at least " + percent(finding.haze.value_or(0)) +
             "; to wipe the panels would not help.";
    case SoilingVerdict::DustEverywhere:
      return "This site and its " + neighbours(finding) + " lost " + percent(finding.region_loss.value_or(0)) +
             " over weeks: dust everywhere, or a haze that lasts; between nothing and all of it is dust. One site that "
             "is wiped would tell.";
    case SoilingVerdict::TooFewNeighbours:
      return "Only " + neighbours(finding) + " told of the same days, three are needed: the agent's own word stands.";
  }
  return {};
}

Fields soiling_fields(const SoilingFinding& finding) {
  Fields fields{{"loss", percent(finding.loss.value_or(0))},
                {"error", percent(finding.error)},
                {"neighbours_loss", percent(finding.neighbours_loss.value_or(0))},
                {"neighbours", std::to_string(finding.neighbours)}};
  if (finding.since) {
    fields.insert(fields.begin() + 2, {"since", date(*finding.since)});
  }
  return fields;
}

}  // namespace karkara
