#include "agent/io/datagram.h"

#include <sys/socket.h>

#include <cerrno>

#include "agent/io/socket_address.h"

namespace karkara {

int send_datagram(int fd, const IpEndpoint& to, std::span<const std::byte> content) {
  const SocketAddress address{to};
  const ssize_t sent =
      sendto(fd, content.data(), content.size(), MSG_DONTWAIT | MSG_NOSIGNAL, address.get(), address.size);
  return sent < 0 ? errno : 0;
}

std::optional<Datagram> receive_datagram(int fd, DatagramRoom& room) {
  SocketAddress from;
  const ssize_t size =
      recvfrom(fd, room.data(), room.size(), MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&from.storage), &from.size);
  if (size < 0) {
    return std::nullopt;
  }
  return Datagram{from.endpoint(), std::span{room}.first(static_cast<std::size_t>(size))};
}

}  // namespace karkara
