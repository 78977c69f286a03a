#include "agent/io/netlink_socket.h"

#include <linux/netlink.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "agent/io/errno_error.h"

namespace karkara {
namespace {

// The kernel fills dumps up to 32 KiB; an event of a link with many virtual functions may be larger.
constexpr std::size_t kLargestDatagram = 128 * 1024;

void set_option(int fd, int level, int name, int value) {
  static_cast<void>(::setsockopt(fd, level, name, &value, sizeof value));  // each is a comfort, not a need
}

Error libnl_error(int number, const char* place) {
  if (number == -NLE_PERM) {
    return Error{ErrorCode::PermissionDenied, std::string{place} + ": no permission"};
  }
  return Error{ErrorCode::Internal, std::string{place} + ": " + nl_geterror(number)};
}

}  // namespace

NetlinkSocket::NetlinkSocket(nl_sock* socket) : socket_{socket, &nl_socket_free}, buffer_(kLargestDatagram) {}

Result<NetlinkSocket> NetlinkSocket::open(int family, std::initializer_list<int> groups, std::size_t receive_buffer) {
  NetlinkSocket socket{nl_socket_alloc()};
  if (!socket.socket_) {
    return Error{ErrorCode::ResourceExhausted, "netlink: no memory"};
  }
  if (const int error = nl_connect(socket.socket_.get(), family); error < 0) {
    return libnl_error(error, "netlink socket");
  }
  for (const int group : groups) {
    if (const int error = nl_socket_add_membership(socket.socket_.get(), group); error < 0) {
      return libnl_error(error, "netlink events");
    }
  }
  nl_socket_set_nonblocking(socket.socket_.get());
  const int size = static_cast<int>(receive_buffer);
  if (::setsockopt(socket.fd(), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0) {
    set_option(socket.fd(), SOL_SOCKET, SO_RCVBUF, size);
  }
  set_option(socket.fd(), SOL_NETLINK, NETLINK_EXT_ACK, 1);
  set_option(socket.fd(), SOL_NETLINK, NETLINK_CAP_ACK, 1);
  return socket;
}

int NetlinkSocket::fd() const {
  return nl_socket_get_fd(socket_.get());
}

bool NetlinkSocket::enable_strict_check() {
  const int on = 1;
  return ::setsockopt(fd(), SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof on) == 0;
}

Status NetlinkSocket::send(std::span<const std::byte> message) {
  // nl_sendto() takes a pointer to mutable bytes, and does not change them.
  const int error = nl_sendto(socket_.get(), const_cast<std::byte*>(message.data()), message.size());
  return error < 0 ? Status{libnl_error(error, "netlink request")} : Status{};
}

Result<std::span<const std::byte>> NetlinkSocket::receive() {
  for (;;) {
    sockaddr_nl from{};
    iovec place{buffer_.data(), buffer_.size()};
    msghdr header{};
    header.msg_name = &from;
    header.msg_namelen = sizeof from;
    header.msg_iov = &place;
    header.msg_iovlen = 1;
    const ssize_t length = ::recvmsg(fd(), &header, MSG_DONTWAIT);
    if (length >= 0 && (header.msg_flags & MSG_TRUNC) != 0) {
      return Error{ErrorCode::ResourceExhausted, "netlink: a datagram too large"};
    }
    if (length > 0 && from.nl_pid == 0) {
      return std::span<const std::byte>{buffer_}.first(static_cast<std::size_t>(length));
    }
    if (length < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      return std::span<const std::byte>{};
    }
    if (length < 0 && errno != EINTR) {
      return errno_error(errno, "netlink");
    }
  }
}

Result<std::span<const std::byte>> NetlinkSocket::receive(std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    auto datagram = receive();
    if (!datagram || !datagram->empty()) {
      return datagram;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left <= std::chrono::milliseconds{0}) {
      return Error{ErrorCode::DeadlineExceeded, "netlink: the kernel does not answer"};
    }
    pollfd waiting{fd(), POLLIN, 0};
    static_cast<void>(::poll(&waiting, 1, static_cast<int>(left.count())));
  }
}

}  // namespace karkara
