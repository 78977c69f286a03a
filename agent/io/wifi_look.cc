#include "agent/io/wifi_look.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "agent/codec/batadv.h"
#include "agent/codec/links_of_kind.h"
#include "agent/codec/nl80211_interface.h"
#include "agent/codec/nl80211_regulatory.h"
#include "agent/codec/nl80211_wiphy.h"
#include "agent/io/errno_error.h"
#include "agent/io/netlink_dump.h"
#include "agent/io/wifi_daemons.h"
#include "agent/io/wifi_marks.h"

namespace karkara {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostRows = 256;
constexpr std::string_view kWorld = "00";

WifiKind kind_of(nl80211::InterfaceMode mode) {
  switch (mode) {
    case nl80211::InterfaceMode::Station: return WifiKind::Station;
    case nl80211::InterfaceMode::AccessPoint: return WifiKind::AccessPoint;
    case nl80211::InterfaceMode::MeshPoint: return WifiKind::MeshPoint;
    default: return WifiKind::Other;  // foreign: many more, and newer kernels'
  }
}

std::string first_line(const fs::path& file) {
  std::ifstream in{file};
  std::string line;
  std::getline(in, line);
  return line;
}

std::string device_path(const std::string& phy) {
  std::error_code error;
  const std::string device = fs::canonical(fs::path{"/sys/class/ieee80211"} / phy / "device", error).string();
  constexpr std::string_view kDevices = "/sys/devices/";
  return !error && device.starts_with(kDevices) ? device.substr(kDevices.size()) : std::string{};
}

WifiRadioSeen radio_of(const nl80211::Wiphy& wiphy) {
  WifiRadioSeen radio;
  radio.wiphy = wiphy.index;
  radio.phy = wiphy.name;
  radio.mac = first_line(fs::path{"/sys/class/ieee80211"} / wiphy.name / "macaddress");
  radio.path = device_path(wiphy.name);
  radio.access_point = wiphy.modes.has(nl80211::InterfaceMode::AccessPoint);
  radio.mesh_point = wiphy.modes.has(nl80211::InterfaceMode::MeshPoint);
  radio.mesh_sae = wiphy.mesh_auth;
  for (const nl80211::Band& band : wiphy.bands) {
    for (const nl80211::Channel& channel : band.channels) {
      radio.channels.push_back({channel.frequency_mhz, channel.disabled, channel.no_initiating, channel.radar,
                                channel.no_ht40_minus, channel.no_ht40_plus, channel.no_80mhz});
    }
  }
  return radio;
}

WifiInterfaceSeen interface_of(const nl80211::Interface& interface) {
  WifiInterfaceSeen seen{interface.link, interface.name, interface.address, kind_of(interface.mode)};
  seen.on = is_up(interface.name);
  if (interface.channel) {
    seen.frequency = interface.channel->frequency_mhz;
    seen.width = nl80211::width_mhz(interface.channel->width);
  }
  return seen;
}

Status take_radios(WifiKernel& kernel, std::uint16_t family, WifiSeen& seen) {
  std::vector<nl80211::Wiphy> wiphys;
  auto request = nl80211::encode_get_wiphys(family);
  const auto ending = kernel.generic().ask(request, [&](const NetlinkMessage& message) -> Status {
    const auto taken = nl80211::add_to(wiphys, message, family);
    return taken ? Status{} : Status{taken.error()};
  });
  if (!ending || ending->error != 0) {
    return ending ? errno_error(ending->error, "radios") : ending.error();
  }
  const auto interfaces = dump<nl80211::Interface>(
      kernel.generic(), nl80211::encode_get_interfaces(family), kMostRows,
      [&](const NetlinkMessage& message) { return nl80211::decode_interface(message, family); });
  if (!interfaces || interfaces->error != 0) {
    return interfaces ? errno_error(interfaces->error, "Wi-Fi interfaces") : interfaces.error();
  }
  for (const nl80211::Wiphy& wiphy : wiphys) {
    seen.radios.push_back(radio_of(wiphy));
    for (const nl80211::Interface& interface : interfaces->rows) {
      if (interface.wiphy == wiphy.index && interface.link != 0) {
        seen.radios.back().interfaces.push_back(interface_of(interface));
      }
    }
  }
  return {};
}

Status take_rules(WifiKernel& kernel, std::uint16_t family, WifiSeen& seen) {
  const auto rules = dump<nl80211::Regulatory>(
      kernel.generic(), nl80211::encode_get_regulatory(family), kMostRows,
      [&](const NetlinkMessage& message) { return nl80211::decode_regulatory(message, family); });
  if (!rules || rules->error != 0) {
    return rules ? errno_error(rules->error, "rules of the air") : rules.error();
  }
  seen.country = kWorld;
  for (const nl80211::Regulatory& each : rules->rows) {
    if (!each.wiphy) {
      seen.country = each.alpha2;
      continue;
    }
    for (WifiRadioSeen& radio : seen.radios) {
      if (radio.wiphy == *each.wiphy && each.self_managed) {
        radio.country = each.alpha2;
      }
    }
  }
  return {};
}

void take_members(WifiKernel& kernel, std::uint16_t family, std::uint32_t batman, WifiSeen& seen) {
  const auto members = dump<batadv::HardInterface>(
      kernel.generic(), batadv::encode_get_hard_interfaces(family, batman), kMostRows,
      [&](const NetlinkMessage& message) { return batadv::decode_hard_interface(message, family); });
  if (!members) {
    return;
  }
  for (const batadv::HardInterface& member : members->rows) {
    for (WifiRadioSeen& radio : seen.radios) {
      for (WifiInterfaceSeen& interface : radio.interfaces) {
        interface.master = interface.index == member.link ? batman : interface.master;
      }
    }
  }
}

// A kernel without it has none; whoever wants one is told when it is to be made.
Status take_batman(WifiKernel& kernel, WifiSeen& seen) {
  const auto family = kernel.batman();
  if (!family) {
    return family.error().code == ErrorCode::NotFound ? Status{} : Status{family.error()};
  }
  const auto links = dump<rtnetlink::LinkOfKind>(kernel.routes(), rtnetlink::encode_get_links_of_kind("batadv"),
                                                 kMostRows, rtnetlink::decode_link_of_kind);
  if (!links || links->error != 0) {
    return links ? errno_error(links->error, "batman-adv") : links.error();
  }
  for (const rtnetlink::LinkOfKind& link : links->rows) {
    if (link.kind != "batadv") {
      continue;
    }
    const auto meshes =
        dump<batadv::Mesh>(kernel.generic(), batadv::encode_get_mesh(*family, link.index), kMostRows,
                           [&](const NetlinkMessage& message) { return batadv::decode_mesh(message, *family); });
    const bool told = meshes && meshes->error == 0 && !meshes->rows.empty();
    seen.batman.push_back({link.index, link.name, told ? meshes->rows.front().algorithm : "", is_up(link.name)});
    take_members(kernel, *family, link.index, seen);
  }
  return {};
}

}  // namespace

