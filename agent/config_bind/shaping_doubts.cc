// What the configuration of shaping can mean, but mostly does not.
#include <fmt/format.h>

#include <algorithm>

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
                    fmt::format("{} no rate, so that what classes are guaranteed does not hold there: say {}", what,
                                limits.down ? "rate_up" : "rate_down and rate_up")});
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
  double sum = 0;
  std::string last;
  for (int i = 0; i < config.classes_size(); ++i) {
    if (config.classes(i).has_guarantee_rate()) {
      sum += static_cast<double>(config.classes(i).guarantee_rate());
      last = element("classes", config.classes(i).id(), i);
    }
  }
  for (const v1::UplinkConfig& uplink : config.uplinks()) {
    const LimitsOf limits = limits_of(uplink);
    const bool down =
        limits.down && is_adaptive(uplink) && !uplink.shaping().has_floor_down() && sum > limits.down->floor.value();
    const bool up =
        limits.up && is_adaptive(uplink) && !uplink.shaping().has_floor_up() && sum > limits.up->floor.value();
    if (down || up) {
      doubts.push_back(
          {"guarantee-over-floor",
           {join_path(last, "guarantee_rate"), last},
           fmt::format("the guaranteed rates do not fit in the least that uplink '{}' may go down to: they "
                       "shrink with it then; say shaping.floor{} if it never carries less",
                       uplink.id(), down ? "_down" : "_up")});
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
  doubt_rest(config, doubts);
  for (int i = 0; i < config.classes_size(); ++i) {
    doubt_class(config, i, doubts);
  }
}

}  // namespace karkara
