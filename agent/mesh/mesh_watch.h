// The site's mesh as the kernel shows it: looks at it every few seconds, judges each neighbour mast, and tells the NOC.
// Refuses to act on what it sees, and to conclude from half an answer that a mast is gone. Called by agent/site only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "agent/facts/effects.h"
#include "agent/facts/mesh.h"
#include "agent/facts/status.h"
#include "agent/mesh/channel_use.h"
#include "agent/mesh/mesh_air.h"
#include "agent/mesh/mesh_links.h"
#include "agent/mesh/peer_watch.h"

namespace karkara {

class MeshWatch {
 public:
  static constexpr Duration kPace = std::chrono::seconds{5};
  static constexpr Duration kPaceWithout = std::chrono::seconds{60};  // no mesh interface: one may come
  static constexpr Duration kNotJoined = std::chrono::seconds{30};
  static constexpr std::size_t kMostInterfaces = 8;
  static constexpr std::size_t kMostPeers = 64;  // of an interface
  static constexpr std::size_t kMostWays = 64;
  static constexpr std::size_t kMostToldPeers = 16;  // as series: each costs bytes over a satellite

  explicit MeshWatch(Instant now) : look_at_{now} {}

  Effects tick(Instant now);
  Effects on(const MeshSeen& event, Instant now);
  void on(const KernelSeen& event);  // which interfaces are down, and cannot have joined
  void on(const LinkChanged& event);
  void on(const AirChanged& event, Instant now);
  [[nodiscard]] Instant next_deadline() const { return look_at_; }

  void hurry(Instant now);                                 // a mesh was made just now
  [[nodiscard]] std::set<std::string> interfaces() const;  // of the mesh, batman-adv's with them
  [[nodiscard]] std::vector<MeshLinks> links(Instant now) const;
  [[nodiscard]] std::vector<MeshRadio> radios() const;  // as neighbours know them
  [[nodiscard]] MeshAir air() const;
  [[nodiscard]] MeshReport report(Instant now) const;
  [[nodiscard]] std::vector<Sample> samples(Instant now) const;
  [[nodiscard]] std::vector<CheckItem> check(Instant now) const;

 private:
  struct Interface {
    MeshInterfaceSeen seen;  // without its peers
    ChannelUse use;
    std::optional<Instant> not_joined_since;
  };
  using PeerKey = std::pair<std::string, MacAddress>;  // interface and peer
  using Alarms = std::map<AlarmKey, Fields>;

  void take(const MeshInterfaceSeen& seen, Instant now);
  void take_peers(const MeshInterfaceSeen& seen, Instant now);
  void take_batman(const MeshSeen& event);
  void drop_missing(const MeshSeen& event, Instant now);
  [[nodiscard]] bool has_room(const std::string& interface);
  void judge_joined(Interface& interface, Instant now) const;
  [[nodiscard]] Instant next_look(Instant now) const;
  [[nodiscard]] Alarms wanted_alarms(Instant now) const;
  Effects settle_alarms(Alarms wanted);
  [[nodiscard]] bool has_mesh() const { return !interfaces_.empty() || !batman_.empty(); }
  [[nodiscard]] bool is_stale(Instant now) const;
  [[nodiscard]] std::string state(Instant now) const;
  void add_ways(MeshReport& report) const;

  Instant look_at_;
  Instant asked_at_{};
  bool asked_ = false;                // and no answer came yet
  bool hurried_ = false;              // meanwhile
  std::optional<Instant> looked_at_;  // when something could be seen
  Status status_{};                   // of the last look
  unsigned failed_in_a_row_ = 0;
  std::map<std::string, Interface> interfaces_;
  std::map<PeerKey, PeerWatch> peers_;
  std::vector<BatmanSeen> batman_;
  std::set<std::uint32_t> down_;  // interfaces that are switched off
  Alarms raised_;
};

}  // namespace karkara
