// A WireGuard tunnel to a hub, as plain values: what it should be, what is seen of it. Refuses secrets: files are named
// here, their content stays in agent/io. The tunnel core of agent/uplink makes the effects, agent/io/tunnel_actions
// carries them out.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/facts/ip.h"
#include "agent/facts/wireguard_key.h"
#include "common/result.h"
#include "common/time.h"

namespace karkara {

// Which interface, and who is at its other end.
struct TunnelEnds {
  std::string interface;
  WireguardKey hub_key;
  IpEndpoint hub;
  std::uint32_t mark = 0;             // of the outer packets: decides which routes they follow
  std::chrono::seconds keepalive{0};  // 0: none
  friend bool operator==(const TunnelEnds&, const TunnelEnds&) = default;
};

// --- effects ------------------------------------------------------------------------------------------------------
// Makes the interface, or adopts the one that is there without ending its session. May be repeated.
struct WantTunnel {
  TunnelEnds ends;
  std::string key_file;            // made when there is none
  std::string preshared_key_file;  // empty: no preshared key
  std::uint16_t listen_port = 0;   // 0: one that the kernel picks
  std::vector<IpPrefix> addresses;
  std::uint32_t mtu = 0;
  friend bool operator==(const WantTunnel&, const WantTunnel&) = default;
};  // -> TunnelSeen
// The outer path changed: forget the source address and say something to the hub at once.
struct NudgeTunnel {
  TunnelEnds ends;
  friend bool operator==(const NudgeTunnel&, const NudgeTunnel&) = default;
};  // -> nothing; the next look tells
struct ReadTunnel {
  std::string interface;
  WireguardKey hub_key;
  friend bool operator==(const ReadTunnel&, const ReadTunnel&) = default;
};  // -> TunnelSeen
struct WithdrawTunnel {
  std::string interface;
  friend bool operator==(const WithdrawTunnel&, const WithdrawTunnel&) = default;
};  // -> nothing

// --- events -------------------------------------------------------------------------------------------------------
// What the kernel counts of the hub.
struct HubTraffic {
  // By the wall clock of that moment, which may have jumped since: good for seeing a change, not for an age.
  std::optional<WallTime> last_handshake{};
  std::optional<Duration> handshake_age{};  // only while it can be believed: not negative, not beyond a session's life
  std::uint64_t received_bytes = 0;         // authentic ones only
  std::uint64_t sent_bytes = 0;
  std::optional<IpEndpoint> endpoint{};
  friend bool operator==(const HubTraffic&, const HubTraffic&) = default;
};
struct TunnelSeen {
  std::string interface;
  Status status;                        // what WantTunnel or ReadTunnel came to; NotFound: the interface is gone
  std::optional<WireguardKey> own_key;  // public, for the hub's operator
  std::optional<HubTraffic> hub;        // nothing: the interface does not know the hub
};

}  // namespace karkara
