#include "agent/wifi/daemon_texts.h"

#include <fmt/format.h>

namespace karkara {
namespace {

std::string hex(const std::string& text) {
  std::string digits;
  for (const char c : text) {
    digits += fmt::format("{:02x}", static_cast<unsigned char>(c));
  }
  return digits;
}

std::string security_lines(const AccessPointSettings& point) {
  if (point.security == WifiSecurity::Open) {
    return "auth_algs=1\nwpa=0\n";
  }
  const char* methods = point.security == WifiSecurity::Wpa2       ? "WPA-PSK"
                        : point.security == WifiSecurity::Wpa2Wpa3 ? "WPA-PSK SAE"
                                                                   : "SAE";
  // Management frames are protected: demanded by WPA3, offered where old devices come too.
  const int protection = point.security == WifiSecurity::Wpa2 ? 0 : point.security == WifiSecurity::Wpa2Wpa3 ? 1 : 2;
  return fmt::format("auth_algs=1\nwpa=2\nwpa_key_mgmt={}\nrsn_pairwise=CCMP\nieee80211w={}\n{}wpa_passphrase={}\n",
                     methods, protection, protection > 0 ? "sae_require_mfp=1\n" : "", point.passphrase);
}

std::string point_lines(const AccessPointSettings& point) {
  std::string text = fmt::format("ssid2={}\nutf8_ssid=1\nap_isolate={}\nignore_broadcast_ssid={}\n", hex(point.ssid),
                                 point.isolate ? 1 : 0, point.hidden ? 1 : 0);
  if (!point.bridge.empty()) {
    text += fmt::format("bridge={}\n", point.bridge);
  }
  if (point.most_devices) {
    text += fmt::format("max_num_sta={}\n", *point.most_devices);
  }
  return text + security_lines(point);
}

std::string channel_lines(const ChannelPlan& channel, const std::string& country) {
  std::string text = fmt::format("hw_mode={}\nchannel={}\nieee80211n=1\nwmm_enabled=1\n", channel.is_5ghz() ? "a" : "g",
                                 channel.channel);
  if (!country.empty()) {
    text += fmt::format("country_code={}\nieee80211d=1\n", country);
    text += channel.is_5ghz() ? "ieee80211h=1\n" : "";  // radar, where there may be some
  }
  if (channel.second != 0) {
    text += fmt::format("ht_capab=[HT40{}]\n", channel.second > 0 ? '+' : '-');
  }
  if (channel.width == 80) {
    text +=
        fmt::format("ieee80211ac=1\nvht_oper_chwidth=1\nvht_oper_centr_freq_seg0_idx={}\n", channel.center_channel());
  }
  return text;
}

}  // namespace

std::string hostapd_text(const WifiRadioSettings& radio, const ChannelPlan& channel, const std::string& country) {
  std::string text;
  for (const AccessPointSettings& point : radio.access_points) {
    text += fmt::format("{}={}\n", text.empty() ? "interface" : "bss", point.interface);
    if (&point == &radio.access_points.front()) {
      text += "driver=nl80211\n" + channel_lines(channel, country);
    }
    text += fmt::format("ctrl_interface={}\n", kHostapdFolder) + point_lines(point);
  }
  return text;
}

std::string supplicant_text(const MeshPointSettings& mesh, const ChannelPlan& channel) {
  std::string text = fmt::format("ctrl_interface={}\nuser_mpm=1\nnetwork={{\nssid={}\nmode=5\nfrequency={}\n",
                                 kSupplicantFolder, hex(mesh.mesh_id), channel.frequency);
  text += fmt::format("key_mgmt=SAE\nieee80211w=2\nsae_password=\"{}\"\nmesh_fwding={}\n", mesh.passphrase,
                      mesh.batman ? 0 : 1);
  if (channel.width < 40) {
    text += "disable_ht40=1\n";
  }
  if (channel.width < 80) {
    text += "disable_vht=1\n";
  } else {
    text += fmt::format("max_oper_chwidth=1\nvht_center_freq1={}\n", channel.center);
  }
  return text + "}\n";
}

}  // namespace karkara
