// Whether a prefix has an address in it, and its first address. Pure.
#pragma once

#include <algorithm>
#include <array>

#include "agent/facts/ip.h"

namespace karkara {

// The address with its host bits cleared: 10.1.2.3/24 is the network 10.1.2.0/24.
[[nodiscard]] inline IpPrefix network_of(const IpPrefix& prefix) {
  std::array<std::byte, 16> bytes{};
  const auto given = prefix.address.bytes();
  for (std::size_t i = 0; i < given.size(); ++i) {
    const int bits = std::clamp(static_cast<int>(prefix.length) - static_cast<int>(i * 8), 0, 8);
    bytes[i] = given[i] & static_cast<std::byte>(0xff << (8 - bits));
  }
  return {*IpAddress::from_bytes(std::span{bytes}.first(given.size())), prefix.length};
}

[[nodiscard]] inline bool holds(const IpPrefix& prefix, const IpAddress& address) {
  return prefix.address.family() == address.family() &&
         network_of({address, prefix.length}).address == network_of(prefix).address;
}

// Whether all of 'inner' lies in 'outer'.
[[nodiscard]] inline bool holds(const IpPrefix& outer, const IpPrefix& inner) {
  return outer.length <= inner.length && holds(outer, inner.address);
}

// Of one link only: 169.254.0.0/16, fe80::/10.
[[nodiscard]] inline bool is_link_local(const IpAddress& address) {
  const auto first = std::to_integer<unsigned>(address.bytes()[0]);
  const auto second = std::to_integer<unsigned>(address.bytes()[1]);
  return address.family() == IpFamily::V4 ? first == 169 && second == 254 : first == 0xfe && (second & 0xc0U) == 0x80;
}

}  // namespace karkara
