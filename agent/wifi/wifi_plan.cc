#include "agent/wifi/wifi_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/facts/radio_name.h"
#include "agent/wifi/daemon_texts.h"
#include "common/fnv1a.h"
#include "common/overloaded.h"

namespace karkara {
namespace {

constexpr std::string_view kMeshMark = "mesh ";
constexpr std::string_view kHostapdMark = "hostapd ";
constexpr std::string_view kSupplicantMark = "wpa_supplicant ";
constexpr Duration kMuteIsTrouble = std::chrono::minutes{1};
constexpr Duration kMuteIsDead = std::chrono::minutes{3};

std::string mark_of(std::string_view kind, std::string_view content) {
  return fmt::format("{}{:016x}", kind, fnv1a(content));
}

const WifiDaemonSeen* find_daemon(const WifiSeen& seen, WifiDaemon daemon, const std::string& interface) {
  const auto found = std::ranges::find_if(
      seen.daemons, [&](const WifiDaemonSeen& each) { return each.daemon == daemon && each.interface == interface; });
  return found == seen.daemons.end() ? nullptr : &*found;
}

WifiMark mark_for(const WifiSeen& seen, const std::string& interface) {
  const auto found = seen.marks.find(interface);
  return found == seen.marks.end() ? WifiMark{} : found->second;
}

const char* name_of(WifiDaemon daemon) {
  return daemon == WifiDaemon::Hostapd ? "hostapd" : "wpa_supplicant";
}

// One radio at one look. Each part says what is next, or nothing when it is done.
class RadioJudge {
 public:
  RadioJudge(const WifiRadioSettings& radio, const WifiRadioSeen& seen, const WifiView& view, WifiVerdict& verdict)
      : radio_{radio}, seen_{seen}, view_{view}, verdict_{verdict}, rules_{view.country.rules_of(seen.country)} {}

  void judge(std::optional<std::uint32_t> chosen) {
    if (std::string why = missing_ability(); !why.empty()) {
      verdict_.trouble = std::move(why);
      return;
    }
    const auto channel = radio_.channel ? radio_.channel : chosen;
    if (!channel) {
      survey();
      return;
    }
    verdict_.channel = plan_channel(*channel, radio_.width);
    std::string why = verdict_.channel ? channel_refusal(*verdict_.channel, seen_, rules_, radio_.mesh.has_value())
                                       : channel_trouble(*channel, radio_.width);
    if (!why.empty()) {
      verdict_.trouble = std::move(why);
      silence();
      return;
    }
    set_up();
  }

 private:
  [[nodiscard]] std::string missing_ability() const {
    if (radio_.mesh && !seen_.mesh_point) {
      return "its driver has no mesh mode";
    }
    if (radio_.mesh && !radio_.mesh->passphrase.empty() && !seen_.mesh_sae) {
      return "its driver cannot have a mesh with a passphrase (SAE)";
    }
    return !radio_.access_points.empty() && !seen_.access_point ? "its driver cannot be an access point" : "";
  }

  // The mesh first: it cannot give way, and the access point takes the channel that the radio has.
  void set_up() {
    if (radio_.mesh && !is_resting(radio_.mesh->interface)) {
      mesh();
    }
    if (!is_decided() && !radio_.access_points.empty() && !is_resting(radio_.access_points.front().interface)) {
      access_points();
    }
  }
  [[nodiscard]] bool is_decided() const { return verdict_.deed.has_value() || !verdict_.trouble.empty(); }
  bool is_resting(const std::string& interface) {
    const bool rests = view_.resting.contains(interface);
    verdict_.rests = verdict_.rests || rests;
    return rests;
  }

  [[nodiscard]] const WifiInterfaceSeen* find(const std::string& name) const {
    const auto found = std::ranges::find(seen_.interfaces, name, &WifiInterfaceSeen::name);
    return found == seen_.interfaces.end() ? nullptr : &*found;
  }

  // Nothing: it is to be made first, or is another radio's.
  const WifiInterfaceSeen* interface(const std::string& name, WifiKind kind) {
    if (const WifiInterfaceSeen* found = find(name)) {
      return found;
    }
    for (const WifiRadioSeen& other : view_.seen.radios) {
      if (std::ranges::find(other.interfaces, name, &WifiInterfaceSeen::name) != other.interfaces.end()) {
        verdict_.trouble = fmt::format("'{}' is an interface of {}", name, other.phy);
        return nullptr;
      }
    }
    verdict_.deed = MakeWifiInterface{seen_.wiphy, name, kind};
    return nullptr;
  }

