#include "agent/codec/wireguard.h"

#include <linux/genetlink.h>
#include <linux/if.h>
#include <linux/wireguard.h>

#include <algorithm>

#include "agent/codec/netlink_attributes.h"
#include "agent/codec/rtnetlink_objects.h"
#include "agent/codec/wireguard_endpoint.h"

namespace karkara::wireguard {
namespace {

constexpr std::size_t kLongestName = IFNAMSIZ - 1;
constexpr std::size_t kMostPeers = 1'000;
constexpr std::size_t kMostPrefixes = 4'000;
constexpr std::int64_t kLatestSecond = 253'402'300'799;  // the end of the year 9999
constexpr std::chrono::seconds kLongestKeepalive{65'535};

bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= kLongestName &&
         std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c != '/' && c < 127; });
}

void put_prefixes(const std::vector<IpPrefix>& prefixes, WipedRequest& request) {
  const std::size_t list = request.open(WGPEER_A_ALLOWEDIPS);
  for (const IpPrefix& prefix : prefixes) {
    const std::size_t element = request.open(0);
    request.u16(WGALLOWEDIP_A_FAMILY, rtnetlink::number_of(prefix.address.family()))
        .raw(WGALLOWEDIP_A_IPADDR, prefix.address.bytes())
        .u8(WGALLOWEDIP_A_CIDR_MASK, prefix.length);
    request.close(element);
  }
  request.close(list);
}

void put_peer(const PeerChange& peer, WipedRequest& request) {
  const std::size_t element = request.open(0);
  request.raw(WGPEER_A_PUBLIC_KEY, peer.public_key.bytes);
  const auto flag = [](bool set, std::uint32_t bit) { return set ? bit : 0U; };
  const std::uint32_t flags = flag(peer.remove, WGPEER_F_REMOVE_ME) | flag(peer.only_if_there, WGPEER_F_UPDATE_ONLY) |
                              flag(peer.allowed.has_value(), WGPEER_F_REPLACE_ALLOWEDIPS);
  if (flags != 0) {
    request.u32(WGPEER_A_FLAGS, flags);
  }
  if (peer.preshared != nullptr) {
    request.raw(WGPEER_A_PRESHARED_KEY, peer.preshared->bytes());
  }
  if (peer.endpoint) {
    request.raw(WGPEER_A_ENDPOINT, encode_endpoint(*peer.endpoint));
  }
  if (peer.keepalive) {
    request.u16(WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL, static_cast<std::uint16_t>(peer.keepalive->count()));
  }
  if (peer.allowed) {
    put_prefixes(*peer.allowed, request);
  }
  request.close(element);
}

// NetlinkAttributes knows the shortest length only; these have one.
template <class T>
void take(NetlinkAttributes& attributes, unsigned type, T& into, Status& status) {
  const auto content = attributes.bytes(type, sizeof(T));
  if (!content) {
    return;
  }
  if (content->size() != sizeof(T)) {
    status = Error{ErrorCode::InvalidArgument, "wrong length of attribute " + std::to_string(type)};
    return;
  }
  std::memcpy(&into, content->data(), sizeof(T));
}

