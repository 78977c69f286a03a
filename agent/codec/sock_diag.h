// TCP sockets over sock_diag (man 7 sock_diag, linux/inet_diag.h): requests to bytes, sockets of a dump to values.
// Refuses listening sockets and those in TIME_WAIT: there is nothing to end. Called by agent/io's dead_sockets.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "agent/codec/netlink_message.h"
#include "agent/codec/netlink_request.h"
#include "agent/facts/ip.h"

namespace karkara::sock_diag {

inline constexpr std::size_t kIdentitySize = 48;  // struct inet_diag_sockid

struct TcpSocket {
  IpFamily family = IpFamily::V4;  // of the socket: one of IPv6 may have an IPv4 address
  IpAddress local;                 // "::ffff:10.0.0.1" is 10.0.0.1 here
  std::uint16_t local_port = 0;
  std::uint32_t inode = 0;  // what /proc/PID/fd shows; 0: no process holds it any more
  std::array<std::byte, kIdentitySize> identity{};
};

// Of one family of sockets, in the states that SOCK_DESTROY can end.
[[nodiscard]] NetlinkBytes encode_dump(IpFamily family);
// Ends the connection: its owner reads ECONNABORTED, the peer gets a reset. Only this very socket, by its cookie.
[[nodiscard]] NetlinkBytes encode_destroy(const TcpSocket& socket);

// Nothing for what is no socket, or of another family.
[[nodiscard]] Result<std::optional<TcpSocket>> decode_socket(const NetlinkMessage& message);

}  // namespace karkara::sock_diag
