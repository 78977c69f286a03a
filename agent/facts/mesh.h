// What the kernel shows of the links to neighbour masts, as plain values: the peers of each mesh interface, what the
// radio hears, and batman-adv's neighbours, ways and gateways. Made by agent/io/mesh_view; agent/mesh judges it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/facts/hello.h"
#include "agent/facts/mac_address.h"
#include "agent/facts/wifi.h"
#include "common/result.h"
#include "common/time.h"
#include "common/units.h"

namespace karkara {

// 802.11s peering as nl80211 tells it (NL80211_PLINK_*).
enum class PeerLink : std::uint8_t {
  Unknown,
  Listen,
  OpenSent,
  OpenReceived,
  ConfirmReceived,
  Established,
  Holding,
  Blocked
};

// Counters run as long as the peer is known to the kernel; absent is what the driver does not tell.
struct MeshPeerSeen {
  MacAddress mac;
  PeerLink link = PeerLink::Unknown;
  std::optional<Duration> inactive{};  // since anything was heard of it
  std::optional<Duration> connected{};
  std::optional<Dbm> signal{};             // averaged where the driver does
  std::optional<BitsPerSecond> sending{};  // the rate of the last frame
  std::optional<BitsPerSecond> receiving{};
  std::optional<BitsPerSecond> expected{};  // throughput, by the rate control
  std::optional<std::uint64_t> sent{};      // packets
  std::optional<std::uint64_t> retries{};
  std::optional<std::uint64_t> failed{};
  std::optional<std::uint64_t> bytes_sent{};
  std::optional<std::uint64_t> bytes_received{};
  std::optional<std::uint32_t> airtime{};  // HWMP's metric of the direct way, in 0.01 TU
  friend bool operator==(const MeshPeerSeen&, const MeshPeerSeen&) = default;
};

// A way that 802.11s itself found (HWMP), where the kernel forwards and not batman-adv.
struct MeshPathSeen {
  MacAddress mac;
  MacAddress next_hop;
  std::optional<std::uint32_t> airtime{};  // its metric, in 0.01 TU
  std::optional<std::uint32_t> hops{};     // absent: an older kernel
  friend bool operator==(const MeshPathSeen&, const MeshPathSeen&) = default;
};

struct MeshInterfaceSeen {
  std::uint32_t index = 0;
  std::string name;
  MacAddress mac;
  std::uint32_t wiphy = 0;
  std::string mesh_id;                       // empty: not joined
  std::optional<std::uint32_t> frequency{};  // MHz
  std::optional<std::uint32_t> width{};      // MHz
  std::optional<Dbm> noise{};
  std::optional<Duration> channel_active{};  // counters: how long the radio listened there,
  std::optional<Duration> channel_busy{};    // and heard somebody
  std::vector<MeshPeerSeen> peers;
  std::vector<MeshPathSeen> paths{};  // those in use
  friend bool operator==(const MeshInterfaceSeen&, const MeshInterfaceSeen&) = default;
};

struct BatmanNeighbourSeen {
  MacAddress mac;
  std::string interface;
  Duration last_seen{};
  std::optional<BitsPerSecond> throughput{};  // BATMAN_V
  friend bool operator==(const BatmanNeighbourSeen&, const BatmanNeighbourSeen&) = default;
};
struct BatmanOriginatorSeen {
  MacAddress mac;
  MacAddress next_hop;
  std::string interface;
  Duration last_seen{};
  std::optional<std::uint8_t> quality{};      // BATMAN_IV: 0 to 255
  std::optional<BitsPerSecond> throughput{};  // BATMAN_V
  bool best = false;
  friend bool operator==(const BatmanOriginatorSeen&, const BatmanOriginatorSeen&) = default;
};
struct BatmanGatewaySeen {
  MacAddress mac;
  MacAddress next_hop;
  bool chosen = false;
  std::optional<BitsPerSecond> down{};
  std::optional<BitsPerSecond> up{};
  friend bool operator==(const BatmanGatewaySeen&, const BatmanGatewaySeen&) = default;
};
struct BatmanSeen {
  std::uint32_t index = 0;
  std::string name;          // "bat0"
  std::string algorithm;     // "BATMAN_V"
  std::string gateway_mode;  // "off", "client", "server"
  std::vector<BatmanNeighbourSeen> neighbours;
  std::vector<BatmanOriginatorSeen> originators;
  std::vector<BatmanGatewaySeen> gateways;
  friend bool operator==(const BatmanSeen&, const BatmanSeen&) = default;
};

// Effect -> MeshSeen, once.
struct LookAtMesh {};
// Event. Not ok: nothing could be seen, with the kernel's reason; NotFound: the kernel has no Wi-Fi at all.
struct MeshSeen {
  std::vector<MeshInterfaceSeen> interfaces;
  std::vector<BatmanSeen> batman;
  Status status = {};
};

// What people are told of a neighbour's link.
struct MeshPeerReport {
  std::string mac;
  std::string interface;
  std::string state;    // "established", "silent", "stuck", "gone"
  std::string trouble;  // why it is not well, in words; empty: nothing
  std::optional<Duration> inactive;
  std::optional<Duration> connected;
  std::optional<Dbm> signal;
  std::optional<BitsPerSecond> sending;
  std::optional<BitsPerSecond> receiving;
  std::optional<BitsPerSecond> expected;
  std::optional<double> retry_ratio;  // of the packets sent since the look before
  std::optional<double> failed_ratio;
  std::optional<std::uint32_t> airtime;
  friend bool operator==(const MeshPeerReport&, const MeshPeerReport&) = default;
};
struct MeshInterfaceReport {
  std::string name;
  std::string mac;
  std::string mesh_id;
  std::optional<std::uint32_t> frequency;  // MHz
  std::optional<std::uint32_t> width;
  std::optional<Dbm> noise;
  std::optional<double> busy_ratio;  // of the channel since the look before
  friend bool operator==(const MeshInterfaceReport&, const MeshInterfaceReport&) = default;
};
// A mast that batman-adv knows a way to, or 802.11s where it forwards by itself.
struct MeshWayReport {
  std::string mac;
  std::string next_hop;
  std::string interface;
  std::optional<Duration> last_seen{};  // absent: 802.11s does not tell
  std::optional<double> quality_ratio;  // of frames that come through, by BATMAN_IV
  std::optional<BitsPerSecond> throughput;
  bool is_gateway = false;
  bool chosen_gateway = false;
  std::optional<BitsPerSecond> gateway_down;
  std::optional<BitsPerSecond> gateway_up;
  std::optional<std::uint32_t> airtime{};  // of the whole way by 802.11s, in 0.01 TU
  std::optional<std::uint32_t> hops{};
  friend bool operator==(const MeshWayReport&, const MeshWayReport&) = default;
};
struct MeshReport {
  std::string state;  // "" or why nothing is seen
  std::vector<MeshInterfaceReport> interfaces;
  std::vector<MeshPeerReport> peers;
  std::string batman;  // "bat0, BATMAN_V, gateway off"; empty: none
  std::vector<MeshWayReport> ways;
  std::vector<std::string> bridged{};  // what of the mesh is one network with a village's, in words
  LendingReport lending{};
  WifiReport wifi{};
  friend bool operator==(const MeshReport&, const MeshReport&) = default;
};

}  // namespace karkara
