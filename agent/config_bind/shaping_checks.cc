// What an uplink and a class tell of shaping in contradiction to themselves.
#include <fmt/format.h>

#include <set>

#include "agent/config_bind/class_promises.h"
#include "agent/config_bind/proto_values.h"
#include "agent/config_bind/shaping_config.h"
#include "agent/config_bind/uplink_config.h"
#include "agent/shaping/class_shares.h"

namespace karkara {
namespace {

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
                     "is more than " + rate_text(limits->base) + ", where the rate begins: must be at most that"});
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

bool changes_anything(const v1::ClassHoursConfig& hours) {
  return hours.closed() || hours.has_guarantee_percent() || hours.has_guarantee_rate() || hours.has_ceiling_percent() ||
         hours.has_priority();
}

void check_hours(const v1::ServiceClassConfig& service, const std::string& path, std::vector<Contradiction>& found) {
  const ClassTerms plain = bind_class_shaping(service).terms;
  for (int i = 0; i < service.hours_size(); ++i) {
    const v1::ClassHoursConfig& hours = service.hours(i);
    const std::string at = element(join_path(path, "hours"), "", i);
    for (const auto& [field, has, text] :
         {std::tuple{"from", hours.has_from(), hours.from()}, std::tuple{"to", hours.has_to(), hours.to()}}) {
      if (has && !parse_time_of_day(text)) {
        found.push_back({{join_path(at, field), at}, "'" + text + "' is no time of the day: must be 00:00 to 24:00"});
      }
    }
    if (hours.has_from() && hours.from() == hours.to()) {
      found.push_back({{join_path(at, "to"), at}, "is where they begin: all of a day is 00:00 to 24:00"});
    }
    if (!changes_anything(hours)) {
      found.push_back({{at}, "change nothing: say a guarantee, a ceiling, a priority or closed"});
    }
    ClassTerms terms = plain;
    if (hours.has_guarantee_percent() || hours.has_guarantee_rate()) {  // replaced whole
      terms.guarantee =
          hours.has_guarantee_percent() ? std::optional{Percent{hours.guarantee_percent()}} : std::nullopt;
    }
    terms.ceiling = hours.has_ceiling_percent() ? Percent{hours.ceiling_percent()} : terms.ceiling;
    if (hours.has_guarantee_percent() || hours.has_ceiling_percent()) {
      check_terms(terms, {join_path(at, "guarantee_percent"), join_path(at, "ceiling_percent"), at}, found);
    }
  }
}

// Of a class, or of what it has on one kind of uplink. 'limited': there is a quota of which they can be steps.
template <class Message>
void check_steps(const Message& config, const std::string& path, bool limited, std::vector<Contradiction>& found) {
  if (config.has_daily_quota() && config.has_monthly_quota() && config.daily_quota() > config.monthly_quota()) {
    found.push_back({{join_path(path, "daily_quota"), path}, "is more than monthly_quota: must be at most that"});
  }
  if (!config.quota_steps().empty() && !limited) {
    found.push_back({{join_path(path, "quota_steps"), path}, "needs a daily_quota or a monthly_quota to be steps of"});
  }
  for (int i = 1; i < config.quota_steps_size(); ++i) {
    const v1::QuotaStepConfig& before = config.quota_steps(i - 1);
    const v1::QuotaStepConfig& step = config.quota_steps(i);
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

void check_quota(const v1::ServiceClassConfig& service, const std::string& path, std::vector<Contradiction>& found) {
  bool limited = service.has_daily_quota() || service.has_monthly_quota();
  for (int i = 0; i < service.on_uplinks_size(); ++i) {
    const v1::ClassOnUplinkConfig& on = service.on_uplinks(i);
    const bool limited_there = on.has_daily_quota() || on.has_monthly_quota();
    check_steps(on, element(join_path(path, "on_uplinks"), "", i), limited_there, found);
    limited = limited || limited_there;
  }
  check_steps(service, path, limited, found);
}

}  // namespace

void check_shaping(const v1::SiteConfig& config, std::vector<Contradiction>& found) {
  for (int i = 0; i < config.uplinks_size(); ++i) {
    check_uplink(config.uplinks(i), element("uplinks", config.uplinks(i).id(), i), found);
  }
  for (int i = 0; i < config.classes_size(); ++i) {
    const v1::ServiceClassConfig& service = config.classes(i);
    const std::string path = element("classes", service.id(), i);
    check_terms(bind_class_shaping(service).terms,
                {join_path(path, "guarantee_percent"), join_path(path, "ceiling_percent"), path}, found);
    check_on_uplinks(service, path, found);
    check_hours(service, path, found);
    check_quota(service, path, found);
  }
  check_promises(config, found);
}

}  // namespace karkara
