// A peer's address and port as WireGuard's netlink carries it: struct sockaddr_in or sockaddr_in6, byte by byte, as
// their headers are for those who make sockets. Refuses other families. Called by agent/codec/wireguard.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "agent/facts/ip.h"
#include "common/result.h"

namespace karkara::wireguard {

[[nodiscard]] std::vector<std::byte> encode_endpoint(const IpEndpoint& endpoint);
// InvalidArgument: a length that is neither structure's, or another family.
[[nodiscard]] Result<IpEndpoint> decode_endpoint(std::span<const std::byte> content);

}  // namespace karkara::wireguard
