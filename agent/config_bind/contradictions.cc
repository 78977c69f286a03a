// What several fields of a site's configuration tell together.
#include <map>

#include "agent/config_bind/allowance_checks.h"
#include "agent/config_bind/class_members.h"
#include "agent/config_bind/link_checks.h"
#include "agent/config_bind/neighbours_config.h"
#include "agent/config_bind/power_config.h"
#include "agent/config_bind/proto_values.h"
#include "agent/config_bind/radio_config.h"
#include "agent/config_bind/shaping_config.h"
#include "agent/config_bind/site_config.h"
#include "agent/config_bind/tunnel_config.h"
#include "agent/config_bind/uplink_config.h"
#include "agent/config_bind/wifi_config.h"

namespace karkara {
namespace {

// The kernel's sun_path has 108 bytes with the terminator.
constexpr std::size_t kLongestSocketPath = 107;

void check_interfaces(const v1::SiteConfig& config, std::vector<Contradiction>& found) {
  std::map<std::string, std::string> taken;  // interface -> what has it
  for (int i = 0; i < config.uplinks_size(); ++i) {
    const v1::UplinkConfig& uplink = config.uplinks(i);
    const std::string path = join_path(element("uplinks", uplink.id(), i), "interface");
    const auto [owner, is_new] = taken.emplace(uplink.interface(), "uplink '" + uplink.id() + "'");
    if (!is_new && uplink.has_interface()) {
      found.push_back({{path},
                       "'" + uplink.interface() + "' already belongs to " + owner->second +
                           ": each uplink needs an interface of its own"});
    }
  }
  for (int i = 0; i < config.lan().interfaces_size(); ++i) {
    const std::string& interface = config.lan().interfaces(i);
    const std::string path = element_path("lan.interfaces", "#" + std::to_string(i + 1));
    const auto [owner, is_new] = taken.emplace(interface, "the village's side");
    if (!is_new) {
      found.push_back({{path},
                       "'" + interface + "' already belongs to " + owner->second +
                           ": an interface is either an uplink or on the village's side, once"});
    }
  }
}

void check_truth(const v1::TruthConfig& truth, std::vector<Contradiction>& found) {
  if (truth.name().empty() != truth.addresses().empty()) {
    found.push_back(
        {{truth.name().empty() ? "truth.addresses" : "truth.name"}, "needs both truth.name and truth.addresses"});
  }
}

void check_place(const v1::SiteIdentity& site, std::vector<Contradiction>& found) {
  if (site.has_latitude() != site.has_longitude()) {
    const std::string given = site.has_latitude() ? "latitude" : "longitude";
    const std::string missing = site.has_latitude() ? "longitude" : "latitude";
    found.push_back({{"site." + given, "site." + missing}, "needs site." + missing + " beside it: give both or none"});
  }
}

void check_times(const v1::SiteConfig& config, std::vector<Contradiction>& found) {
  if (config.failover().hold_down() > config.failover().hold_down_max()) {
    found.push_back({{"failover.hold_down", "failover.hold_down_max"},
                     "is longer than failover.hold_down_max: must be at most that"});
  }
  if (config.telemetry().flush_interval() < config.telemetry().sample_interval()) {
    found.push_back({{"telemetry.flush_interval", "telemetry.sample_interval"},
                     "is shorter than telemetry.sample_interval: must be at least that"});
  }
}

void check_paths(const v1::AgentConfig& agent, std::vector<Contradiction>& found) {
  if (agent.local_socket().size() > kLongestSocketPath) {
    found.push_back({{"agent.local_socket"},
                     "has " + std::to_string(agent.local_socket().size()) + " bytes: a socket's path has at most " +
                         std::to_string(kLongestSocketPath)});
  }
}

}  // namespace

std::vector<Contradiction> find_contradictions(const v1::SiteConfig& config) {
  std::vector<Contradiction> found;
  check_place(config.site(), found);
  check_interfaces(config, found);
  check_links(config, found);
  check_programs(config, found);
  check_times(config, found);
  check_power(config, found);
  check_radios(config, found);
  check_class_members(config, found);
  check_shaping(config, found);
  check_allowances(config, found);
  check_truth(config.truth(), found);
  check_tunnel(config, found);
  check_neighbours(config, found);
  check_wifi(config, found);
  check_mesh_apart(config, found);
  check_paths(config.agent(), found);
  return found;
}

}  // namespace karkara
