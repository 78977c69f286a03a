#include "agent/io/wireguard.h"

#include <linux/netlink.h>
#include <net/if.h>

#include <algorithm>
#include <cerrno>

#include "agent/codec/genetlink.h"
#include "agent/codec/link_request.h"
#include "agent/io/errno_error.h"
#include "agent/io/kernel_sockets.h"
#include "agent/io/rtnetlink_requests.h"

namespace karkara {
namespace {

constexpr const char* kKind = "wireguard";

std::vector<IpPrefix> everything() {
  return {IpPrefix::everything(IpFamily::V4), IpPrefix::everything(IpFamily::V6)};
}

Error no_wireguard() {
  return {ErrorCode::FailedPrecondition, "wireguard: this kernel lacks CONFIG_WIREGUARD"};
}

// The kernel tells whoever may ask also the secret keys. They lie in the socket's own buffer, which is ours to write.
void wipe_answer(const NetlinkMessage& message) {
  wipe({const_cast<std::byte*>(message.payload.data()), message.payload.size()});
}

Result<std::uint16_t> find_family(NetlinkConversation& generic) {
  std::optional<genetlink::Family> family;
  auto request = genetlink::encode_get_family(wireguard::kFamilyName);
  const auto ending = generic.ask(request, [&](const NetlinkMessage& message) -> Status {
    auto decoded = genetlink::decode_family(message);
    if (!decoded) {
      return decoded.error();
    }
    if (*decoded) {
      family = std::move(**decoded);
    }
    return {};
  });
  if (!ending) {
    return ending.error();
  }
  if (ending->error == ENOENT) {
    return no_wireguard();
  }
  if (ending->error != 0 || !family) {
    return errno_error(ending->error == 0 ? EPROTO : ending->error, "wireguard");
  }
  return family->id;
}

// Only what differs: a port or a mark that is set again disturbs the session. A preshared key cannot be compared.
wireguard::PeerChange hub_change(const TunnelEnds& ends, const SecretKey* preshared, const wireguard::Peer* now) {
  wireguard::PeerChange hub;
  hub.public_key = ends.hub_key;
  hub.preshared = preshared;
  if (now == nullptr || now->endpoint != ends.hub) {
    hub.endpoint = ends.hub;
  }
  if (now == nullptr || now->keepalive != ends.keepalive) {
    hub.keepalive = ends.keepalive;
  }
  std::vector<IpPrefix> allowed = now != nullptr ? now->allowed : std::vector<IpPrefix>{};
  std::sort(allowed.begin(), allowed.end());
  if (allowed != everything()) {
    hub.allowed = everything();
  }
  return hub;
}

wireguard::DeviceChange difference(const WantTunnel& want, const SecretKey& own, const SecretKey* preshared,
                                   const wireguard::Device& now) {
  wireguard::DeviceChange change;
  change.interface = want.ends.interface;
  change.private_key = &own;  // the kernel leaves the same one alone
  if (want.listen_port != 0 && want.listen_port != now.listen_port) {
    change.listen_port = want.listen_port;
  }
  if (want.ends.mark != now.mark) {
    change.mark = want.ends.mark;
  }
  const wireguard::Peer* hub = now.find(want.ends.hub_key);
  change.replace_peers = hub == nullptr;
  change.peers.push_back(hub_change(want.ends, preshared, hub));
  for (const wireguard::Peer& other : now.peers) {
    if (hub != nullptr && other.public_key != want.ends.hub_key) {
      change.peers.push_back({.public_key = other.public_key, .remove = true, .only_if_there = true});
    }
  }
  return change;
}

}  // namespace

Wireguard::Wireguard(NetlinkConversation routes, NetlinkConversation generic, std::uint16_t family)
    : routes_{std::move(routes)}, generic_{std::move(generic)}, family_{family} {}

Result<Wireguard> Wireguard::open() {
  auto routes = NetlinkConversation::open(NETLINK_ROUTE);
  auto generic = NetlinkConversation::open(NETLINK_GENERIC);
  if (!routes || !generic) {
    return (routes ? generic.error() : routes.error()).in("wireguard");
  }
  const auto family = find_family(*generic);
  if (!family) {
    return family.error();
  }
  return Wireguard{std::move(*routes), std::move(*generic), *family};
}

Status Wireguard::put(const WantTunnel& want, const SecretKey& own, const SecretKey* preshared) {
  if (auto status = make(want.ends.interface); !status) {
    return status;
  }
  const auto now = read(want.ends.interface);
  if (!now) {
    return now.error();
  }
  const SecretKey none{std::array<std::byte, kWireguardKeySize>{}};
  if (auto status = change(difference(want, own, preshared != nullptr ? preshared : &none, *now)); !status) {
    return status;
  }
  if (auto status = set_addresses(now->link, want.addresses); !status) {
    return status;
  }
  auto request = rtnetlink::encode_link_up(now->link, want.mtu);
  return acknowledged(routes_, request, want.ends.interface);
}

Result<wireguard::Device> Wireguard::read(const std::string& interface) {
  wireguard::Device device;
  auto request = wireguard::encode_get(family_, interface);
  const auto ending = generic_.ask(request, [&](const NetlinkMessage& message) {
    const auto taken = wireguard::add_to(device, message, family_);
    wipe_answer(message);
    return taken ? Status{} : Status{taken.error()};
  });
  if (!ending) {
    return ending.error();
  }
  switch (ending->error) {
    case 0: break;
    case ENODEV: return Error{ErrorCode::NotFound, interface + ": no such interface"};
    case EOPNOTSUPP: return Error{ErrorCode::FailedPrecondition, interface + " is there, but is no WireGuard"};
    default: return errno_error(ending->error, interface);  // foreign: errno has many more
  }
  if (device.link == 0) {
    return Error{ErrorCode::NotFound, interface + ": the kernel tells nothing of it"};
  }
  return device;
}

Status Wireguard::nudge(const TunnelEnds& ends) {
  using std::chrono::seconds;
  wireguard::DeviceChange says;
  says.interface = ends.interface;
  says.mark = ends.mark;  // the same, but the peers forget their sources
  // Only a change from none sends a keepalive.
  const seconds lasting = ends.keepalive > seconds{0} ? ends.keepalive : seconds{1};
  says.peers.push_back(
      {.public_key = ends.hub_key, .only_if_there = true, .endpoint = ends.hub, .keepalive = seconds{0}});
  says.peers.push_back({.public_key = ends.hub_key, .only_if_there = true, .keepalive = lasting});
  if (ends.keepalive == seconds{0}) {
    says.peers.push_back({.public_key = ends.hub_key, .only_if_there = true, .keepalive = seconds{0}});
  }
  return change(says);
}

Status Wireguard::remove(const std::string& interface) {
  const auto device = read(interface);
  if (!device) {
    return device.error().code == ErrorCode::NotFound ? Status{} : device.error();
  }
  auto request = rtnetlink::encode_remove_link(device->link);
  return acknowledged(routes_, request, interface);
}

Status Wireguard::make(const std::string& interface) {
  if (::if_nametoindex(interface.c_str()) != 0) {
    return {};
  }
  auto request = rtnetlink::encode_add_link(interface, kKind);
  const auto ending = routes_.ask(request);
  if (!ending) {
    return ending.error();
  }
  switch (ending->error) {
    case 0:
    case EEXIST: return {};
    case EOPNOTSUPP: return no_wireguard();
    default: return errno_error(ending->error, interface);  // foreign: errno has many more
  }
}

Status Wireguard::change(const wireguard::DeviceChange& change) {
  auto request = wireguard::encode_change(family_, change);
  return request ? acknowledged(generic_, request->bytes(), change.interface) : request.error();
}

Status Wireguard::set_addresses(std::uint32_t link, const std::vector<IpPrefix>& wanted) {
  auto requests = RtnetlinkRequests::open();
  if (!requests) {
    return requests.error();
  }
  const auto seen = requests->dump();
  if (!seen) {
    return seen.error();
  }
  for (const LinkAddress& address : seen.value().addresses) {
    if (address.link == link && address.global && std::count(wanted.begin(), wanted.end(), address.prefix) == 0) {
      if (auto status = requests->change(RemoveAddress{{link, address.prefix, std::nullopt, std::nullopt}}); !status) {
        return status;
      }
    }
  }
  for (const IpPrefix& prefix : wanted) {
    if (auto status = requests->put_unmarked(PutAddress{{link, prefix, std::nullopt, std::nullopt}}); !status) {
      return status.error().in(prefix.text());
    }
  }
  return {};
}

}  // namespace karkara