WifiSeen look_at_wifi(WifiKernel& kernel, const LookAtWifi& what,
                      const std::map<std::uint32_t, std::vector<WifiAirSeen>>& air) {
  WifiSeen seen;
  const auto family = kernel.wifi();
  seen.status = family ? take_radios(kernel, *family, seen) : Status{family.error()};
  if (seen.status) {
    seen.status = take_rules(kernel, *family, seen);
  }
  if (seen.status) {
    seen.status = take_batman(kernel, seen);
  }
  for (WifiRadioSeen& radio : seen.radios) {
    const auto heard = air.find(radio.wiphy);
    radio.air = heard == air.end() ? std::vector<WifiAirSeen>{} : heard->second;
  }
  seen.marks = WifiMarks{what.folder}.all();
  std::set<std::string> asked{what.interfaces.begin(), what.interfaces.end()};
  for (const auto& [name, mark] : seen.marks) {
    asked.insert(name);
  }
  for (const std::string& name : asked) {
    for (const WifiDaemon daemon : {WifiDaemon::Hostapd, WifiDaemon::Supplicant}) {
      if (auto found = WifiDaemons{}.look(daemon, name)) {
        seen.daemons.push_back(std::move(*found));
      }
    }
  }
  return seen;
}

}  // namespace karkara
