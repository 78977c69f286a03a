#include "agent/io/wifi_steps.h"

#include <algorithm>

#include "agent/codec/batadv.h"
#include "agent/codec/batadv_link.h"
#include "agent/codec/link_request.h"
#include "agent/codec/links_of_kind.h"
#include "agent/codec/nl80211_interface.h"
#include "agent/codec/nl80211_mesh.h"
#include "agent/codec/nl80211_regulatory.h"
#include "agent/codec/nl80211_station.h"
#include "agent/io/netlink_dump.h"

namespace karkara {
namespace {

// That of access points: on one radio both must be the same, and peers are heard ten times a second.
constexpr std::uint32_t kBeaconInterval = 100;  // TU
constexpr std::uint32_t kMeshMtu = 1'532;       // room for batman-adv's header around a whole frame
constexpr const char* kBatmanMark = "batman";
constexpr std::size_t kMostLinks = 256;

nl80211::InterfaceMode mode_of(WifiKind kind) {
  switch (kind) {
    case WifiKind::AccessPoint: return nl80211::InterfaceMode::AccessPoint;
    case WifiKind::MeshPoint: return nl80211::InterfaceMode::MeshPoint;
    case WifiKind::Station:
    case WifiKind::Other: return nl80211::InterfaceMode::Station;
  }
  return nl80211::InterfaceMode::Station;
}

nl80211::ChannelWidth width_of(std::uint32_t mhz) {
  constexpr std::uint32_t kWide = 40;
  constexpr std::uint32_t kWidest = 80;
  return mhz == kWidest ? nl80211::ChannelWidth::Mhz80
         : mhz == kWide ? nl80211::ChannelWidth::Mhz40
                        : nl80211::ChannelWidth::Mhz20;
}

Error gone(const std::string& name) {
  return {ErrorCode::Unavailable, name + ": is not there"};
}

Error taken(const std::string& name, const char* what) {
  return {ErrorCode::AlreadyExists, name + ": is there already, and is " + what};
}

}  // namespace

Status WifiSteps::run(const WifiStep& step) {
  const auto family = kernel_.wifi();
  if (!family) {
    return family.error();
  }
  wifi_ = *family;
  WifiMarks marks{step.folder};
  return std::visit([&](const auto& deed) { return run(deed, marks); }, step.deed);
}

Status WifiSteps::run(const RequestCountry& deed, WifiMarks& /*marks*/) {
  return kernel_.change_wifi(nl80211::encode_request_country(wifi_, deed.country), "rules of " + deed.country);
}

// The mark first: an agent that dies in between takes away a little too much, never too little.
Status WifiSteps::run(const MakeWifiInterface& deed, WifiMarks& marks) {
  if (index_of(deed.name) != 0) {
    return is_wifi_of(deed.wiphy, deed.name);
  }
  // A daemon of one that went away may run still: its mark tells so.
  const auto all = marks.all();
  const auto had = all.find(deed.name);
  if (const Status status = marks.put(deed.name, {had == all.end() ? "" : had->second.text, true}); !status) {
    return status;
  }
  nl80211::NewInterface wanted;
  wanted.wiphy = deed.wiphy;
  wanted.name = deed.name;
  wanted.mode = mode_of(deed.kind);
  Status status = kernel_.change_wifi(nl80211::encode_new_interface(wifi_, wanted), deed.name);
  if (!status && had == all.end()) {
    marks.remove(deed.name);
  } else if (!status) {
    static_cast<void>(marks.put(deed.name, had->second));
  }
  return status;
}

// A bridge or a cable of that name, or another radio's, would be taken for done for ever.
Status WifiSteps::is_wifi_of(std::uint32_t wiphy, const std::string& name) {
  const auto all = interfaces();
  if (!all) {
    return all.error();
  }
  const bool ours =
      std::ranges::any_of(*all, [&](const Owned& each) { return each.name == name && each.wiphy == wiphy; });
  return ours ? Status{} : Status{taken(name, "no interface of this radio")};
}

Status WifiSteps::is_batman(const std::string& name) {
  const auto all = dump<rtnetlink::LinkOfKind>(kernel_.routes(), rtnetlink::encode_get_links_of_kind("batadv"),
                                               kMostLinks, rtnetlink::decode_link_of_kind);
  if (!all) {
    return all.error();
  }
  const bool is = std::ranges::any_of(
      all->rows, [&](const rtnetlink::LinkOfKind& each) { return each.name == name && each.kind == "batadv"; });
  return is ? Status{} : Status{taken(name, "not batman-adv's")};
}

Status WifiSteps::run(const RemoveWifiInterface& deed, WifiMarks& marks) {
  const WifiMark mark = marks.of(deed.name);
  const std::uint32_t link = index_of(deed.name);
  Status status;
  if (mark.made && link != 0) {
    status = mark.text == kBatmanMark ? kernel_.change_link(rtnetlink::encode_remove_link(link), deed.name)
                                      : kernel_.change_wifi(nl80211::encode_delete_interface(wifi_, link), deed.name);
  }
  if (status) {
    marks.remove(deed.name);
    marks.remove_configuration(deed.name);
  }
  return status;
}

Status WifiSteps::run(const ChangeWifiKind& deed, WifiMarks& marks) {
  const std::uint32_t link = index_of(deed.name);
  if (link == 0) {
    return gone(deed.name);
  }
  Status status = marks.put(deed.name, {"", marks.of(deed.name).made});
  if (status) {
    status = kernel_.change_link(rtnetlink::encode_switch_link(link, false), deed.name);
  }
  return status ? kernel_.change_wifi(nl80211::encode_set_mode(wifi_, link, mode_of(deed.kind)), deed.name) : status;
}

Status WifiSteps::run(const JoinOpenMesh& deed, WifiMarks& marks) {
  const std::uint32_t link = index_of(deed.name);
  if (link == 0) {
    return gone(deed.name);
  }
  nl80211::JoinMesh wanted;
  wanted.link = link;
  wanted.mesh_id = deed.mesh_id;
  wanted.channel = {deed.frequency, width_of(deed.width), deed.center};
  wanted.settings.forwarding = deed.forwarding;
  wanted.beacon_interval_tu = kBeaconInterval;
  auto request = nl80211::encode_join_mesh(wifi_, wanted);
  if (!request) {
    return request.error().in(deed.name);
  }
  // The mark first: what sends without one is left on the air when it is no longer configured.
  Status status = marks.put(deed.name, {deed.mark, marks.of(deed.name).made});
  if (status) {
    status = kernel_.change_link(rtnetlink::encode_link_up(link, kMeshMtu), deed.name);
  }
  return status ? kernel_.change_wifi(std::move(*request), deed.name + ", joining") : status;
}

Status WifiSteps::run(const LeaveMesh& deed, WifiMarks& marks) {
  if (const std::uint32_t link = index_of(deed.name); link != 0) {
    // Refused when it has left already: what counts is seen by the next look.
    static_cast<void>(kernel_.change_wifi(nl80211::encode_leave_mesh(wifi_, link), deed.name));
  }
  return marks.put(deed.name, {"", marks.of(deed.name).made});
}

Status WifiSteps::run(const StartWifiDaemon& deed, WifiMarks& marks) {
  return daemons_.start(deed, marks);
}

Status WifiSteps::run(const StopWifiDaemon& deed, WifiMarks& marks) {
  return daemons_.stop(deed, marks);
}

Status WifiSteps::run(const MakeBatman& deed, WifiMarks& marks) {
  if (index_of(deed.name) != 0) {
    return is_batman(deed.name);
  }
  Status status = marks.put(deed.name, {kBatmanMark, true});
  if (status) {
    status = kernel_.change_link(batadv::encode_add_mesh(deed.name, deed.algorithm), deed.name);
  }
  if (!status) {
    marks.remove(deed.name);
  }
  return status;
}

Status WifiSteps::run(const JoinBatman& deed, WifiMarks& /*marks*/) {
  const std::uint32_t link = index_of(deed.name);
  const std::uint32_t batman = index_of(deed.batman);
  if (link == 0 || batman == 0) {
    return gone(link == 0 ? deed.name : deed.batman);
  }
  Status status = kernel_.change_link(rtnetlink::encode_link_up(link, kMeshMtu), deed.name);
  if (status) {
    status = kernel_.change_link(batadv::encode_set_master(link, batman), deed.name + " below " + deed.batman);
  }
  if (status) {
    status = kernel_.change_link(rtnetlink::encode_switch_link(batman, true), deed.batman);
  }
  if (!status) {
    return status;
  }
  nl80211::MeshSettings settings;
  settings.forwarding = deed.forwarding;
  // A mesh that has not joined yet was told so in its configuration.
  static_cast<void>(kernel_.change_wifi(nl80211::encode_set_mesh_settings(wifi_, link, settings), deed.name));
  const auto family = kernel_.batman();
  batadv::MeshChange change;
  change.bridge_loop_avoidance = false;  // villages are never bridged, and it holds back ARP for half a minute
  return family ? kernel_.change_wifi(batadv::encode_set_mesh(*family, batman, change), deed.batman)
                : Status{family.error()};
}

// A peer of wpa_supplicant's is not deleted behind its back: it would go on taking it for one that it has, and meet it
// anew only after minutes.
Status WifiSteps::run(const KickMeshPeer& deed, WifiMarks& marks) {
  const std::uint32_t link = index_of(deed.name);
  if (link == 0) {
    return gone(deed.name);
  }
  if (marks.of(deed.name).text.starts_with("wpa_supplicant ")) {
    if (const Status asked = daemons_.kick(deed); asked || asked.error().code != ErrorCode::NotFound) {
      return asked;
    }
  }
  Status status = kernel_.change_wifi(nl80211::encode_delete_station(wifi_, link, deed.peer), deed.peer.text());
  return !status && status.error().code == ErrorCode::NotFound ? Status{} : status;
}

}  // namespace karkara
