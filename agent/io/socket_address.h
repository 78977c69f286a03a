// IpEndpoint to and from the kernel's sockaddr. Refuses families other than IPv4 and IPv6.
#pragma once

#include <sys/socket.h>

#include <optional>

#include "agent/facts/ip.h"

namespace karkara {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);  // as given: room for the kernel to write

  SocketAddress() = default;
  explicit SocketAddress(const IpEndpoint& endpoint);
  [[nodiscard]] std::optional<IpEndpoint> endpoint() const;  // nothing for another family
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

}  // namespace karkara
