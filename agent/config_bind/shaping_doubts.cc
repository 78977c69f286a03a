// What the configuration of shaping can mean, but mostly does not.
#include <fmt/format.h>

#include <algorithm>

#include "agent/config_bind/proto_values.h"
#include "agent/config_bind/shaping_config.h"
#include "agent/config_bind/uplink_config.h"

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
  doubt_lan(config, doubts);
  doubt_families(config, doubts);
  doubt_classes(config, doubts);
}

}  // namespace karkara
