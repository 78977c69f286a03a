// A mast with its neighbours as a kernel would show them, look after look: times and counters are numbers.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "agent/mesh/mesh_watch.h"

namespace karkara {

inline MacAddress mac_of(unsigned number) {
  MacAddress mac;
  mac.bytes = {std::byte{2}, {}, {}, {}, std::byte(number >> 8U & 0xffU), std::byte(number & 0xffU)};
  return mac;
}

inline MeshPeerSeen good_peer(unsigned number, Duration connected = std::chrono::hours{1}) {
  MeshPeerSeen peer;
  peer.mac = mac_of(number);
  peer.link = PeerLink::Established;
  peer.inactive = std::chrono::milliseconds{300};
  peer.connected = connected;
  peer.signal = Dbm{-60};
  peer.expected = BitsPerSecond{30e6};
  peer.sent = 1000;
  peer.failed = 10;
  peer.retries = 100;
  return peer;
}

inline MeshInterfaceSeen joined_interface(std::vector<MeshPeerSeen> peers) {
  MeshInterfaceSeen seen;
  seen.index = 7;
  seen.name = "mesh0";
  seen.mac = mac_of(0);
  seen.mesh_id = "karkara";
  seen.frequency = 5180;
  seen.peers = std::move(peers);
  return seen;
}

inline MeshSeen look_of(std::vector<MeshPeerSeen> peers) {
  MeshSeen seen;
  seen.interfaces.push_back(joined_interface(std::move(peers)));
  return seen;
}

// Everything that the watch said, and what is raised.
class MeshScene {
 public:
  MeshScene() { watch.tick(now); }

  void wait(Duration time) {
    now = now + time;
    watch.tick(now);
  }
  void see(const MeshSeen& seen) {
    for (const Effect& effect : watch.on(seen, now)) {
      const auto& alarm = std::get<SetAlarm>(effect);
      ++changes;
      if (alarm.raised) {
        raised[alarm.key] = alarm.fields;
      } else {
        raised.erase(alarm.key);
      }
    }
  }
  void see(std::vector<MeshPeerSeen> peers) { see(look_of(std::move(peers))); }
  [[nodiscard]] bool is_raised(MessageId message, const std::string& instance) const {
    return raised.contains({message, instance});
  }
  [[nodiscard]] MeshPeerReport peer(unsigned number) const {
    const MeshReport report = watch.report(now);
    const auto found = std::find_if(report.peers.begin(), report.peers.end(),
                                    [&](const auto& peer) { return peer.mac == mac_of(number).text(); });
    return found == report.peers.end() ? MeshPeerReport{} : *found;
  }
  [[nodiscard]] Value sample(SeriesId series, const std::string& instance) const {
    for (const Sample& sample : watch.samples(now)) {
      if (sample.series == series && sample.instance == instance) {
        return sample.value;
      }
    }
    return Absent::NoSuchObject;
  }

  Instant now{std::chrono::hours{2}};
  MeshWatch watch{now};
  std::map<AlarmKey, Fields> raised;
  int changes = 0;
};

}  // namespace karkara
