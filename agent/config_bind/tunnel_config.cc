#include "agent/config_bind/tunnel_config.h"

#include <algorithm>

#include "agent/config_bind/proto_values.h"

namespace karkara {

Result<std::optional<TunnelSettings>> bind_tunnel(const v1::SiteConfig& config) {
  if (!config.has_tunnel()) {
    return std::optional<TunnelSettings>{};
  }
  const v1::TunnelConfig& tunnel = config.tunnel();
  const auto hub = IpEndpoint::parse(tunnel.hub());
  const auto key = WireguardKey::parse(tunnel.hub_key());
  if (!hub || !key) {
    return unchecked("tunnel", hub ? "hub_key is not a key" : "hub is not an address and port");
  }
  TunnelSettings settings;
  settings.interface = tunnel.interface();
  settings.hub = *hub;
  settings.hub_key = *key;
  settings.key_file = tunnel.has_key_file() ? tunnel.key_file() : config.agent().state_dir() + "/tunnel.key";
  settings.preshared_key_file = tunnel.preshared_key_file();
  settings.listen_port = static_cast<std::uint16_t>(tunnel.listen_port());
  settings.keepalive = std::chrono::duration_cast<std::chrono::seconds>(milliseconds(tunnel.keepalive()));
  if (tunnel.has_mtu()) {
    settings.mtu = tunnel.mtu();
  }
  for (const std::string& text : tunnel.addresses()) {
    const auto address = IpPrefix::parse(text);
    if (!address) {
      return unchecked("tunnel", "address '" + text + "' is not a prefix");
    }
    settings.addresses.push_back(*address);
  }
  for (const std::string& text : tunnel.classes()) {
    const auto id = ClassId::parse(text);
    if (!id) {
      return id.error().in("tunnel");
    }
    settings.classes.push_back(*id);
  }
  return std::optional{std::move(settings)};
}

void check_tunnel(const v1::SiteConfig& config, std::vector<Contradiction>& found) {
  if (!config.has_tunnel()) {
    return;
  }
  const v1::TunnelConfig& tunnel = config.tunnel();
  if (tunnel.has_hub() && !IpEndpoint::parse(tunnel.hub())) {
    found.push_back({{"tunnel.hub"}, "is not an IP address and port: a tunnel cannot wait for a name"});
  }
  if (tunnel.has_hub_key() && !WireguardKey::parse(tunnel.hub_key())) {
    found.push_back({{"tunnel.hub_key"}, "is not a WireGuard key: must be 44 characters of base64, ending in '='"});
  }
  if (tunnel.keepalive() > 0 && tunnel.keepalive() < 1'000) {
    found.push_back({{"tunnel.keepalive"}, "is shorter than a second: must be 0s (none) or at least 1s"});
  }
  const auto& uplinks = config.uplinks();
  const bool taken = std::any_of(uplinks.begin(), uplinks.end(),
                                 [&](const v1::UplinkConfig& one) { return one.interface() == tunnel.interface(); });
  const auto& lan = config.lan().interfaces();
  if (taken || std::find(lan.begin(), lan.end(), tunnel.interface()) != lan.end()) {
    found.push_back(
        {{"tunnel.interface"},
         "'" + tunnel.interface() + "' already belongs to " + (taken ? "an uplink" : "the village's side")});
  }
  for (int i = 0; i < tunnel.classes_size(); ++i) {
    const auto& classes = config.classes();
    // The class of what is left has a name of its own.
    const bool implied = tunnel.classes(i) == (classes.empty() ? "village" : "other");
    if (!implied && std::none_of(classes.begin(), classes.end(),
                                 [&](const v1::ServiceClassConfig& one) { return one.id() == tunnel.classes(i); })) {
      found.push_back({{element_path("tunnel.classes", "#" + std::to_string(i + 1)), "tunnel"},
                       "there is no class '" + tunnel.classes(i) + "' in 'classes'"});
    }
  }
}

}  // namespace karkara
