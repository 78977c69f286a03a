// What classes can be promised, but mostly are not meant to be.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "agent/config_bind/class_promises.h"
#include "agent/config_bind/proto_values.h"
#include "agent/config_bind/shaping_config.h"
#include "agent/config_bind/uplink_config.h"
#include "agent/facts/ip.h"
#include "agent/shaping/class_shares.h"
#include "agent/shaping/quota_text.h"

namespace karkara {
namespace {

struct Site {
  const v1::SiteConfig& config;
  NamedClasses classes;
  std::set<UplinkKind> kinds;  // of its uplinks
  std::vector<std::vector<WeekMoment>> weeks;
};

Site site_of(const v1::SiteConfig& config) {
  Site site{config, named_classes(config), {}, {}};
  for (const UplinkKind kind : kEveryKind) {
    site.weeks.push_back(week_of(site.classes.shaping, kind));
  }
  for (const v1::UplinkConfig& uplink : config.uplinks()) {
    site.kinds.insert(kind_of(uplink));
  }
  return site;
}

void doubt_over_floor(const Site& site, const v1::UplinkConfig& uplink, bool down, std::vector<Doubt>& doubts) {
  const auto way = down ? limits_of(uplink).down : limits_of(uplink).up;
  const bool said = down ? uplink.shaping().has_floor_down() : uplink.shaping().has_floor_up();
  const UplinkKind kind = kind_of(uplink);
  if (!way || said || !is_adaptive(uplink)) {
    return;
  }
  for (const WeekMoment& moment : site.weeks[number_of(kind)]) {
    const RatesAtFloor there = rates_at_floor(site.classes.shaping, kind, way->floor, moment.states);
    if (!there.fit) {
      doubts.push_back(
          {"guarantee-over-floor", site.classes.places(*there.of, kind, moment, "guarantee_rate"),
           fmt::format("the guaranteed rates{} do not fit in the least that uplink '{}' may go down to: "
                       "they shrink with it then; say shaping.floor{} if it never carries less",
                       where_text(site.classes.shaping, kind, moment), uplink.id(), down ? "_down" : "_up")});
      return;
    }
  }
}

void doubt_shrinking(const Site& site, const v1::UplinkConfig& uplink, std::set<std::size_t>& told,
                     std::vector<Doubt>& doubts) {
  const LimitsOf limits = limits_of(uplink);
  const UplinkKind kind = kind_of(uplink);
  for (const auto& way : {limits.down, limits.up}) {
    for (const WeekMoment& moment : way ? site.weeks[number_of(kind)] : std::vector<WeekMoment>{}) {
      const RatesAtFloor there = rates_at_floor(site.classes.shaping, kind, way->floor, moment.states);
      for (const std::size_t i : there.fit ? there.shrunk : std::vector<std::size_t>{}) {
        if (told.insert(i).second) {
          doubts.push_back({"guarantee-shrinks", site.classes.places(i, kind, moment, "guarantee_percent"),
                            fmt::format("uplink '{}' at its least leaves less than four fifths of that to it{}, behind "
                                        "guaranteed rates and the router's own part",
                                        uplink.id(), where_text(site.classes.shaping, kind, moment))});
        }
      }
    }
  }
}

// Of one kind of uplink at one moment: whom the guarantees of the others leave nothing.
void doubt_rest(const Site& site, UplinkKind kind, const WeekMoment& moment, std::set<std::size_t>& told,
                std::vector<Doubt>& doubts) {
  const std::vector<ClassShaping>& classes = site.classes.shaping;
  double sum = kControlPart.value();
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const auto guarantee = terms_of(classes[i], kind, moment.states[i]).guarantee;
    sum += guarantee && !moment.states[i].hours_on(kind).closed ? guarantee->value() : 0;
  }
  for (std::size_t i = 0; i < classes.size() && sum >= 100; ++i) {
    const ClassTerms terms = terms_of(classes[i], kind, moment.states[i]);
    const bool open = !moment.states[i].hours_on(kind).closed;
    if (open && !terms.guarantee && !terms.guarantee_rate && told.insert(i).second) {
      doubts.push_back({"class-without-guarantee",
                        {site.classes.paths[i]},
                        fmt::format("the guarantees of the others leave nothing to it{} while they want all",
                                    where_text(classes, kind, moment))});
    }
  }
}

// A prefix of no length at all before other classes.
void doubt_everything(const Site& site, int index, std::vector<Doubt>& doubts) {
  const v1::ServiceClassConfig& service = site.config.classes(index);
  const bool last = index + 1 == site.config.classes_size();
  const auto check = [&](const auto& prefixes, const char* field) {
    for (const std::string& text : prefixes) {
      const auto prefix = IpPrefix::parse(text);
      if (!last && prefix && prefix->is_everything()) {
        const std::string& path = site.classes.paths[static_cast<std::size_t>(index)];
        doubts.push_back(
            {"class-takes-all",
             {join_path(path, field), path},
             fmt::format("'{}' leaves nothing of that family to the classes behind this one: put it last", text)});
      }
    }
  };
  check(service.subnets(), "subnets");
  check(service.destinations(), "destinations");
}

template <class Kinds>
void doubt_kinds(const Site& site, const Kinds& kinds, const std::vector<std::string>& paths,
                 std::vector<Doubt>& doubts) {
  for (const int told : kinds) {
    const auto kind = bind_kind(static_cast<v1::UplinkKind>(told));
    if (kind && site.kinds.count(*kind) == 0) {
      doubts.push_back({"no-such-uplink", paths, fmt::format("no uplink is of this kind ({})", word_of(*kind))});
    }
  }
}

void doubt_steps(const v1::ServiceClassConfig& service, const std::string& path, std::vector<Doubt>& doubts) {
  const auto check = [&](const auto& config, double ceiling, const std::string& at) {
    if (!config.quota_steps().empty() && ceiling > 0 && config.quota_steps(0).ceiling_percent() >= ceiling) {
      doubts.push_back({"step-without-effect",
                        {element(join_path(at, "quota_steps"), "", 0), at},
                        "its ceiling is not below the class's own"});
    }
  };
  check(service, service.ceiling_percent(), path);
  for (int i = 0; i < service.on_uplinks_size(); ++i) {
    const v1::ClassOnUplinkConfig& on = service.on_uplinks(i);
    check(on, on.has_ceiling_percent() ? on.ceiling_percent() : service.ceiling_percent(),
          element(join_path(path, "on_uplinks"), "", i));
  }
}

// The hours' guarantee under a ceiling that only some kind of uplink has.
void doubt_ceilings(const ClassShaping& of, std::size_t rule, const std::vector<std::string>& paths,
                    std::vector<Doubt>& doubts) {
  for (const ClassOnKind& on : of.on_kinds) {
    const ClassTerms& hours = of.hours[rule].terms;
    const auto guarantee = hours.guarantee || hours.guarantee_rate ? hours.guarantee : on.terms.guarantee;
    const auto ceiling = hours.ceiling ? hours.ceiling : on.terms.ceiling;
    const bool mixed = on.terms.guarantee || on.terms.ceiling;
    if (mixed && of.hours[rule].are_on(on.kind) && guarantee && ceiling && *guarantee > *ceiling) {
      doubts.push_back({"guarantee-over-ceiling", paths,
                        fmt::format("on {} uplinks {:g} percent are guaranteed then under a ceiling of {:g}, which "
                                    "is all that it gets there",
                                    word_of(on.kind), guarantee->value(), ceiling->value())});
    }
  }
}

void doubt_hours(const Site& site, int index, std::vector<Doubt>& doubts) {
  const v1::ServiceClassConfig& service = site.config.classes(index);
  const std::string& path = site.classes.paths[static_cast<std::size_t>(index)];
  const ClassShaping& of = site.classes.shaping[static_cast<std::size_t>(index)];
  for (std::size_t i = 0; i < of.hours.size(); ++i) {
    const std::string at = element(join_path(path, "hours"), "", static_cast<int>(i));
    doubt_kinds(site, service.hours(static_cast<int>(i)).uplinks(), {join_path(at, "uplinks"), at}, doubts);
    doubt_ceilings(of, i, {join_path(at, "guarantee_percent"), join_path(at, "ceiling_percent"), at}, doubts);
    if (of.hours[i].closed && of.hours[i].terms != ClassTerms{}) {
      doubts.push_back(
          {"closed-with-terms", {at, path}, "are closed: no guarantee, ceiling or priority is in force then"});
    }
    if (std::none_of(kEveryKind.begin(), kEveryKind.end(),
                     [&](UplinkKind kind) { return ever_hold(of.hours, i, kind); })) {
      doubts.push_back({"hours-never-hold", {at, path}, "those before them hold at all of their times"});
    }
  }
  for (const UplinkKind kind : site.kinds) {
    if (always_closed(of, kind)) {
      doubts.push_back({"class-closed-there",
                        {join_path(path, "hours"), path},
                        fmt::format("leave the class closed at all hours of all days on {} uplinks: it gets a trickle "
                                    "there; 'metered: never' keeps it off metered ones",
                                    word_of(kind))});
    }
  }
}

}  // namespace

void doubt_classes(const v1::SiteConfig& config, std::vector<Doubt>& doubts) {
  const Site site = site_of(config);
  std::set<std::size_t> shrinking;
  std::set<std::size_t> without;
  for (const v1::UplinkConfig& uplink : config.uplinks()) {
    doubt_over_floor(site, uplink, true, doubts);
    doubt_over_floor(site, uplink, false, doubts);
    doubt_shrinking(site, uplink, shrinking, doubts);
    for (const WeekMoment& moment : site.weeks[number_of(kind_of(uplink))]) {
      doubt_rest(site, kind_of(uplink), moment, without, doubts);
    }
  }
  for (int i = 0; i < config.classes_size(); ++i) {
    const std::string& path = site.classes.paths[static_cast<std::size_t>(i)];
    for (int k = 0; k < config.classes(i).on_uplinks_size(); ++k) {
      doubt_kinds(site, std::vector<int>{config.classes(i).on_uplinks(k).kind()},
                  {element(join_path(path, "on_uplinks"), "", k), path}, doubts);
    }
    doubt_steps(config.classes(i), path, doubts);
    doubt_everything(site, i, doubts);
    doubt_hours(site, i, doubts);
  }
}

}  // namespace karkara
