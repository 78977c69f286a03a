// That the masts' network and the village's stay two: what carries the mesh is in no bridge of an access point's and on
// no village's side. What is done to the router later agent/mesh's BridgeWatch sees.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "agent/config_bind/proto_values.h"
#include "agent/config_bind/wifi_config.h"

namespace karkara {
namespace {

using Places = std::map<std::string, std::string>;  // interface -> where the configuration says that it is the mesh's

Places mesh_interfaces(const v1::SiteConfig& config) {
  Places places;
  for (int i = 0; i < config.wifi().radios_size(); ++i) {
    const v1::WifiRadioConfig& radio = config.wifi().radios(i);
    if (!radio.has_mesh()) {
      continue;
    }
    const std::string at = join_path(element("wifi.radios", radio.id(), i), "mesh");
    places.emplace(radio.mesh().interface(), at);
    if (radio.mesh().has_batman()) {
      places.emplace(batman_interface(radio.mesh()), at);
    }
  }
  if (config.has_neighbours()) {
    places.emplace(config.neighbours().interface(), "neighbours.interface");
  }
  return places;
}

// Also a VLAN on it, by the name that Linux gives it.
const Places::value_type* find_mesh(const Places& places, const std::string& name) {
  const auto found = std::ranges::find_if(places, [&](const auto& place) {
    return !place.first.empty() && (name == place.first || name.starts_with(place.first + "."));
  });
  return found == places.end() ? nullptr : &*found;
}

void check_bridges(const v1::SiteConfig& config, const Places& places, std::vector<Contradiction>& found) {
  for (int i = 0; i < config.wifi().radios_size(); ++i) {
    const v1::WifiRadioConfig& radio = config.wifi().radios(i);
    for (int k = 0; k < radio.access_points_size(); ++k) {
      const v1::AccessPointConfig& point = radio.access_points(k);
      const std::string at =
          join_path(element("wifi.radios", radio.id(), i), element("access_points", point.interface(), k));
      if (const auto* mesh = find_mesh(places, point.bridge())) {
        found.push_back(
            {{join_path(at, "bridge"), at},
             fmt::format("'{}' is the mesh's ({}): villages are never bridged into it", point.bridge(), mesh->second)});
      }
      if (config.has_neighbours() && point.interface() == config.neighbours().interface()) {
        found.push_back(
            {{"neighbours.interface", join_path(at, "interface")},
             fmt::format("'{}' is an access point's: masts and villages must not be one network", point.interface())});
      }
    }
  }
}

}  // namespace

std::string batman_interface(const v1::MeshPointConfig& mesh) {
  return mesh.batman().has_interface() ? mesh.batman().interface() : BatmanSettings{}.interface;
}

void check_mesh_apart(const v1::SiteConfig& config, std::vector<Contradiction>& found) {
  const Places places = mesh_interfaces(config);
  for (const std::string& name : config.lan().interfaces()) {
    if (const auto* mesh = find_mesh(places, name)) {
      found.push_back({{mesh->second, "lan.interfaces"},
                       fmt::format("'{}' is on the village's side: masts and villages must not be one network", name)});
    }
  }
  check_bridges(config, places, found);
}

}  // namespace karkara
