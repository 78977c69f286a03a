// One decoder for each kind of rtnetlink object: the payload behind the nlmsghdr, to a value.
// Nothing (std::nullopt, no route) means well-formed but of no interest. Called by agent/codec/rtnetlink.cc only.
#pragma once

#include <cstring>
#include <optional>
#include <span>
#include <vector>

#include "agent/facts/kernel.h"
#include "common/result.h"

namespace karkara::rtnetlink {

template <class T>
using Found = Result<std::optional<T>>;

[[nodiscard]] Found<Link> decode_link(std::span<const std::byte> payload, bool gone);
[[nodiscard]] Found<LinkAddress> decode_address(std::span<const std::byte> payload);
// One for each of the first 64 next hops (RTA_MULTIPATH) that a Route can tell, never taken for ours.
[[nodiscard]] Result<std::vector<Route>> decode_routes(std::span<const std::byte> payload);
[[nodiscard]] Found<Rule> decode_rule(std::span<const std::byte> payload);

// The fixed part in front of the attributes, copied out because of its alignment; shortens 'payload' by it.
template <class T>
[[nodiscard]] Result<T> take_header(std::span<const std::byte>& payload) {
  if (payload.size() < sizeof(T)) {
    return Error{ErrorCode::DataLoss, "a cut message header"};
  }
  T header{};
  std::memcpy(&header, payload.data(), sizeof(T));
  payload = payload.subspan(sizeof(T));
  return header;
}

// The kernel's AF_...; their header is for those who make sockets.
inline constexpr unsigned char kAnyFamily = 0;
inline constexpr unsigned char kIpv4Family = 2;
inline constexpr unsigned char kIpv6Family = 10;

// Nothing for other families.
[[nodiscard]] std::optional<IpFamily> family_of(unsigned char address_family);
[[nodiscard]] unsigned char number_of(IpFamily family);

}  // namespace karkara::rtnetlink
