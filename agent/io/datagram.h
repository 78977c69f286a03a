// One datagram into a UDP socket or out of it, at once or not at all. Refuses to wait and to know what is said. Used by
// the sockets of probes and of hellos.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>

#include "agent/facts/ip.h"

namespace karkara {

using DatagramRoom = std::array<std::byte, 2048>;  // what is longer is cut: ours are shorter

struct Datagram {
  std::optional<IpEndpoint> from;  // none: no IP address
  std::span<const std::byte> content;
};

// The errno; 0: it is on its way.
[[nodiscard]] int send_datagram(int fd, const IpEndpoint& to, std::span<const std::byte> content);
// None waits any more: nothing. The content is in 'room'.
[[nodiscard]] std::optional<Datagram> receive_datagram(int fd, DatagramRoom& room);

}  // namespace karkara
