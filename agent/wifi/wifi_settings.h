// What the Wi-Fi feature is told by configuration of the radios that it sets up. agent/config_bind fills it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace karkara {

enum class WifiSecurity : std::uint8_t { Open, Wpa2, Wpa2Wpa3, Wpa3 };

struct AccessPointSettings {
  std::string interface;
  std::string ssid;
  WifiSecurity security = WifiSecurity::Wpa2;
  std::string passphrase{};  // empty: open
  bool isolate = true;
  bool hidden = false;
  std::string bridge{};  // empty: none
  std::optional<std::uint32_t> most_devices{};
  friend bool operator==(const AccessPointSettings&, const AccessPointSettings&) = default;
};

struct BatmanSettings {
  std::string interface = "bat0";
  std::string algorithm = "BATMAN_V";
  friend bool operator==(const BatmanSettings&, const BatmanSettings&) = default;
};

struct MeshPointSettings {
  std::string interface;
  std::string mesh_id;
  std::string passphrase{};  // empty: an open mesh
  std::optional<BatmanSettings> batman{};
  friend bool operator==(const MeshPointSettings&, const MeshPointSettings&) = default;
};

struct WifiRadioSettings {
  std::string id;
  std::string phy;                         // name, MAC or path
  std::optional<std::uint32_t> channel{};  // absent: the quietest of channels
  std::vector<std::uint32_t> channels{};
  std::uint32_t width = 20;  // MHz
  std::vector<AccessPointSettings> access_points{};
  std::optional<MeshPointSettings> mesh{};
  friend bool operator==(const WifiRadioSettings&, const WifiRadioSettings&) = default;
};

struct WifiSettings {
  std::string country{};   // two letters; empty: nothing is configured
  std::string stand_in{};  // empty: none
  std::vector<WifiRadioSettings> radios{};
  bool recover = true;
  std::string folder{};
  std::string hostapd{};  // programs
  std::string supplicant{};
  friend bool operator==(const WifiSettings&, const WifiSettings&) = default;
};

}  // namespace karkara