  void mesh() {
    const WifiInterfaceSeen* point = interface(radio_.mesh->interface, WifiKind::MeshPoint);
    if (point == nullptr) {
      return;
    }
    if (radio_.mesh->passphrase.empty()) {
      open_mesh(*point);
    } else {
      secured_mesh(*point);
    }
    if (!is_decided() && radio_.mesh->batman) {
      batman(*point);
    }
  }

  void open_mesh(const WifiInterfaceSeen& point) {
    const ChannelPlan& channel = *verdict_.channel;
    const MeshPointSettings& mesh = *radio_.mesh;
    const std::string mark = mark_of(
        kMeshMark, fmt::format("{}/{}/{}/{}", mesh.mesh_id, channel.frequency, channel.width, mesh.batman ? 0 : 1));
    const WifiMark had = mark_for(view_.seen, point.name);
    if (stop_other_kind(WifiDaemon::Hostapd, point.name, had) ||
        stop_old_daemon(WifiDaemon::Supplicant, point.name, had, "")) {
      return;
    }
    const bool joined = point.kind == WifiKind::MeshPoint && point.frequency.has_value();
    if (joined && had.text == mark && point.frequency == channel.frequency) {
      return;
    }
    if (joined) {
      verdict_.deed = LeaveMesh{point.name};
    } else if (point.kind != WifiKind::MeshPoint) {
      verdict_.deed = ChangeWifiKind{point.name, WifiKind::MeshPoint};
    } else {
      verdict_.deed = JoinOpenMesh{
          point.name, mesh.mesh_id, channel.frequency, channel.width, channel.center, !mesh.batman.has_value(), mark};
    }
  }

  void secured_mesh(const WifiInterfaceSeen& point) {
    const std::string text = supplicant_text(*radio_.mesh, *verdict_.channel);
    const std::string mark = mark_of(kSupplicantMark, text);
    const WifiMark had = mark_for(view_.seen, point.name);
    const WifiDaemonSeen* running = find_daemon(view_.seen, WifiDaemon::Supplicant, point.name);
    if (running != nullptr && had.text == mark) {
      judge_running(*running);
      return;
    }
    if (stop_other_kind(WifiDaemon::Hostapd, point.name, had) ||
        stop_old_daemon(WifiDaemon::Supplicant, point.name, had, mark)) {
      return;
    }
    if (point.kind == WifiKind::MeshPoint && point.frequency && had.text.starts_with(kMeshMark)) {
      verdict_.deed = LeaveMesh{point.name};
    } else {
      verdict_.deed = StartWifiDaemon{WifiDaemon::Supplicant, point.name, view_.settings.supplicant, text, mark};
    }
  }

  // True: something is to be done about it, or it is another's.
  bool stop_old_daemon(WifiDaemon daemon, const std::string& name, const WifiMark& had, const std::string& mark) {
    if (find_daemon(view_.seen, daemon, name) == nullptr || (!mark.empty() && had.text == mark)) {
      return false;
    }
    if (had.text.starts_with(daemon == WifiDaemon::Hostapd ? kHostapdMark : kSupplicantMark)) {
      verdict_.deed = StopWifiDaemon{daemon, name};
    } else {
      verdict_.trouble = fmt::format("'{}' belongs to a {} that the agent did not start", name, name_of(daemon));
    }
    return true;
  }

  // Its mark would be lost with the interface's kind, and nobody would end it any more.
  bool stop_other_kind(WifiDaemon daemon, const std::string& name, const WifiMark& had) {
    const bool ours = had.text.starts_with(daemon == WifiDaemon::Hostapd ? kHostapdMark : kSupplicantMark);
    if (!ours || find_daemon(view_.seen, daemon, name) == nullptr) {
      return false;
    }
    verdict_.deed = StopWifiDaemon{daemon, name};
    return true;
  }

  // One that gave up is started anew, and so is one that hangs.
  void judge_running(const WifiDaemonSeen& running) {
    const auto mute = view_.mute.find(running.interface);
    const Duration time = mute == view_.mute.end() ? Duration::zero() : mute->second;
    if (running.state.empty() && time >= kMuteIsTrouble) {
      verdict_.trouble = fmt::format("{} on '{}' does not answer", name_of(running.daemon), running.interface);
    }
    const bool dead = running.state.empty() ? time >= kMuteIsDead
                                            : running.daemon == WifiDaemon::Hostapd && running.state == "DISABLED";
    if (dead) {
      verdict_.deed = StopWifiDaemon{running.daemon, running.interface};
    }
  }

