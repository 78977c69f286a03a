#include "agent/codec/traffic_control_pick.h"

#include <endian.h>
#include <linux/pkt_cls.h>

#include <array>
#include <bit>
#include <cstring>

#include "agent/facts/prefix_match.h"

namespace karkara::traffic_control {
namespace {

constexpr std::uint8_t kLongest = 32;
constexpr int kDestination = 16;  // bytes into the header of IPv4

using Keys = std::array<tc_u32_key, 2>;

std::uint32_t mask_of(std::uint8_t length) {
  return htobe32(~std::uint32_t{0} << (kLongest - length));
}

// The filter hangs at all protocols, and what stands there in another one's header may look like the address.
Keys keys_of(const IpPrefix& network) {
  Keys keys{};
  keys[0].mask = htobe32(0xf000'0000);
  keys[0].val = htobe32(0x4000'0000);
  keys[1].mask = mask_of(network.length);
  std::memcpy(&keys[1].val, network.address.bytes().data(), sizeof keys[1].val);
  keys[1].off = kDestination;
  return keys;
}

std::optional<IpPrefix> network_in(const Keys& keys) {
  const auto length = static_cast<std::uint8_t>(std::popcount(keys[1].mask));
  const auto address = IpAddress::from_bytes(std::as_bytes(std::span{&keys[1].val, 1}));
  const IpPrefix network{*address, length};
  if (!is_network(network)) {
    return std::nullopt;
  }
  const Keys ours = keys_of(network);
  return std::memcmp(&ours, &keys, sizeof ours) == 0 ? std::optional{network} : std::nullopt;
}

}  // namespace

bool is_network(const IpPrefix& prefix) {
  return prefix.address.family() == IpFamily::V4 && prefix.length > 0 && prefix.length <= kLongest &&
         network_of(prefix) == prefix;
}

NetlinkBytes encode_pick(const std::optional<IpPrefix>& to) {
  tc_u32_sel selector{};
  selector.flags = TC_U32_TERMINAL;
  selector.nkeys = to ? 2 : 0;
  NetlinkBytes bytes(sizeof selector + selector.nkeys * sizeof(tc_u32_key));
  std::memcpy(bytes.data(), &selector, sizeof selector);
  if (to) {
    const Keys keys = keys_of(*to);
    std::memcpy(bytes.data() + sizeof selector, &keys, sizeof keys);
  }
  return bytes;
}

std::optional<Pick> decode_pick(std::span<const std::byte> selector) {
  tc_u32_sel head{};
  if (selector.size() < sizeof head) {
    return std::nullopt;
  }
  std::memcpy(&head, selector.data(), sizeof head);
  const auto rest = selector.subspan(sizeof head);
  Keys keys{};
  if ((head.flags & TC_U32_TERMINAL) == 0 || head.nkeys > keys.size() || rest.size() < head.nkeys * sizeof keys[0]) {
    return std::nullopt;
  }
  std::memcpy(keys.data(), rest.data(), head.nkeys * sizeof keys[0]);
  if (head.nkeys < keys.size()) {
    return keys[0].mask == 0 ? std::optional{Pick{}} : std::nullopt;  // tc(8) cannot say it without a key
  }
  const auto network = network_in(keys);
  return network ? std::optional{Pick{network}} : std::nullopt;
}

}  // namespace karkara::traffic_control
