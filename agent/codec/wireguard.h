// WireGuard over generic netlink (linux/wireguard.h): changes of a device to bytes, the answers of a dump to values.
// Refuses to take secret keys out of answers; those that go in lie in a request that wipes itself. Called by agent/io's
// Wireguard.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/codec/genetlink.h"
#include "agent/codec/wiped_request.h"
#include "agent/facts/ip.h"
#include "agent/facts/wireguard_key.h"
#include "common/time.h"

namespace karkara::wireguard {

inline constexpr const char* kFamilyName = "wireguard";

// What is left out stays as it is. The kernel takes the peers in order, and one may come more than once.
struct PeerChange {
  WireguardKey public_key;
  bool remove = false;
  bool only_if_there = false;
  const SecretKey* preshared = nullptr;  // all zero: none from now on
  std::optional<IpEndpoint> endpoint{};
  std::optional<std::chrono::seconds> keepalive{};  // 0: none; a change from 0 sends one at once
  std::optional<std::vector<IpPrefix>> allowed{};   // in place of what is there
};
struct DeviceChange {
  std::string interface;
  bool replace_peers = false;  // ends the sessions of all
  const SecretKey* private_key = nullptr;
  std::optional<std::uint16_t> listen_port{};
  std::optional<std::uint32_t> mark{};  // also when it stays the same the peers forget their source addresses
  std::vector<PeerChange> peers{};
};
// InvalidArgument: no name of an interface, a keepalive beyond 65535 s. ResourceExhausted: too many peers or prefixes.
[[nodiscard]] Result<WipedRequest> encode_change(std::uint16_t family, const DeviceChange& change);

struct Peer {
  WireguardKey public_key;
  std::optional<IpEndpoint> endpoint{};
  std::optional<WallTime> last_handshake{};  // none: never
  std::uint64_t received_bytes = 0;
  std::uint64_t sent_bytes = 0;
  std::chrono::seconds keepalive{0};
  std::vector<IpPrefix> allowed{};
  friend bool operator==(const Peer&, const Peer&) = default;
};
struct Device {
  std::uint32_t link = 0;  // interface index
  std::string interface;
  std::optional<WireguardKey> public_key{};  // none: it has no key yet
  std::uint16_t listen_port = 0;
  std::uint32_t mark = 0;
  std::vector<Peer> peers{};

  [[nodiscard]] const Peer* find(const WireguardKey& key) const;
  friend bool operator==(const Device&, const Device&) = default;
};
[[nodiscard]] NetlinkBytes encode_get(std::uint16_t family, const std::string& interface);
// A device comes in one or several messages; each goes in here. False for what is none. Errors: as
// NetlinkAttributes::status(), NotFound for a peer without key, ResourceExhausted for more than anybody has.
[[nodiscard]] Result<bool> add_to(Device& device, const NetlinkMessage& message, std::uint16_t family);

}  // namespace karkara::wireguard
