#include "agent/io/hello_socket.h"

#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "agent/facts/prefix_match.h"
#include "agent/io/datagram.h"
#include "agent/io/socket_address.h"

namespace karkara {
namespace {

namespace asio = boost::asio;
using asio::ip::udp;

constexpr const char* kGroup = "ff12::4b48";  // of this link, assigned to nobody (RFC 4291, 2.7)
constexpr int kMostPerWake = 32;

Status failed(const char* what) {
  return Error{ErrorCode::Unavailable, std::string{what} + ": " + std::strerror(errno)};
}

Status prepare(int fd, const std::string& interface, unsigned index, std::uint16_t port) {
  const int one = 1;
  const int none = 0;
  const int device = static_cast<int>(index);
  if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface.c_str(), static_cast<socklen_t>(interface.size())) != 0) {
    return failed("bind to the interface");
  }
  if (setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one) != 0 ||
      setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &device, sizeof device) != 0 ||
      setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, &none, sizeof none) != 0) {
    return failed("socket options");
  }
  const SocketAddress any{IpEndpoint{*IpAddress::parse("::"), port}};
  if (bind(fd, any.get(), any.size) != 0) {
    return failed("bind");
  }
  ipv6_mreq group{};
  const auto address = *IpAddress::parse(kGroup);
  std::memcpy(&group.ipv6mr_multiaddr, address.bytes().data(), sizeof group.ipv6mr_multiaddr);
  group.ipv6mr_interface = index;
  return setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &group, sizeof group) == 0 ? Status{} : failed("join the group");
}

}  // namespace

HelloSocket::HelloSocket(udp::socket socket, std::string interface, unsigned index, std::uint16_t port)
    : socket_{std::move(socket)}, interface_{std::move(interface)}, index_{index}, port_{port} {}

Result<std::shared_ptr<HelloSocket>> HelloSocket::open(asio::io_context& io, const std::string& interface,
                                                       std::uint16_t port) {
  const unsigned index = if_nametoindex(interface.c_str());
  if (index == 0) {
    return Error{ErrorCode::NotFound, "no interface " + interface};
  }
  udp::socket socket{io};
  boost::system::error_code error;
  socket.open(udp::v6(), error);
  if (!error) {
    socket.non_blocking(true, error);
  }
  if (error) {
    return Error{ErrorCode::Unavailable, "no socket: " + error.message()};
  }
  if (const Status status = prepare(socket.native_handle(), interface, index, port); !status) {
    return status.error().in(interface);
  }
  return std::shared_ptr<HelloSocket>{new HelloSocket{std::move(socket), interface, index, port}};
}

void HelloSocket::start(OnPacket on_packet) {
  on_packet_ = std::move(on_packet);
  wait();
}

void HelloSocket::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

bool HelloSocket::is_current() const {
  return if_nametoindex(interface_.c_str()) == index_;
}

void HelloSocket::send(const IpAddress& to, std::span<const std::byte> packet) {
  (void)send_datagram(socket_.native_handle(), {to, port_}, packet);
}

void HelloSocket::send_to_all(std::span<const std::byte> packet) {
  send(*IpAddress::parse(kGroup), packet);
}

void HelloSocket::wait() {
  socket_.async_wait(udp::socket::wait_read, [self = weak_from_this()](const boost::system::error_code& error) {
    const auto socket = self.lock();
    if (!socket || error || !socket->socket_.is_open()) {
      return;
    }
    for (int i = 0; i < kMostPerWake && socket->take(); ++i) {
    }
    if (socket->socket_.is_open()) {
      socket->wait();
    }
  });
}

// False when none waits any more.
bool HelloSocket::take() {
  DatagramRoom room;
  const auto datagram = receive_datagram(socket_.native_handle(), room);
  if (!datagram) {
    return false;
  }
  const auto& from = datagram->from;
  if (from && from->address.family() == IpFamily::V6 && is_link_local(from->address)) {
    on_packet_(from->address, datagram->content);
  }
  return socket_.is_open();
}

}  // namespace karkara