  void batman(const WifiInterfaceSeen& point) {
    const BatmanSettings& wanted = *radio_.mesh->batman;
    const auto found = std::ranges::find(view_.seen.batman, wanted.interface, &WifiBatmanSeen::name);
    if (found == view_.seen.batman.end()) {
      verdict_.deed = MakeBatman{wanted.interface, wanted.algorithm};
    } else if (found->algorithm != wanted.algorithm) {
      verdict_.trouble = fmt::format("'{}' is {}: remove it, and it is made as {}", wanted.interface, found->algorithm,
                                     wanted.algorithm);
    } else if (point.master != found->index || !found->on) {
      verdict_.deed = JoinBatman{point.name, wanted.interface, false};
    }
  }

  void access_points() {
    const AccessPointSettings& first = radio_.access_points.front();
    const WifiInterfaceSeen* point = interface(first.interface, WifiKind::Station);
    if (point == nullptr) {
      return;
    }
    const std::string text = hostapd_text(radio_, *verdict_.channel, view_.country.country());
    const std::string mark = mark_of(kHostapdMark, text);
    const WifiMark had = mark_for(view_.seen, first.interface);
    const WifiDaemonSeen* running = find_daemon(view_.seen, WifiDaemon::Hostapd, first.interface);
    if (stop_other_kind(WifiDaemon::Supplicant, first.interface, had)) {
      return;
    }
    if (point->kind == WifiKind::MeshPoint && point->frequency && had.text.starts_with(kMeshMark)) {
      verdict_.deed = LeaveMesh{first.interface};
    } else if (running == nullptr) {
      verdict_.deed = StartWifiDaemon{WifiDaemon::Hostapd, first.interface, view_.settings.hostapd, text, mark};
    } else if (!stop_old_daemon(WifiDaemon::Hostapd, first.interface, had, mark)) {
      judge_running(*running);
    }
  }

  void survey() {
    const AccessPointSettings& first = radio_.access_points.front();
    const WifiInterfaceSeen* point = interface(first.interface, WifiKind::Station);
    if (point == nullptr) {
      return;
    }
    verdict_.wants_channel = true;
    SurveyAir deed{point->name};
    for (const std::uint32_t channel : radio_.channels) {
      const auto plan = plan_channel(channel, radio_.width);
      for (const std::uint32_t part : plan ? parts_of(*plan) : std::vector<std::uint32_t>{}) {
        const bool has = std::ranges::find(seen_.channels, part, &WifiChannelSeen::frequency) != seen_.channels.end();
        if (has && std::ranges::find(deed.frequencies, part) == deed.frequencies.end()) {
          deed.frequencies.push_back(part);
        }
      }
    }
    verdict_.deed = std::move(deed);
  }

  // What may not send does not: also what was allowed when it began, and whoever began it.
  void silence() {
    verdict_.silent = true;
    for (const std::string& name : marked_interfaces(radio_)) {
      const WifiMark mark = mark_for(view_.seen, name);
      const WifiInterfaceSeen* point = find(name);
      if (mark.text.starts_with(kHostapdMark) && find_daemon(view_.seen, WifiDaemon::Hostapd, name) != nullptr) {
        verdict_.deed = StopWifiDaemon{WifiDaemon::Hostapd, name};
      } else if (mark.text.starts_with(kSupplicantMark) &&
                 find_daemon(view_.seen, WifiDaemon::Supplicant, name) != nullptr) {
        verdict_.deed = StopWifiDaemon{WifiDaemon::Supplicant, name};
      } else if (point != nullptr && point->kind == WifiKind::MeshPoint && point->frequency) {
        verdict_.deed = LeaveMesh{name};
      }
    }
  }

