// What the configuration of Wi-Fi contradicts, and what no radio could do: refused before anything is sent.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "agent/config_bind/proto_values.h"
#include "agent/config_bind/wifi_config.h"
#include "agent/facts/radio_name.h"
#include "agent/wifi/channel_plan.h"

namespace karkara {
namespace {

using Found = std::vector<Contradiction>;
using Owners = std::map<std::string, std::string>;  // interface -> what has it

constexpr std::size_t kShortestPassphrase = 8;
constexpr std::size_t kLongestPassphrase = 63;
constexpr std::size_t kLongestName = 32;  // bytes: IEEE 802.11, 9.4.2.2

void check_country(const std::string& path, const std::string& country, Found& found) {
  const bool letters = std::ranges::all_of(country, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (country.size() != 2 || !letters) {
    found.push_back({{path}, "'" + country + "' must be two capital letters (ISO 3166), like NE"});
  }
}

void check_passphrase(const std::string& path, const std::string& passphrase, Found& found) {
  const bool printable = std::ranges::all_of(passphrase, [](char c) { return c >= ' ' && c <= '~'; });
  if (passphrase.size() < kShortestPassphrase || passphrase.size() > kLongestPassphrase) {
    found.push_back({{path},
                     fmt::format("has {} characters: must be {} to {}", passphrase.size(), kShortestPassphrase,
                                 kLongestPassphrase)});
  } else if (!printable) {
    found.push_back({{path}, "must be printable ASCII: devices do not agree on other letters"});
  }
}

void check_air_name(const std::string& path, const std::string& name, Found& found) {
  if (name.size() > kLongestName) {
    found.push_back({{path}, fmt::format("has {} bytes: at most {} fit", name.size(), kLongestName)});
  }
}

void take_interface(const std::string& path, const std::string& name, const std::string& owner, Owners& owners,
                    Found& found) {
  const auto [had, is_new] = owners.emplace(name, owner);
  if (!is_new) {
    found.push_back({{path}, "'" + name + "' already belongs to " + had->second});
  }
}

void check_one_channel(const std::string& path, std::uint32_t channel, const v1::WifiRadioConfig& radio, Found& found) {
  const std::uint32_t width = radio.has_width() ? radio.width() : 20;
  if (std::string trouble = channel_trouble(channel, width); !trouble.empty()) {
    found.push_back({{path}, std::move(trouble)});
  } else if (radio.has_mesh() && is_radar_channel(channel)) {
    found.push_back({{path},
                     fmt::format("channel {} needs somebody who looks for radar (DFS), which a mesh has not: "
                                 "take 36 to 48, 149 and above, or 1 to 13",
                                 channel)});
  }
}

void check_channels(const std::string& path, const v1::WifiRadioConfig& radio, Found& found) {
  if (radio.has_width() && radio.width() != 20 && radio.width() != 40 && radio.width() != 80) {
    found.push_back({{join_path(path, "width"), path}, "must be 20, 40 or 80"});
    return;
  }
  const std::string list = join_path(path, "channels");
  if (radio.has_channel()) {
    check_one_channel(join_path(path, "channel"), radio.channel(), radio, found);
    return;
  }
  if (radio.has_mesh()) {
    found.push_back({{path}, "needs 'channel': all masts of a mesh must be on the same one"});
  } else if (radio.channels().empty()) {
    found.push_back({{path}, "needs 'channel', or 'channels' among which the quietest is taken"});
  }
  for (const std::uint32_t channel : radio.channels()) {
    if (is_radar_channel(channel)) {
      found.push_back({{list, path},
                       fmt::format("channel {} may be left at any moment for a radar (DFS): it is taken "
                                   "only when it is named as 'channel'",
                                   channel)});
    } else {
      check_one_channel(list, channel, radio, found);
    }
  }
}

void check_points(const std::string& path, const v1::WifiRadioConfig& radio, Owners& owners, Found& found) {
  for (int i = 0; i < radio.access_points_size(); ++i) {
    const v1::AccessPointConfig& point = radio.access_points(i);
    const std::string at = join_path(path, element("access_points", point.interface(), i));
    take_interface(join_path(at, "interface"), point.interface(), "radio '" + radio.id() + "'", owners, found);
    check_air_name(join_path(at, "ssid"), point.ssid(), found);
    const std::string phrase = join_path(at, "passphrase");
    if (point.security() == v1::WIFI_SECURITY_OPEN) {
      if (point.has_passphrase()) {
        found.push_back({{phrase}, "has no use: 'security' is open"});
      }
    } else if (!point.has_passphrase()) {
      found.push_back({{at}, "needs a 'passphrase', or 'security: open'"});
    } else {
      check_passphrase(phrase, point.passphrase(), found);
    }
  }
}

void check_mesh_point(const std::string& path, const v1::WifiRadioConfig& radio, Owners& owners, Found& found) {
  if (!radio.has_mesh()) {
    return;
  }
  const v1::MeshPointConfig& mesh = radio.mesh();
  const std::string at = join_path(path, "mesh");
  take_interface(join_path(at, "interface"), mesh.interface(), "radio '" + radio.id() + "'", owners, found);
  check_air_name(join_path(at, "mesh_id"), mesh.mesh_id(), found);
  if (mesh.has_passphrase()) {
    check_passphrase(join_path(at, "passphrase"), mesh.passphrase(), found);
  }
  if (mesh.has_batman()) {
    take_interface(join_path(at, "batman.interface"), batman_interface(mesh), "the mesh of radio '" + radio.id() + "'",
                   owners, found);
  }
}

}  // namespace

void check_wifi(const v1::SiteConfig& config, std::vector<Contradiction>& found) {
  if (!config.has_wifi()) {
    return;
  }
  const v1::WifiConfig& wifi = config.wifi();
  check_country("wifi.country", wifi.country(), found);
  if (wifi.has_stand_in()) {
    check_country("wifi.stand_in", wifi.stand_in(), found);
    if (wifi.stand_in() == wifi.country()) {
      found.push_back({{"wifi.stand_in"}, "is the country itself"});
    }
  }
  Owners owners;
  for (const v1::UplinkConfig& uplink : config.uplinks()) {
    if (uplink.kind() != v1::UPLINK_KIND_MESH) {
      owners.emplace(uplink.interface(), "uplink '" + uplink.id() + "'");
    }
  }
  Owners phys;
  for (int i = 0; i < wifi.radios_size(); ++i) {
    const v1::WifiRadioConfig& radio = wifi.radios(i);
    const std::string path = element("wifi.radios", radio.id(), i);
    const auto [owner, is_new] = phys.emplace(plain_radio_name(radio.phy()), radio.id());
    if (!is_new) {
      found.push_back({{join_path(path, "phy"), path},
                       "already belongs to radio '" + owner->second + "': a radio has one channel and one mesh"});
    }
    if (!radio.has_mesh() && radio.access_points().empty()) {
      found.push_back({{path}, "does nothing: needs 'access_points' or 'mesh'"});
    }
    check_channels(path, radio, found);
    check_points(path, radio, owners, found);
    check_mesh_point(path, radio, owners, found);
  }
}

}  // namespace karkara
