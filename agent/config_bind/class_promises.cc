#include "agent/config_bind/class_promises.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "agent/config_bind/neighbours_config.h"
#include "agent/config_bind/proto_values.h"
#include "agent/config_bind/shaping_config.h"
#include "agent/config_bind/uplink_config.h"
#include "agent/shaping/class_shares.h"

namespace karkara {
namespace {

constexpr double kAll = 100;
constexpr double kRounding = 1e-6;
constexpr double kNearlyAll = 0.995;  // of a rate, in whole bytes
constexpr double kMostly = 0.8;       // as GUARANTEE_UNMET has it

struct Week {
  UplinkKind kind;
  std::vector<WeekMoment> moments;
};

std::vector<Week> weeks_of(const std::vector<ClassShaping>& classes) {
  std::vector<Week> weeks;
  for (const UplinkKind kind : kEveryKind) {
    weeks.push_back({kind, week_of(classes, kind)});
  }
  return weeks;
}

// Percentages alone; nothing while its hours close it.
std::optional<Percent> promised(const ClassShaping& of, UplinkKind kind, const ClassState& state) {
  return state.hours_on(kind).closed ? std::nullopt : terms_of(of, kind, state).guarantee;
}

// The class that is too much, as soon as there is one.
void check_sum(const NamedClasses& all, const Week& week, std::set<std::size_t>& told,
               std::vector<Contradiction>& found) {
  for (const WeekMoment& moment : week.moments) {
    double sum = 0;
    for (std::size_t i = 0; i < all.shaping.size() && sum <= kAll + kRounding; ++i) {
      const auto guarantee = promised(all.shaping[i], week.kind, moment.states[i]);
      if (!guarantee) {
        continue;
      }
      sum += guarantee->value();
      if (sum > kAll + kRounding && told.insert(i).second) {
        found.push_back({all.places(i, week.kind, moment, "guarantee_percent"),
                         fmt::format("the guarantees up to this class are {:g} percent{}: must be at most 100 in all",
                                     sum, where_text(all.shaping, week.kind, moment))});
      }
    }
  }
}

// A class that is served nowhere; on some kinds alone it can be meant.
void check_service(const NamedClasses& all, const std::vector<Week>& weeks, const std::set<UplinkKind>& in_use,
                   std::vector<Contradiction>& found) {
  for (std::size_t i = 0; i < all.shaping.size(); ++i) {
    const bool open = std::any_of(weeks.begin(), weeks.end(), [&](const Week& week) {
      return (in_use.empty() || in_use.count(week.kind) != 0) && !always_closed(all.shaping[i], week.kind);
    });
    if (!open) {
      found.push_back({{join_path(all.paths[i], "hours"), all.paths[i]},
                       "leave the class closed at all hours of all days on every uplink"});
    }
  }
}

// Rates that do not shrink with the link must fit under what it never goes below.
void check_rates(const v1::UplinkConfig& uplink, const NamedClasses& all, const std::vector<WeekMoment>& moments,
                 std::vector<Contradiction>& found) {
  const LimitsOf limits = limits_of(uplink);
  const UplinkKind kind = kind_of(uplink);
  const auto check = [&](const std::optional<RateLimits>& way, bool said, const char* name) {
    for (const WeekMoment& moment : way&& said ? moments : std::vector<WeekMoment>{}) {
      const RatesAtFloor there = rates_at_floor(all.shaping, kind, way->floor, moment.states);
      if (there.of && !there.fit) {
        found.push_back(
            {all.places(*there.of, kind, moment, "guarantee_rate"),
             fmt::format("the guaranteed rates are {} in all{}, and uplink '{}' may go down to {} ({}): they must fit "
                         "in it beside the router's own part and a trickle for each class, and this one would get {}",
                         rate_text(there.sum), where_text(all.shaping, kind, moment), uplink.id(),
                         rate_text(way->floor), name,
                         rate_text(BitsPerSecond{std::floor(there.gets.value() / 1000) * 1000}))});
        return;
      }
    }
  };
  check(limits.down, !is_adaptive(uplink) || uplink.shaping().has_floor_down(), "download");
  check(limits.up, !is_adaptive(uplink) || uplink.shaping().has_floor_up(), "upload");
}

}  // namespace

std::string rate_text(BitsPerSecond rate) {
  return rate.value() >= 1e6 ? fmt::format("{:g} Mbit/s", rate.value() / 1e6)
                             : fmt::format("{:g} kbit/s", rate.value() / 1e3);
}

UplinkKind kind_of(const v1::UplinkConfig& uplink) {
  const auto kind = bind_kind(uplink.kind());
  return kind ? *kind : UplinkKind::Ethernet;
}

NamedClasses named_classes(const v1::SiteConfig& config) {
  NamedClasses all;
  for (int i = 0; i < config.classes_size(); ++i) {
    all.shaping.push_back(bind_class_shaping(config.classes(i)));
    all.paths.push_back(element("classes", config.classes(i).id(), i));
  }
  if (config.has_neighbours() && config.neighbours().has_lend()) {  // guests have a class of their own
    ClassShaping guests = guests_shaping(config.neighbours().lend(), all.shaping);
    all.shaping.push_back(std::move(guests));
    all.paths.emplace_back("neighbours.lend");
  }
  return all;
}

Percent most_promised(const std::vector<ClassShaping>& classes) {
  double most = 0;
  for (const Week& week : weeks_of(classes)) {
    for (const WeekMoment& moment : week.moments) {
      double sum = 0;
      for (std::size_t i = 0; i < classes.size(); ++i) {
        sum += promised(classes[i], week.kind, moment.states[i]).value_or(Percent{}).value();
      }
      most = std::max(most, sum);
    }
  }
  return Percent{most};
}

// Hours come before the kind of uplink, and that before the class: whoever says a guarantee is to blame for it.
std::vector<std::string> NamedClasses::places(std::size_t index, UplinkKind kind, const WeekMoment& moment,
                                              const std::string& field) const {
  const auto says = [](const ClassTerms& terms) { return terms.guarantee || terms.guarantee_rate; };
  const auto rule = moment.rules[index];
  const std::vector<ClassOnKind>& kinds = shaping[index].on_kinds;
  const auto on = std::find_if(kinds.begin(), kinds.end(),
                               [&](const ClassOnKind& each) { return each.kind == kind && says(each.terms); });
  std::string said = paths[index];
  if (rule && says(shaping[index].hours[*rule].terms)) {
    said = element(join_path(said, "hours"), "", static_cast<int>(*rule));
  } else if (on != kinds.end()) {
    said = element(join_path(said, "on_uplinks"), "", static_cast<int>(on - kinds.begin()));
  }
  return {join_path(said, field), said, paths[index]};
}

RatesAtFloor rates_at_floor(const std::vector<ClassShaping>& classes, UplinkKind kind, BitsPerSecond floor,
                            const std::vector<ClassState>& states) {
  const auto bytes = static_cast<std::uint64_t>(floor.value() / 8);
  const auto shares = class_shares(classes, kind, bytes, states);
  RatesAtFloor there;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const ClassTerms terms = terms_of(classes[i], kind, states[i]);
    const BitsPerSecond gets{static_cast<double>(shares[i + 1].rate) * 8};
    const HoursTerms& hours = states[i].hours_on(kind);
    const bool held_down = hours.terms.ceiling && !hours.terms.guarantee_rate && terms.guarantee_rate &&
                           floor * (hours.terms.ceiling->value() / kAll) < *terms.guarantee_rate;
    if (hours.closed || held_down) {
      continue;  // as its hours want it
    }
    if (terms.guarantee_rate) {
      there.sum = there.sum + *terms.guarantee_rate;
      there.of = i;
      there.gets = gets;
      there.fit = there.fit && gets >= *terms.guarantee_rate * kNearlyAll;
    } else if (terms.guarantee && gets.value() < floor.value() * terms.guarantee->value() / kAll * kMostly) {
      there.shrunk.push_back(i);
    }
  }
  return there;
}

void check_promises(const v1::SiteConfig& config, std::vector<Contradiction>& found) {
  const NamedClasses all = named_classes(config);
  const std::vector<Week> weeks = weeks_of(all.shaping);
  std::set<std::size_t> told;
  for (const Week& week : weeks) {
    check_sum(all, week, told, found);
  }
  std::set<UplinkKind> in_use;
  for (const v1::UplinkConfig& uplink : config.uplinks()) {
    in_use.insert(kind_of(uplink));
    check_rates(uplink, all, weeks[number_of(kind_of(uplink))].moments, found);
  }
  check_service(all, weeks, in_use, found);
}

}  // namespace karkara
