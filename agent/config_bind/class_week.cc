#include "agent/config_bind/class_week.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "agent/shaping/class_hours.h"
#include "agent/shaping/quota_text.h"

namespace karkara {
namespace {

using Rules = std::vector<std::optional<std::size_t>>;

// What holds changes only where hours begin or end.
std::set<std::chrono::minutes> edges_of(const std::vector<ClassHours>& hours) {
  std::set<std::chrono::minutes> all{std::chrono::minutes{0}};
  for (const ClassHours& each : hours) {
    all.insert(each.from % kLocalDay);
    all.insert(each.to % kLocalDay);
  }
  return all;
}

std::string moment_text(unsigned day, std::chrono::minutes at) {
  constexpr const char* kDays[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
  return fmt::format("on {} {:02}:{:02}", kDays[day], at.count() / 60, at.count() % 60);
}

Rules rules_at(const std::vector<ClassShaping>& classes, UplinkKind kind, unsigned day, std::chrono::minutes at) {
  Rules rules(classes.size());
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (const ClassHours* hours = hours_at(classes[i].hours, kind, day, at)) {
      rules[i] = static_cast<std::size_t>(hours - classes[i].hours.data());
    }
  }
  return rules;
}

WeekMoment moment_with(const std::vector<ClassShaping>& classes, UplinkKind kind, const Rules& rules) {
  WeekMoment moment{"", std::vector<ClassState>(classes.size()), rules};
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (rules[i]) {
      const ClassHours& hours = classes[i].hours[*rules[i]];
      moment.states[i].hours[number_of(kind)] = {hours.terms, hours.closed};
    }
  }
  return moment;
}

}  // namespace

std::vector<WeekMoment> week_of(const std::vector<ClassShaping>& classes, UplinkKind kind) {
  std::set<std::chrono::minutes> edges;
  for (const ClassShaping& each : classes) {
    edges.merge(edges_of(each.hours));
  }
  const Rules none(classes.size());
  std::set<Rules> seen{none};
  std::vector<WeekMoment> week{moment_with(classes, kind, none)};
  for (unsigned day = 0; day < 7; ++day) {
    for (const std::chrono::minutes at : edges) {
      const Rules rules = rules_at(classes, kind, day, at);
      if (seen.insert(rules).second) {
        week.push_back(moment_with(classes, kind, rules));
        week.back().when = moment_text(day, at);
      }
    }
  }
  return week;
}

std::string where_text(const std::vector<ClassShaping>& classes, UplinkKind kind, const WeekMoment& moment) {
  const bool differs = std::any_of(classes.begin(), classes.end(), [kind](const ClassShaping& each) {
    return std::any_of(each.on_kinds.begin(), each.on_kinds.end(),
                       [kind](const ClassOnKind& on) { return on.kind == kind && on.terms != ClassTerms{}; }) ||
           std::any_of(each.hours.begin(), each.hours.end(),
                       [kind](const ClassHours& hours) { return hours.kinds != kAllKinds && hours.are_on(kind); });
  });
  std::string text = differs ? fmt::format(" on {} uplinks", word_of(kind)) : "";
  if (!moment.when.empty()) {
    text.append(text.empty() ? " " : ", ").append(moment.when);
  }
  return text;
}

bool always_closed(const ClassShaping& of, UplinkKind kind) {
  for (unsigned day = 0; day < 7; ++day) {
    for (const std::chrono::minutes at : edges_of(of.hours)) {
      const ClassHours* hours = hours_at(of.hours, kind, day, at);
      if (hours == nullptr || !hours->closed) {
        return false;
      }
    }
  }
  return true;
}

bool ever_hold(const std::vector<ClassHours>& all, std::size_t index, UplinkKind kind) {
  for (unsigned day = 0; day < 7; ++day) {
    for (const std::chrono::minutes at : edges_of(all)) {
      if (hours_at(all, kind, day, at) == &all[index]) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace karkara
