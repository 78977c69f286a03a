// Builds a mesh of two radios and batman-adv above it, and checks what the kernel tells: for a machine with two radios
// of mac80211_hwsim that nobody else uses. See mesh_test.sh.
//   karkara-mesh-trial [FOLDER]    FOLDER: what the kernel said goes there, for corpora
#include "tests/lab/mesh_trial.h"

#include <linux/netlink.h>

#include <algorithm>

#include "agent/codec/batadv.h"
#include "agent/codec/link_request.h"
#include "agent/codec/nl80211_mesh.h"

namespace karkara::lab {
namespace {

constexpr int kUeventGroup = 1;

int group_of(const genetlink::Family& family, const std::string& name) {
  const auto found = std::find_if(family.groups.begin(), family.groups.end(),
                                  [&](const genetlink::Group& group) { return group.name == name; });
  require(found != family.groups.end(), "no group " + name);
  return static_cast<int>(found->id);
}

}  // namespace

MeshTrial::MeshTrial(Recorder recorder)
    : recorder_{recorder},
      generic_{NETLINK_GENERIC, recorder},
      routes_{NETLINK_ROUTE, Recorder{""}},
      wifi_{generic_.family(nl80211::kFamilyName)},
      batadv_{generic_.family(batadv::kFamilyName).id},
      events_{NETLINK_GENERIC,
              {group_of(wifi_, nl80211::kEventGroups[0]), group_of(wifi_, nl80211::kEventGroups[1]),
               group_of(wifi_, nl80211::kEventGroups[2]), group_of(wifi_, nl80211::kEventGroups[3])},
              "event",
              recorder},
      uevents_{NETLINK_KOBJECT_UEVENT, {kUeventGroup}, "uevent", recorder} {}

void MeshTrial::await(nl80211::Event::Kind kind, std::uint32_t link, const std::string& what) {
  const bool came = events_.wait(kPatience, [&](std::span<const std::byte> datagram) {
    bool found = false;
    while (!datagram.empty()) {
      const auto message = must(take_netlink_message(datagram), "an event");
      const auto event = must(nl80211::decode_event(message, wifi_.id), "an event");
      found = found || (event && event->kind == kind && event->link.value_or(link) == link);
    }
    return found;
  });
  require(came, what);
  say(what);
}

void MeshTrial::await(batadv::GatewayEvent::Kind kind, const std::string& what) {
  const bool came = uevents_.wait(kPatience, [&](std::span<const std::byte> datagram) {
    const auto event = must(batadv::decode_gateway_event(datagram), "a uevent");
    return event && event->kind == kind && event->mesh == "bat0" &&
           (kind == batadv::GatewayEvent::Kind::Removed || event->gateway == nodes_[1].address);
  });
  require(came, what);
  say(what);
}

std::vector<nl80211::Interface> MeshTrial::interfaces() {
  return generic_.dump(nl80211::encode_get_interfaces(wifi_.id), "interfaces", wifi_.id, nl80211::decode_interface);
}

std::vector<nl80211::Station> MeshTrial::stations(unsigned number) {
  return generic_.dump(nl80211::encode_get_stations(wifi_.id, nodes_[number].mesh), "stations", wifi_.id,
                       nl80211::decode_station);
}

void MeshTrial::kick_and_leave() {
  generic_.change(nl80211::encode_delete_station(wifi_.id, nodes_[0].mesh, nodes_[1].address), "kick");
  await(nl80211::Event::Kind::PeerGone, nodes_[0].mesh, "the kicked peer's event");
  until("it peers anew", [&] {
    const auto seen = stations(0);
    return seen.size() == 1 && seen[0].peer_link == nl80211::PlinkState::Established;
  });
  generic_.change(nl80211::encode_leave_mesh(wifi_.id, nodes_[1].mesh), "leave");
  until("the peer that left is gone", [&] { return stations(1).empty(); });
  for (const Node& node : nodes_) {
    routes_.change(rtnetlink::encode_remove_link(node.bat), "remove");
    generic_.change(nl80211::encode_delete_interface(wifi_.id, node.mesh), "delete");
  }
}

// The family's number is another one afterwards.
void MeshTrial::reload() {
  const auto control = generic_.family(genetlink::kControlFamily);
  Listener families{NETLINK_GENERIC, {group_of(control, genetlink::kControlGroup)}, "family_change", recorder_};
  for (const bool gone : {true, false}) {
    require(std::system(gone ? "modprobe -r batman_adv" : "modprobe batman_adv") == 0, "modprobe");
    std::uint16_t told = 0;
    const bool came = families.wait(kPatience, [&](std::span<const std::byte> datagram) {
      const auto message = must(take_netlink_message(datagram), "an event");
      const auto change = must(genetlink::decode_family_change(message), "a family's event");
      told = change ? change->id : 0;
      return change && change->gone == gone && change->name == batadv::kFamilyName;
    });
    require(came, "the family's event");
    require(gone ? told == batadv_ : told == generic_.family(batadv::kFamilyName).id, "its number");
  }
  say("the module was loaded anew");
}

}  // namespace karkara::lab

int main(int argc, char** argv) {
  karkara::lab::MeshTrial trial{karkara::lab::Recorder{argc > 1 ? argv[1] : ""}};
  trial.radios();
  trial.join(0);
  trial.join(1);
  trial.peers();
  trial.power_and_settings();
  trial.scan();
  trial.batman(0);
  trial.batman(1);
  trial.tables();
  trial.gateway();
  trial.kick_and_leave();
  trial.reload();
  return 0;
}
