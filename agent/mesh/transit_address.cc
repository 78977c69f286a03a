#include "agent/mesh/transit_address.h"

#include <array>
#include <string>

#include "common/fnv1a.h"

namespace karkara {
namespace {

constexpr unsigned kBits = 32;

std::uint32_t number_of(const IpAddress& address) {
  std::uint32_t number = 0;
  for (const std::byte byte : address.bytes()) {
    number = number << 8U | std::to_integer<std::uint32_t>(byte);
  }
  return number;
}

std::uint32_t host_mask(const IpPrefix& network) {
  return network.length == 0 ? 0xffff'ffffU : (1U << (kBits - network.length)) - 1;
}

}  // namespace

std::optional<IpAddress> transit_address(const IpPrefix& network, const SiteId& site, unsigned salt) {
  constexpr unsigned kLongest = 30;
  if (network.address.family() != IpFamily::V4 || network.length > kLongest || network.length == 0) {
    return std::nullopt;
  }
  const std::uint32_t mask = host_mask(network);
  const std::uint64_t hash = fnv1a(site.text() + "/" + std::to_string(salt));
  const auto host = static_cast<std::uint32_t>(hash % (mask - 1)) + 1;
  const std::uint32_t number = (number_of(network.address) & ~mask) | host;
  const std::array bytes{static_cast<std::byte>(number >> 24U), static_cast<std::byte>(number >> 16U),
                         static_cast<std::byte>(number >> 8U), static_cast<std::byte>(number)};
  return IpAddress::from_bytes(bytes);
}

bool is_of(const IpPrefix& network, const SiteId& site, const IpAddress& address) {
  for (unsigned salt = 0; salt < kMostSalts; ++salt) {
    if (transit_address(network, site, salt) == address) {
      return true;
    }
  }
  return false;
}

bool is_in(const IpPrefix& network, const IpAddress& address) {
  return address.family() == IpFamily::V4 && network.address.family() == IpFamily::V4 &&
         ((number_of(network.address) ^ number_of(address)) & ~host_mask(network)) == 0;
}

}  // namespace karkara
