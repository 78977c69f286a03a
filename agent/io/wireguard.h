// The kernel's WireGuard interfaces: makes one, sets it up, reads it, and removes it. One that is there already is
// adopted: its session with the hub goes on. Refuses an interface of the same name that is no WireGuard, and to decide
// when. Called by TunnelActions.
#pragma once

#include <cstdint>
#include <string>

#include "agent/codec/wireguard.h"
#include "agent/facts/tunnel.h"
#include "agent/io/netlink_conversation.h"

namespace karkara {

class Wireguard {
 public:
  // FailedPrecondition: this kernel has no WireGuard.
  static Result<Wireguard> open();

  // Interface, keys, hub, addresses, MTU, up. The hub becomes the only peer, and everything may come from it. May be
  // repeated, and then changes only what differs. preshared: null for none.
  [[nodiscard]] Status put(const WantTunnel& want, const SecretKey& own, const SecretKey* preshared);
  // NotFound: no such interface. FailedPrecondition: it is another kind of interface.
  [[nodiscard]] Result<wireguard::Device> read(const std::string& interface);
  // The hub learns the new path within half a round trip: a keepalive at once, or a handshake without a session. The
  // source address and the route that the kernel remembers are forgotten, and the hub is where it was configured.
  [[nodiscard]] Status nudge(const TunnelEnds& ends);
  // One that is gone already is no error.
  [[nodiscard]] Status remove(const std::string& interface);

 private:
  Wireguard(NetlinkConversation routes, NetlinkConversation generic, std::uint16_t family);
  [[nodiscard]] Status make(const std::string& interface);
  [[nodiscard]] Status change(const wireguard::DeviceChange& change);
  [[nodiscard]] Status set_addresses(std::uint32_t link, const std::vector<IpPrefix>& wanted);

  NetlinkConversation routes_;
  NetlinkConversation generic_;
  std::uint16_t family_;
};

}  // namespace karkara