  const WifiRadioSettings& radio_;
  const WifiRadioSeen& seen_;
  const WifiView& view_;
  WifiVerdict& verdict_;
  AirRules rules_;
};

}  // namespace

const WifiRadioSeen* find_wifi(const std::string& phy, const WifiPlace& place,
                               const std::vector<WifiRadioSeen>& radios) {
  if (!place.path.empty()) {
    const auto there = [&](const WifiRadioSeen& radio) { return radio.path == place.path; };
    const auto same = std::ranges::find_if(
        radios, [&](const WifiRadioSeen& radio) { return there(radio) && radio.mac == place.mac; });
    if (same != radios.end()) {
      return &*same;
    }
    // One device may hold several radios; one alone may have got another address.
    if (std::ranges::count_if(radios, there) == 1) {
      return &*std::ranges::find_if(radios, there);
    }
  }
  const std::string name = plain_radio_name(phy);
  const auto found = std::ranges::find_if(radios, [&](const WifiRadioSeen& radio) {
    return name == radio.phy || (!radio.mac.empty() && name == plain_radio_name(radio.mac)) ||
           (!radio.path.empty() && name == radio.path);
  });
  return found == radios.end() ? nullptr : &*found;
}

std::vector<std::string> marked_interfaces(const WifiRadioSettings& radio) {
  std::vector<std::string> names;
  if (radio.mesh) {
    names.push_back(radio.mesh->interface);
    if (radio.mesh->batman) {
      names.push_back(radio.mesh->batman->interface);
    }
  }
  if (!radio.access_points.empty()) {
    names.push_back(radio.access_points.front().interface);
  }
  return names;
}

WifiVerdict judge_radio(const WifiRadioSettings& radio, const WifiRadioSeen* seen, std::optional<std::uint32_t> chosen,
                        const WifiView& view) {
  WifiVerdict verdict;
  if (seen == nullptr) {
    verdict.trouble = fmt::format("there is no radio '{}'", radio.phy);
    return verdict;
  }
  verdict.phy = seen->phy;
  RadioJudge{radio, *seen, view, verdict}.judge(chosen);
  return verdict;
}

namespace {

WifiDeed clearing_of(const std::string& name, const WifiMark& mark, const WifiSeen& seen) {
  for (const WifiDaemon daemon : {WifiDaemon::Hostapd, WifiDaemon::Supplicant}) {
    const std::string_view kind = daemon == WifiDaemon::Hostapd ? kHostapdMark : kSupplicantMark;
    if (mark.text.starts_with(kind) && find_daemon(seen, daemon, name) != nullptr) {
      return StopWifiDaemon{daemon, name};
    }
  }
  return mark.text.starts_with(kMeshMark) ? WifiDeed{LeaveMesh{name}} : WifiDeed{RemoveWifiInterface{name}};
}

}  // namespace

std::vector<WifiDeed> clear_away(const WifiView& view) {
  std::set<std::string> wanted;
  for (const WifiRadioSettings& radio : view.settings.radios) {
    const auto names = marked_interfaces(radio);
    wanted.insert(names.begin(), names.end());
  }
  std::vector<WifiDeed> deeds;
  for (const auto& [name, mark] : view.seen.marks) {
    if (!wanted.contains(name)) {
      deeds.push_back(clearing_of(name, mark, view.seen));
    }
  }
  return deeds;
}

std::string interface_of(const WifiDeed& deed) {
  return std::visit(
      Overloaded{[](const RequestCountry&) { return std::string{}; }, [](const ResetRadio& reset) { return reset.phy; },
                 [](const auto& other) { return other.name; }},
      deed);
}

std::string to_text(const WifiDeed& deed) {
  return std::visit(
      Overloaded{[](const RequestCountry& d) { return "the rules of " + d.country; },
                 [](const MakeWifiInterface& d) { return d.name + " made"; },
                 [](const RemoveWifiInterface& d) { return d.name + " taken away"; },
                 [](const ChangeWifiKind& d) { return d.name + " becomes another kind"; },
                 [](const JoinOpenMesh& d) { return fmt::format("{} joins its mesh at {} MHz", d.name, d.frequency); },
                 [](const LeaveMesh& d) { return d.name + " leaves its mesh"; },
                 [](const StartWifiDaemon& d) { return fmt::format("{} started on {}", name_of(d.daemon), d.name); },
                 [](const StopWifiDaemon& d) { return fmt::format("{} ended on {}", name_of(d.daemon), d.name); },
                 [](const MakeBatman& d) { return fmt::format("{} made, {}", d.name, d.algorithm); },
                 [](const JoinBatman& d) { return fmt::format("{} put below {}", d.name, d.batman); },
                 [](const SurveyAir& d) { return d.name + " listens around"; },
                 [](const KickMeshPeer& d) { return fmt::format("{} kicked on {}", d.peer.text(), d.name); },
                 [](const ResetRadio& d) { return d.phy + " reset"; }},
      deed);
}

}  // namespace karkara
