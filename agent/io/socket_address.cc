#include "agent/io/socket_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

namespace karkara {

SocketAddress::SocketAddress(const IpEndpoint& endpoint) {
  const auto bytes = endpoint.address.bytes();
  if (endpoint.address.family() == IpFamily::V4) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(endpoint.port);
    std::memcpy(&v4.sin_addr, bytes.data(), bytes.size());
    size = sizeof(v4);
    std::memcpy(&storage, &v4, sizeof(v4));
  } else {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(endpoint.port);
    std::memcpy(&v6.sin6_addr, bytes.data(), bytes.size());
    size = sizeof(v6);
    std::memcpy(&storage, &v6, sizeof(v6));
  }
}

std::optional<IpEndpoint> SocketAddress::endpoint() const {
  if (storage.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &storage, sizeof(v4));
    return IpEndpoint{*IpAddress::from_bytes(std::as_bytes(std::span{&v4.sin_addr, 1})), ntohs(v4.sin_port)};
  }
  if (storage.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &storage, sizeof(v6));
    return IpEndpoint{*IpAddress::from_bytes(std::as_bytes(std::span{&v6.sin6_addr, 1})), ntohs(v6.sin6_port)};
  }
  return std::nullopt;
}

}  // namespace karkara
