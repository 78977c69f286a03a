// What the shaping of a site's configuration tells in contradiction to itself.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "agent/config_bind/proto_values.h"
#include "agent/config_bind/shaping_config.h"
#include "agent/config_bind/uplink_config.h"
#include "agent/shaping/class_hours.h"
#include "agent/shaping/class_shares.h"

namespace karkara {
namespace {

constexpr double kAll = 100;
constexpr double kRounding = 1e-6;
constexpr double kNearlyAll = 0.995;  // of a rate, in whole bytes
constexpr double kMostly = 0.8;       // as GUARANTEE_UNMET has it

std::string bits(double rate) {
  return rate >= 1e6 ? fmt::format("{:g} Mbit/s", rate / 1e6) : fmt::format("{:g} kbit/s", rate / 1e3);
}

// --- uplinks ----------------------------------------------------------------------------------------------------
void check_direction(const v1::UplinkConfig& uplink, const std::string& path, bool down,
                     std::vector<Contradiction>& found) {
  const v1::ShapingConfig& shaping = uplink.shaping();
  const std::string way = down ? "_down" : "_up";
  const bool has_floor = down ? shaping.has_floor_down() : shaping.has_floor_up();
  const bool has_base = down ? shaping.has_base_down() : shaping.has_base_up();
  const bool has_rate = down ? uplink.has_rate_down() : uplink.has_rate_up();
  const auto limits = down ? limits_of(uplink).down : limits_of(uplink).up;
  const std::string floor = join_path(path, "shaping.floor" + way);
  const std::string base = join_path(path, "shaping.base" + way);
  const bool fixed = shaping.has_adaptive() && !shaping.adaptive();
  if (has_floor && !limits && !fixed) {
    found.push_back({{floor}, "needs rate" + way + " or shaping.base" + way + " beside it"});
  }
  if (fixed) {
    return;  // neither is in use
  }
  if (limits && has_base && has_rate && limits->base > limits->ceiling) {
    found.push_back(
        {{base, join_path(path, "rate" + way)}, "is more than rate" + way + ", the most that the link carries"});
  }
  if (limits && has_floor && limits->floor > limits->base) {
    found.push_back({{floor, base, join_path(path, "rate" + way)},
                     "is more than " + bits(limits->base.value()) + ", where the rate begins: must be at most that"});
  }
}

void check_uplink(const v1::UplinkConfig& uplink, const std::string& path, std::vector<Contradiction>& found) {
  check_direction(uplink, path, true, found);
  check_direction(uplink, path, false, found);
  const LimitsOf limits = limits_of(uplink);
  if (uplink.shaping().has_adaptive() && uplink.shaping().adaptive() && !limits.down && !limits.up) {
    found.push_back({{join_path(path, "shaping.adaptive"), join_path(path, "shaping")},
                     "needs a rate or a base to begin with: on ethernet none is usual"});
  }
}

// --- one class --------------------------------------------------------------------------------------------------
void check_terms(const ClassTerms& terms, const std::vector<std::string>& paths, std::vector<Contradiction>& found) {
  if (terms.guarantee && terms.ceiling && *terms.guarantee > *terms.ceiling) {
    found.push_back({paths, fmt::format("guarantees {:g} percent of the rate under a ceiling of {:g}: must be at most "
                                        "the ceiling",
                                        terms.guarantee->value(), terms.ceiling->value())});
  }
}

void check_on_uplinks(const v1::ServiceClassConfig& service, const std::string& path,
                      std::vector<Contradiction>& found) {
  std::set<int> kinds;
  const ClassShaping shaping = bind_class_shaping(service);
  for (int i = 0; i < service.on_uplinks_size(); ++i) {
    const v1::ClassOnUplinkConfig& on = service.on_uplinks(i);
    const std::string at = element(join_path(path, "on_uplinks"), "", i);
    if (on.has_kind() && !kinds.insert(on.kind()).second) {
      found.push_back({{join_path(at, "kind"), at}, "has its terms already: say each kind once"});
    }
    if (const auto kind = bind_kind(on.kind()); kind && (on.has_guarantee_percent() || on.has_ceiling_percent())) {
      check_terms(terms_of(shaping, *kind, {}),
                  {join_path(at, "guarantee_percent"), join_path(at, "ceiling_percent"), at}, found);
    }
  }
}

void check_hours(const v1::ServiceClassConfig& service, const std::string& path, std::vector<Contradiction>& found) {
  const ClassTerms plain = bind_class_shaping(service).terms;
  for (int i = 0; i < service.hours_size(); ++i) {
    const v1::ClassHoursConfig& hours = service.hours(i);
    const std::string at = element(join_path(path, "hours"), "", i);
    const bool changes = hours.has_guarantee_percent() || hours.has_ceiling_percent();
    for (const auto& [field, has, text] :
         {std::tuple{"from", hours.has_from(), hours.from()}, std::tuple{"to", hours.has_to(), hours.to()}}) {
      if (has && !parse_time_of_day(text)) {
        found.push_back({{join_path(at, field), at}, "'" + text + "' is no time of the day: must be 00:00 to 24:00"});
      }
    }
    if (hours.has_from() && hours.from() == hours.to()) {
      found.push_back({{join_path(at, "to"), at}, "is where they begin: all of a day is 00:00 to 24:00"});
    }
    if (!hours.closed() && !changes) {
      found.push_back({{at}, "change nothing: say a guarantee, a ceiling or closed"});
    }
    ClassTerms terms = plain;
    terms.guarantee = hours.has_guarantee_percent() ? Percent{hours.guarantee_percent()} : terms.guarantee;
    terms.ceiling = hours.has_ceiling_percent() ? Percent{hours.ceiling_percent()} : terms.ceiling;
    if (changes) {
      check_terms(terms, {join_path(at, "guarantee_percent"), join_path(at, "ceiling_percent"), at}, found);
    }
  }
}

void check_quota(const v1::ServiceClassConfig& service, const std::string& path, std::vector<Contradiction>& found) {
  const auto too_long = [&](const auto& config, const std::string& at) {
    if (config.has_daily_quota() && config.has_monthly_quota() && config.daily_quota() > config.monthly_quota()) {
      found.push_back({{join_path(at, "daily_quota"), at}, "is more than monthly_quota: must be at most that"});
    }
  };
  too_long(service, path);
  bool limited = service.has_daily_quota() || service.has_monthly_quota();
  for (int i = 0; i < service.on_uplinks_size(); ++i) {
    too_long(service.on_uplinks(i), element(join_path(path, "on_uplinks"), "", i));
    limited = limited || service.on_uplinks(i).has_daily_quota() || service.on_uplinks(i).has_monthly_quota();
  }
  if (!service.quota_steps().empty() && !limited) {
    found.push_back({{join_path(path, "quota_steps"), path}, "needs a daily_quota or a monthly_quota to be steps of"});
  }
  for (int i = 1; i < service.quota_steps_size(); ++i) {
    const v1::QuotaStepConfig& before = service.quota_steps(i - 1);
    const v1::QuotaStepConfig& step = service.quota_steps(i);
    const std::string at = element(join_path(path, "quota_steps"), "", i);
    if (step.percent_used() <= before.percent_used()) {
      found.push_back(
          {{join_path(at, "percent_used"), at}, "is not more than in the step before: steps follow the use"});
    }
    if (step.ceiling_percent() >= before.ceiling_percent()) {
      found.push_back({{join_path(at, "ceiling_percent"), at},
                       "is not less than in the step before: who uses more must not become faster"});
    }
  }
}

// --- all classes together ---------------------------------------------------------------------------------------
struct AllClasses {
  std::vector<ClassShaping> shaping;
  std::vector<std::string> paths;
};

// Every moment of the week at which any hours begin or end.
std::set<std::chrono::minutes> moments(const std::vector<ClassShaping>& classes) {
  std::set<std::chrono::minutes> all{std::chrono::minutes{0}};
  for (const ClassShaping& each : classes) {
    for (const ClassHours& hours : each.hours) {
      all.insert(hours.from % kDay);
      all.insert(hours.to % kDay);
    }
  }
  return all;
}

template <class Each>
void for_each_moment(const std::vector<ClassShaping>& classes, Each each) {
  for (unsigned day = 0; day < 7; ++day) {
    for (const std::chrono::minutes at : moments(classes)) {
      each(day, at);
    }
  }
}

std::string moment_text(unsigned day, std::chrono::minutes at) {
  constexpr const char* kDays[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
  return fmt::format("{} {:02}:{:02}", kDays[day], at.count() / 60, at.count() % 60);
}

// The class that is too much, as soon as there is one.
void check_sum(const AllClasses& all, std::vector<Contradiction>& found) {
  std::set<std::string> told;
  const auto sum_at = [&](UplinkKind kind, const std::string& when, const std::vector<ClassState>& states) {
    double sum = 0;
    for (std::size_t i = 0; i < all.shaping.size(); ++i) {
      const auto guarantee = terms_of(all.shaping[i], kind, states[i]).guarantee;
      sum += guarantee && !states[i].closed ? guarantee->value() : 0;
      if (guarantee && !states[i].closed && sum > kAll + kRounding) {
        if (told.insert(all.paths[i]).second) {
          found.push_back({{join_path(all.paths[i], "guarantee_percent"), all.paths[i]},
                           fmt::format("the guarantees up to this class are {:g} percent{}: must be at most 100 in all",
                                       sum, when)});
        }
        return;
      }
    }
  };
  for (const UplinkKind kind : {UplinkKind::Ethernet, UplinkKind::Vsat, UplinkKind::Cellular, UplinkKind::Mesh}) {
    sum_at(kind, "", std::vector<ClassState>(all.shaping.size()));
    for_each_moment(all.shaping, [&](unsigned day, std::chrono::minutes at) {
      std::vector<ClassState> states(all.shaping.size());
      for (std::size_t i = 0; i < states.size(); ++i) {
        if (const ClassHours* hours = hours_at(all.shaping[i].hours, day, at)) {
          states[i] = {hours->terms, hours->closed, {}, {}};
        }
      }
      sum_at(kind, " on " + moment_text(day, at), states);
    });
  }
}

void check_service(const AllClasses& all, std::vector<Contradiction>& found) {
  for (std::size_t i = 0; i < all.shaping.size(); ++i) {
    bool open = false;
    for_each_moment({all.shaping[i]}, [&](unsigned day, std::chrono::minutes at) {
      const ClassHours* hours = hours_at(all.shaping[i].hours, day, at);
      open = open || hours == nullptr || !hours->closed;
    });
    if (!open) {
      found.push_back(
          {{join_path(all.paths[i], "hours"), all.paths[i]}, "leave the class closed at all hours of all days"});
    }
  }
}

// Rates that do not shrink with the link must fit under what it never goes below.
void check_rates(const v1::SiteConfig& config, const AllClasses& all, std::vector<Contradiction>& found) {
  for (int i = 0; i < config.uplinks_size(); ++i) {
    const v1::UplinkConfig& uplink = config.uplinks(i);
    const LimitsOf limits = limits_of(uplink);
    const auto check = [&](const std::optional<RateLimits>& way, bool said, const char* name) {
      if (!way || !said) {
        return;
      }
      const RatesAtFloor there = rates_at_floor(all.shaping, uplink, way->floor);
      if (there.of && !there.fit) {
        const std::string& path = all.paths[*there.of];
        found.push_back(
            {{join_path(path, "guarantee_rate"), path},
             fmt::format("the guaranteed rates are {} in all, and uplink '{}' may go down to {} ({}): they must fit in "
                         "it beside the router's own part and a trickle for each class, and this one would get {}",
                         bits(there.sum.value()), uplink.id(), bits(way->floor.value()), name,
                         bits(std::floor(there.gets.value() / 1000) * 1000))});
      }
    };
    check(limits.down, !is_adaptive(uplink) || uplink.shaping().has_floor_down(), "download");
    check(limits.up, !is_adaptive(uplink) || uplink.shaping().has_floor_up(), "upload");
  }
}

}  // namespace

RatesAtFloor rates_at_floor(const std::vector<ClassShaping>& classes, const v1::UplinkConfig& uplink,
                            BitsPerSecond floor) {
  const auto told = bind_kind(uplink.kind());
  const UplinkKind kind = told ? *told : UplinkKind::Ethernet;
  const auto bytes = static_cast<std::uint64_t>(floor.value() / 8);
  const auto shares = class_shares(classes, kind, bytes, {});
  RatesAtFloor there;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const ClassTerms terms = terms_of(classes[i], kind, {});
    const BitsPerSecond gets{static_cast<double>(shares[i + 1].rate) * 8};
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

void check_shaping(const v1::SiteConfig& config, std::vector<Contradiction>& found) {
  for (int i = 0; i < config.uplinks_size(); ++i) {
    check_uplink(config.uplinks(i), element("uplinks", config.uplinks(i).id(), i), found);
  }
  AllClasses all;
  for (int i = 0; i < config.classes_size(); ++i) {
    const v1::ServiceClassConfig& service = config.classes(i);
    const std::string path = element("classes", service.id(), i);
    all.shaping.push_back(bind_class_shaping(service));
    all.paths.push_back(path);
    check_terms(all.shaping.back().terms,
                {join_path(path, "guarantee_percent"), join_path(path, "ceiling_percent"), path}, found);
    check_on_uplinks(service, path, found);
    check_hours(service, path, found);
    check_quota(service, path, found);
  }
  check_sum(all, found);
  check_service(all, found);
  check_rates(config, all, found);
}

}  // namespace karkara
