#include "agent/io/probe_socket.h"

#include <linux/errqueue.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "agent/io/datagram.h"
#include "agent/io/socket_address.h"

namespace karkara {
namespace {

namespace asio = boost::asio;
using asio::ip::udp;

constexpr int kMostPerWake = 64;

Status set_int(int fd, int level, int name, int value, const char* what) {
  if (setsockopt(fd, level, name, &value, sizeof(value)) != 0) {
    return Error{ErrorCode::Unavailable, std::string{what} + ": " + std::strerror(errno)};
  }
  return {};
}

// ICMP errors are wanted, and nothing is fragmented. PROBE: what the kernel has learned of path MTUs must neither stop
// nor shorten a packet that is sent to find out.
Status set_options(int fd, IpFamily family) {
  if (family == IpFamily::V4) {
    const Status status = set_int(fd, IPPROTO_IP, IP_RECVERR, 1, "ask for ICMP errors");
    return status ? set_int(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE, "forbid fragments") : status;
  }
  Status status = set_int(fd, IPPROTO_IPV6, IPV6_RECVERR, 1, "ask for ICMP errors");
  if (status) {
    status = set_int(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE, "forbid fragments");
  }
  return status ? set_int(fd, IPPROTO_IPV6, IPV6_DONTFRAG, 1, "forbid fragments") : status;
}

// What an ICMP error is called, and who says it: the kernel puts the router's address behind the error.
std::string describe(const sock_extended_err& error) {
  std::string text = std::strerror(static_cast<int>(error.ee_errno));
  if (error.ee_errno == EMSGSIZE) {
    text += " (at most " + std::to_string(error.ee_info) + ")";
  }
  SocketAddress offender;
  const sockaddr* const address = SO_EE_OFFENDER(&error);
  std::memcpy(&offender.storage, address, address->sa_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in));
  if (const auto by = offender.endpoint()) {
    text += ", says " + by->address.text();
  }
  return text;
}

// The error in a message of the error queue, when it came by ICMP: what the kernel finds out by itself send() has told.
std::optional<std::string> icmp_error_in(msghdr& message) {
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
    const bool v4 = part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_RECVERR;
    const bool v6 = part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_RECVERR;
    const std::size_t least = sizeof(sock_extended_err) + (v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in));
    if ((!v4 && !v6) || part->cmsg_len < CMSG_LEN(least)) {
      continue;
    }
    const auto* const error = reinterpret_cast<const sock_extended_err*>(CMSG_DATA(part));
    if (error->ee_origin == SO_EE_ORIGIN_ICMP || error->ee_origin == SO_EE_ORIGIN_ICMP6) {
      return describe(*error);
    }
  }
  return std::nullopt;
}

}  // namespace

ProbeSocket::ProbeSocket(udp::socket socket, ProbePath path, unsigned index)
    : socket_{std::move(socket)}, path_{std::move(path)}, index_{index} {}

Result<std::shared_ptr<ProbeSocket>> ProbeSocket::open(asio::io_context& io, const ProbePath& path) {
  const unsigned index = if_nametoindex(path.interface.c_str());
  if (index == 0) {
    return Error{ErrorCode::NotFound, "no interface " + path.interface};
  }
  udp::socket socket{io};
  boost::system::error_code error;
  socket.open(path.source.family() == IpFamily::V4 ? udp::v4() : udp::v6(), error);
  if (!error) {
    socket.non_blocking(true, error);
  }
  if (error) {
    return Error{ErrorCode::Unavailable, "no socket: " + error.message()};
  }
  Status status = set_options(socket.native_handle(), path.source.family());
  if (status) {
    status = nail_down(socket.native_handle(), path);
  }
  if (!status) {
    return status.error();
  }
  return std::shared_ptr<ProbeSocket>{new ProbeSocket{std::move(socket), path, index}};
}

void ProbeSocket::start(OnDatagram on_datagram, OnError on_error) {
  on_datagram_ = std::move(on_datagram);
  on_error_ = std::move(on_error);
  wait();
}

void ProbeSocket::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

bool ProbeSocket::is_current() const {
  return if_nametoindex(path_.interface.c_str()) == index_;
}

Status ProbeSocket::send(const IpEndpoint& to, std::span<const std::byte> content) {
  // An earlier datagram's ICMP error would be returned in place of sending this one: take it off first.
  while (take_error()) {
  }
  int pending = 0;
  socklen_t size = sizeof(pending);
  (void)getsockopt(socket_.native_handle(), SOL_SOCKET, SO_ERROR, &pending, &size);
  const int error = send_datagram(socket_.native_handle(), to, content);
  if (error == EMSGSIZE) {
    return Error{ErrorCode::ResourceExhausted, "larger than " + path_.interface + " takes in one piece"};
  }
  return error == 0 ? Status{} : Error{ErrorCode::Unavailable, std::strerror(error)};
}

void ProbeSocket::wait() {
  // The read wait also ends when something is in the error queue.
  socket_.async_wait(udp::socket::wait_read, [self = weak_from_this()](const boost::system::error_code& error) {
    const auto socket = self.lock();
    if (!socket || error || !socket->socket_.is_open()) {
      return;
    }
    for (int i = 0; i < kMostPerWake && socket->take_error(); ++i) {
    }
    for (int i = 0; i < kMostPerWake && socket->take_datagram(); ++i) {
    }
    if (socket->socket_.is_open()) {
      socket->wait();
    }
  });
}

// False when none waits any more.
bool ProbeSocket::take_datagram() {
  DatagramRoom room;
  const auto datagram = receive_datagram(socket_.native_handle(), room);
  if (!datagram) {
    return false;
  }
  if (datagram->from) {
    on_datagram_(*datagram->from, datagram->content);
  }
  return socket_.is_open();
}

// False when none waits any more.
bool ProbeSocket::take_error() {
  DatagramRoom content;
  alignas(cmsghdr) std::array<char, 512> control{};
  SocketAddress destination;
  iovec vector{content.data(), content.size()};
  msghdr message{};
  message.msg_name = &destination.storage;
  message.msg_namelen = destination.size;
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t size = recvmsg(socket_.native_handle(), &message, MSG_ERRQUEUE | MSG_DONTWAIT);
  if (size < 0) {
    return false;
  }
  const auto why = icmp_error_in(message);
  const auto endpoint = destination.endpoint();
  if (why && endpoint) {
    on_error_({*endpoint, std::span{content}.first(static_cast<std::size_t>(size)), *why});
  }
  return socket_.is_open();
}

}  // namespace karkara
