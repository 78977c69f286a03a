#include "agent/config_bind/wifi_config.h"

#include "agent/config_bind/proto_values.h"

namespace karkara {
namespace {

std::optional<WifiSecurity> bind_security(v1::WifiSecurity security) {
  switch (security) {
    case v1::WIFI_SECURITY_OPEN: return WifiSecurity::Open;
    case v1::WIFI_SECURITY_WPA2: return WifiSecurity::Wpa2;
    case v1::WIFI_SECURITY_WPA2_WPA3: return WifiSecurity::Wpa2Wpa3;
    case v1::WIFI_SECURITY_WPA3: return WifiSecurity::Wpa3;
    default: return std::nullopt;  // foreign: protobuf's own guards
  }
}

Result<AccessPointSettings> bind_point(const v1::AccessPointConfig& config) {
  const auto security = bind_security(config.security());
  if (!security) {
    return unchecked("security", "is required");
  }
  AccessPointSettings point{config.interface(), config.ssid(), *security, config.passphrase()};
  point.isolate = !config.has_isolate() || config.isolate();
  point.hidden = config.hidden();
  point.bridge = config.bridge();
  if (config.has_most_devices()) {
    point.most_devices = config.most_devices();
  }
  return point;
}

MeshPointSettings bind_mesh(const v1::MeshPointConfig& config) {
  MeshPointSettings mesh{config.interface(), config.mesh_id(), config.passphrase()};
  if (config.has_batman()) {
    BatmanSettings batman;
    batman.interface = batman_interface(config);
    batman.algorithm = config.batman().algorithm() == v1::BATMAN_ALGORITHM_IV ? "BATMAN_IV" : "BATMAN_V";
    mesh.batman = std::move(batman);
  }
  return mesh;
}

Result<WifiRadioSettings> bind_wifi_radio(const v1::WifiRadioConfig& config) {
  WifiRadioSettings radio{config.id(), config.phy()};
  if (config.has_channel()) {
    radio.channel = config.channel();
  }
  radio.channels.assign(config.channels().begin(), config.channels().end());
  radio.width = config.has_width() ? config.width() : radio.width;
  for (const v1::AccessPointConfig& point : config.access_points()) {
    auto bound = bind_point(point);
    if (!bound) {
      return bound.error().in("access_points[" + point.interface() + "]");
    }
    radio.access_points.push_back(std::move(bound).value());
  }
  if (config.has_mesh()) {
    radio.mesh = bind_mesh(config.mesh());
  }
  return radio;
}

}  // namespace

Result<WifiSettings> bind_wifi(const v1::SiteConfig& config) {
  WifiSettings settings;
  if (!config.has_wifi()) {
    return settings;
  }
  const v1::WifiConfig& given = config.wifi();
  settings.country = given.country();
  settings.stand_in = given.stand_in();
  settings.recover = !given.has_recover() || given.recover();
  settings.folder = given.folder();
  settings.hostapd = given.hostapd();
  settings.supplicant = given.wpa_supplicant();
  for (const v1::WifiRadioConfig& radio : given.radios()) {
    auto bound = bind_wifi_radio(radio);
    if (!bound) {
      return bound.error().in("wifi.radios[" + radio.id() + "]");
    }
    settings.radios.push_back(std::move(bound).value());
  }
  return settings;
}

}  // namespace karkara