Result<std::optional<WallTime>> handshake_of(std::span<const std::byte> content) {
  struct {
    std::int64_t seconds;
    std::int64_t nanoseconds;
  } time{};
  if (content.size() != sizeof time) {
    return Error{ErrorCode::InvalidArgument, "a handshake's time of a wrong length"};
  }
  std::memcpy(&time, content.data(), sizeof time);
  if (time.seconds < 0 || time.seconds > kLatestSecond || time.nanoseconds < 0 || time.nanoseconds > 999'999'999) {
    return Error{ErrorCode::InvalidArgument, "a handshake at an impossible time"};
  }
  if (time.seconds == 0 && time.nanoseconds == 0) {
    return std::optional<WallTime>{};
  }
  return std::optional{WallTime{std::chrono::microseconds{time.seconds * 1'000'000 + time.nanoseconds / 1'000}}};
}

Status take_prefix(std::span<const std::byte> element, Peer& peer) {
  NetlinkAttributes attributes{element};
  Status status;
  std::uint16_t family_number = 0;
  std::uint8_t length = 0;
  take(attributes, WGALLOWEDIP_A_FAMILY, family_number, status);
  take(attributes, WGALLOWEDIP_A_CIDR_MASK, length, status);
  const auto bytes = attributes.bytes(WGALLOWEDIP_A_IPADDR, 4);
  if (!status || !attributes.status()) {
    return status ? attributes.status() : status;
  }
  const auto address = bytes ? IpAddress::from_bytes(*bytes) : std::nullopt;
  if (!address || family_number != rtnetlink::number_of(address->family()) || length > address->size() * 8) {
    return Error{ErrorCode::InvalidArgument, "an impossible prefix of a peer"};
  }
  if (peer.allowed.size() == kMostPrefixes) {
    return Error{ErrorCode::ResourceExhausted, "a peer with too many prefixes"};
  }
  peer.allowed.push_back({*address, length});
  return {};
}

Status take_details(NetlinkAttributes& attributes, Peer& peer) {
  Status status;
  std::uint16_t keepalive = static_cast<std::uint16_t>(peer.keepalive.count());
  take(attributes, WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL, keepalive, status);
  peer.keepalive = std::chrono::seconds{keepalive};
  take(attributes, WGPEER_A_RX_BYTES, peer.received_bytes, status);
  take(attributes, WGPEER_A_TX_BYTES, peer.sent_bytes, status);
  if (const auto content = attributes.bytes(WGPEER_A_LAST_HANDSHAKE_TIME, 0); content && status) {
    const auto time = handshake_of(*content);
    status = time ? Status{} : Status{time.error()};
    peer.last_handshake = time ? *time : std::nullopt;
  }
  if (const auto content = attributes.bytes(WGPEER_A_ENDPOINT, 0); content && status) {
    const auto endpoint = decode_endpoint(*content);
    status = endpoint ? Status{} : Status{endpoint.error()};
    peer.endpoint = endpoint ? std::optional{*endpoint} : std::nullopt;
  }
  return status ? attributes.status() : status;
}

// A peer whose prefixes do not fit comes again at the head of the next message.
Status take_peer(std::span<const std::byte> element, Device& device) {
  NetlinkAttributes attributes{element};
  if (!attributes.has(WGPEER_A_PUBLIC_KEY)) {
    return Error{ErrorCode::NotFound, "a peer without key"};
  }
  Status status;
  WireguardKey key;
  take(attributes, WGPEER_A_PUBLIC_KEY, key.bytes, status);
  if (!status || !attributes.status()) {
    return status ? attributes.status() : status;
  }
  if (device.peers.empty() || device.peers.back().public_key != key) {
    if (device.peers.size() == kMostPeers) {
      return Error{ErrorCode::ResourceExhausted, "too many peers"};
    }
    device.peers.push_back(Peer{key});
  }
  Peer& peer = device.peers.back();
  const auto prefixes = attributes.bytes(WGPEER_A_ALLOWEDIPS, 0);
  status = take_details(attributes, peer);
  if (prefixes && status) {
    status = genetlink::each_element(*prefixes, [&](auto prefix) { return take_prefix(prefix, peer); });
  }
  return status;
}

Status take_device(std::span<const std::byte> content, Device& device) {
  NetlinkAttributes attributes{content};
  Status status;
  take(attributes, WGDEVICE_A_IFINDEX, device.link, status);
  take(attributes, WGDEVICE_A_LISTEN_PORT, device.listen_port, status);
  take(attributes, WGDEVICE_A_FWMARK, device.mark, status);
  if (attributes.has(WGDEVICE_A_PUBLIC_KEY)) {
    WireguardKey key;
    take(attributes, WGDEVICE_A_PUBLIC_KEY, key.bytes, status);
    device.public_key = key.is_zero() ? std::nullopt : std::optional{key};
  }
  if (auto name = attributes.name(WGDEVICE_A_IFNAME, kLongestName)) {
    device.interface = std::move(*name);
  }
  const auto peers = attributes.bytes(WGDEVICE_A_PEERS, 0);
  if (!status || !attributes.status()) {
    return status ? attributes.status() : status;
  }
  return peers ? genetlink::each_element(*peers, [&](auto peer) { return take_peer(peer, device); }) : status;
}

}  // namespace

const Peer* Device::find(const WireguardKey& key) const {
  const auto found = std::find_if(peers.begin(), peers.end(), [&](const Peer& peer) { return peer.public_key == key; });
  return found == peers.end() ? nullptr : &*found;
}

Result<WipedRequest> encode_change(std::uint16_t family, const DeviceChange& change) {
  const bool impossible = std::any_of(change.peers.begin(), change.peers.end(), [](const PeerChange& peer) {
    return peer.keepalive && (*peer.keepalive < std::chrono::seconds{0} || *peer.keepalive > kLongestKeepalive);
  });
  if (!is_name(change.interface) || impossible) {
    return Error{ErrorCode::InvalidArgument, "wireguard: no name of an interface, or an impossible keepalive"};
  }
  const genlmsghdr header{WG_CMD_SET_DEVICE, WG_GENL_VERSION, 0};
  WipedRequest request{family, NLM_F_REQUEST | NLM_F_ACK, header};
  request.text(WGDEVICE_A_IFNAME, change.interface);
  if (change.replace_peers) {
    request.u32(WGDEVICE_A_FLAGS, WGDEVICE_F_REPLACE_PEERS);
  }
  if (change.private_key != nullptr) {
    request.raw(WGDEVICE_A_PRIVATE_KEY, change.private_key->bytes());
  }
  if (change.listen_port) {
    request.u16(WGDEVICE_A_LISTEN_PORT, *change.listen_port);
  }
  if (change.mark) {
    request.u32(WGDEVICE_A_FWMARK, *change.mark);
  }
  if (!change.peers.empty()) {
    const std::size_t list = request.open(WGDEVICE_A_PEERS);
    for (const PeerChange& peer : change.peers) {
      put_peer(peer, request);
    }
    request.close(list);
  }
  if (request.bytes().empty()) {
    return Error{ErrorCode::ResourceExhausted, "wireguard: more peers and prefixes than fit one request"};
  }
  return request;
}

NetlinkBytes encode_get(std::uint16_t family, const std::string& interface) {
  const genlmsghdr header{WG_CMD_GET_DEVICE, WG_GENL_VERSION, 0};
  NetlinkRequest request{family, NLM_F_REQUEST | NLM_F_DUMP, 0, header};
  return request.text(WGDEVICE_A_IFNAME, interface).bytes();
}

Result<bool> add_to(Device& device, const NetlinkMessage& message, std::uint16_t family) {
  const auto body = genetlink::take_body(message, family);
  if (!body) {
    return body.error();
  }
  if (!*body || (*body)->command != WG_CMD_GET_DEVICE) {
    return false;
  }
  const Status status = take_device((*body)->attributes, device);
  return status ? Result<bool>{true} : Result<bool>{status.error().in("wireguard")};
}

}  // namespace karkara::wireguard
