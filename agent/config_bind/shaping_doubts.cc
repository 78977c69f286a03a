// What the configuration of shaping can mean, but mostly does not.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "agent/config_bind/proto_values.h"
#include "agent/config_bind/shaping_config.h"
#include "agent/config_bind/uplink_config.h"
#include "agent/shaping/class_hours.h"
#include "agent/shaping/class_shares.h"

namespace karkara {
namespace {

bool says_terms(const v1::ServiceClassConfig& service) {
  return service.has_guarantee_percent() || service.has_guarantee_rate() || !service.on_uplinks().empty() ||
         !service.hours().empty() || service.has_daily_quota() || service.has_monthly_quota() ||
         service.ceiling_percent() < 100;
}

// Classes are told to be treated differently, and this uplink treats all the same.
void doubt_uplink(const v1::UplinkConfig& uplink, const std::string& path, std::vector<Doubt>& doubts) {
  const LimitsOf limits = limits_of(uplink);
  if (limits.down && limits.up) {
    return;
  }
  const char* what = limits.down ? "its uploads have" : limits.up ? "its downloads have" : "it has";
  doubts.push_back({"uplink-not-shaped",
                    {path},
                    fmt::format("{} no rate, so that what classes are guaranteed does not hold there, and "
                                "what passes counts for no quota: say {}",
                                what, limits.down ? "rate_up" : "rate_down and rate_up")});
}

// What the simulations need to follow a link by echoes alone; the budgets that come by themselves pay for a minute.
constexpr std::uint64_t kProbesToAdapt = 10'000'000;

// Inside a tunnel nobody sees the connections, whose round trips would tell for nothing.
void doubt_probes(const v1::UplinkConfig& uplink, const std::string& path, std::vector<Doubt>& doubts) {
  const bool dear = uplink.metered() || uplink.kind() == v1::UPLINK_KIND_VSAT;
  if (is_adaptive(uplink) && dear && uplink.probe_budget() < kProbesToAdapt) {
    doubts.push_back(
        {"adaptive-without-probes",
         {join_path(path, "shaping.adaptive"), path},
         "connections in the tunnel cannot be overheard, and the budget of probes is too small for the "
         "echoes that the rate then follows: say a probe_budget of 10 MB or more, or leave the rate fixed"});
  }
}

void doubt_adaptive(const v1::UplinkConfig& uplink, const std::string& path, std::vector<Doubt>& doubts) {
  const v1::ShapingConfig& shaping = uplink.shaping();
  const bool said =
      shaping.has_floor_down() || shaping.has_floor_up() || shaping.has_base_down() || shaping.has_base_up();
  if (said && !is_adaptive(uplink)) {
    doubts.push_back({"floor-without-effect",
                      {join_path(path, "shaping.adaptive"), path},
                      "while the rate does not adapt, floor and base have no use"});
  }
}

void doubt_floors(const v1::SiteConfig& config, std::vector<Doubt>& doubts) {
  std::vector<ClassShaping> classes;
  for (const v1::ServiceClassConfig& service : config.classes()) {
    classes.push_back(bind_class_shaping(service));
  }
  const auto path_of = [&](std::size_t i) {
    return element("classes", config.classes(static_cast<int>(i)).id(), static_cast<int>(i));
  };
  std::set<std::size_t> told;
  for (const v1::UplinkConfig& uplink : config.uplinks()) {
    const LimitsOf limits = limits_of(uplink);
    const auto down = limits.down ? rates_at_floor(classes, uplink, limits.down->floor) : RatesAtFloor{};
    const auto up = limits.up ? rates_at_floor(classes, uplink, limits.up->floor) : RatesAtFloor{};
    const bool over_down = !down.fit && is_adaptive(uplink) && !uplink.shaping().has_floor_down();
    const bool over_up = !up.fit && is_adaptive(uplink) && !uplink.shaping().has_floor_up();
    if (over_down || over_up) {
      const std::string last = path_of(over_down ? *down.of : *up.of);
      doubts.push_back(
          {"guarantee-over-floor",
           {join_path(last, "guarantee_rate"), last},
           fmt::format("the guaranteed rates do not fit in the least that uplink '{}' may go down to: they "
                       "shrink with it then; say shaping.floor{} if it never carries less",
                       uplink.id(), over_down ? "_down" : "_up")});
    }
    for (const RatesAtFloor* way : {&down, &up}) {
      for (const std::size_t i : way->fit ? way->shrunk : std::vector<std::size_t>{}) {
        if (told.insert(i).second) {
          doubts.push_back({"guarantee-shrinks",
                            {join_path(path_of(i), "guarantee_percent"), path_of(i)},
                            fmt::format("uplink '{}' at its least leaves less than four fifths of that to it, behind "
                                        "guaranteed rates and the router's own part",
                                        uplink.id())});
        }
      }
    }
  }
}

// Downloads are shaped where they leave for the village, on the interfaces of lan alone.
void doubt_lan(const v1::SiteConfig& config, std::vector<Doubt>& doubts) {
  const auto& lan = config.lan().interfaces();
  const auto& uplinks = config.uplinks();
  if (std::none_of(uplinks.begin(), uplinks.end(),
                   [](const v1::UplinkConfig& uplink) { return limits_of(uplink).down.has_value(); })) {
    return;
  }
  if (lan.empty()) {
    doubts.push_back({"downloads-not-shaped",
                      {"lan.interfaces", "lan", "uplinks"},
                      "names no interface of the village, so that no download is shaped"});
    return;
  }
  for (int i = 0; i < config.classes_size(); ++i) {
    const std::string path = element("classes", config.classes(i).id(), i);
    for (const std::string& name : config.classes(i).interfaces()) {
      if (std::find(lan.begin(), lan.end(), name) == lan.end()) {
        doubts.push_back({"class-outside-lan",
                          {join_path(path, "interfaces"), path},
                          fmt::format("'{0}' is not among lan.interfaces: what is downloaded by it is not shaped; name "
                                      "it there too",
                                      name)});
      }
    }
  }
}

bool is_v6(const std::string& prefix) {
  return prefix.find(':') != std::string::npos;
}

// A device has addresses of both families, and a class by the one alone has half of its traffic.
void doubt_families(const v1::SiteConfig& config, std::vector<Doubt>& doubts) {
  const auto& uplinks = config.uplinks();
  const auto& classes = config.classes();
  const bool speaks_v6 =
      std::any_of(uplinks.begin(), uplinks.end(),
                  [](const v1::UplinkConfig& uplink) { return !uplink.delegated_prefixes().empty(); }) ||
      std::any_of(classes.begin(), classes.end(), [](const v1::ServiceClassConfig& service) {
        return std::any_of(service.subnets().begin(), service.subnets().end(), is_v6);
      });
  for (int i = 0; i < config.classes_size() && speaks_v6; ++i) {
    const v1::ServiceClassConfig& service = classes[i];
    const bool by_address = !service.subnets().empty() && service.interfaces().empty() && service.macs().empty();
    if (by_address && std::none_of(service.subnets().begin(), service.subnets().end(), is_v6)) {
      const std::string path = element("classes", service.id(), i);
      doubts.push_back({"class-ipv4-only",
                        {join_path(path, "subnets"), path},
                        "name IPv4 alone: what the same devices send over IPv6 belongs to another class; name their "
                        "interface, or their IPv6 prefix too"});
    }
  }
}

void doubt_rest(const v1::SiteConfig& config, std::vector<Doubt>& doubts) {
  double sum = kControlPart.value();
  for (const v1::ServiceClassConfig& service : config.classes()) {
    sum += service.guarantee_percent();
  }
  for (int i = 0; i < config.classes_size() && sum >= 100; ++i) {
    const v1::ServiceClassConfig& service = config.classes(i);
    if (!service.has_guarantee_percent() && !service.has_guarantee_rate()) {
      const std::string path = element("classes", service.id(), i);
      doubts.push_back(
          {"class-without-guarantee", {path}, "the guarantees of the others leave nothing to it while they want all"});
    }
  }
}

void doubt_class(const v1::SiteConfig& config, int index, std::vector<Doubt>& doubts) {
  const v1::ServiceClassConfig& service = config.classes(index);
  const std::string path = element("classes", service.id(), index);
  for (int i = 0; i < service.on_uplinks_size(); ++i) {
    const auto& uplinks = config.uplinks();
    if (std::none_of(uplinks.begin(), uplinks.end(),
                     [&](const v1::UplinkConfig& uplink) { return uplink.kind() == service.on_uplinks(i).kind(); })) {
      doubts.push_back(
          {"no-such-uplink", {element(join_path(path, "on_uplinks"), "", i), path}, "no uplink is of this kind"});
    }
  }
  if (!service.quota_steps().empty() && service.quota_steps(0).ceiling_percent() >= service.ceiling_percent() &&
      service.ceiling_percent() > 0) {
    doubts.push_back({"step-without-effect",
                      {element(join_path(path, "quota_steps"), "", 0), path},
                      "its ceiling is not below the class's own"});
  }
  const ClassShaping shaping = bind_class_shaping(service);
  for (std::size_t i = 0; i < shaping.hours.size(); ++i) {
    const std::string at = element(join_path(path, "hours"), "", static_cast<int>(i));
    if (shaping.hours[i].closed && shaping.hours[i].terms != ClassTerms{}) {
      doubts.push_back({"closed-with-terms", {at, path}, "are closed: no guarantee or ceiling is in force then"});
    }
    bool ever = false;
    for (unsigned day = 0; day < 7; ++day) {
      for (std::chrono::minutes of_day{0}; of_day < kDay; ++of_day) {
        ever = ever || hours_at(shaping.hours, day, of_day) == &shaping.hours[i];
      }
    }
    if (!ever) {
      doubts.push_back({"hours-never-hold", {at, path}, "those before them hold at all of their times"});
    }
  }
}

}  // namespace

void doubt_shaping(const v1::SiteConfig& config, std::vector<Doubt>& doubts) {
  const auto& classes = config.classes();
  const bool off = config.shaping().has_enabled() && !config.shaping().enabled();
  if (off || std::none_of(classes.begin(), classes.end(), says_terms)) {
    return;
  }
  for (int i = 0; i < config.uplinks_size(); ++i) {
    const std::string path = element("uplinks", config.uplinks(i).id(), i);
    doubt_uplink(config.uplinks(i), path, doubts);
    doubt_adaptive(config.uplinks(i), path, doubts);
    if (config.has_tunnel()) {
      doubt_probes(config.uplinks(i), path, doubts);
    }
  }
  doubt_floors(config, doubts);
  doubt_lan(config, doubts);
  doubt_families(config, doubts);
  doubt_rest(config, doubts);
  for (int i = 0; i < config.classes_size(); ++i) {
    doubt_class(config, i, doubts);
  }
}

}  // namespace karkara
