#include "controller/anchor/echo_server.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/v6_only.hpp>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

namespace karkara {
namespace {

namespace asio = boost::asio;
using asio::ip::udp;

constexpr int kMostPerWake = 64;  // then timers and signals get their turn

// What the kernel has learned of path MTUs is not asked either: anyone can make it learn by a forged ICMP error.
using MtuDiscovery = asio::detail::socket_option::integer<IPPROTO_IP, IP_MTU_DISCOVER>;
using MtuDiscovery6 = asio::detail::socket_option::integer<IPPROTO_IPV6, IPV6_MTU_DISCOVER>;
using NeverFragment6 = asio::detail::socket_option::boolean<IPPROTO_IPV6, IPV6_DONTFRAG>;
using PacketInfoOn = asio::detail::socket_option::boolean<IPPROTO_IP, IP_PKTINFO>;
using PacketInfo6On = asio::detail::socket_option::boolean<IPPROTO_IPV6, IPV6_RECVPKTINFO>;

std::string text_of(const udp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? "[" + address + "]" : address) + ":" + std::to_string(endpoint.port());
}

// A datagram with where it came from and which of our addresses it was sent to. It holds one byte more than a request
// may have, so that what is longer shows as longer; the same memory takes the answer's address back to the kernel.
struct Datagram {
  std::array<std::byte, kMostPaddedEcho + 1> content;
  sockaddr_storage peer{};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(in6_pktinfo))> control{};
  iovec vector{};
  msghdr header{};

  Datagram() {
    vector = {content.data(), content.size()};
    header.msg_name = &peer;
    header.msg_namelen = sizeof(peer);
    header.msg_iov = &vector;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
  }
};

// Turns the received destination into the source to send from. The interface is left to the routes (the way back may be
// another one), except that a link-local address means nothing without it.
void answer_from_asked_address(msghdr& header) {
  cmsghdr* const info = CMSG_FIRSTHDR(&header);
  if (info == nullptr) {
    header.msg_controllen = 0;
    return;
  }
  if (info->cmsg_level == IPPROTO_IP && info->cmsg_type == IP_PKTINFO) {
    in_pktinfo asked{};
    std::memcpy(&asked, CMSG_DATA(info), sizeof(asked));
    in_pktinfo from{};
    from.ipi_spec_dst = asked.ipi_spec_dst;
    std::memcpy(CMSG_DATA(info), &from, sizeof(from));
    header.msg_controllen = CMSG_SPACE(sizeof(from));
  } else if (info->cmsg_level == IPPROTO_IPV6 && info->cmsg_type == IPV6_PKTINFO) {
    in6_pktinfo from{};
    std::memcpy(&from, CMSG_DATA(info), sizeof(from));
    if (!IN6_IS_ADDR_LINKLOCAL(&from.ipi6_addr)) {
      from.ipi6_ifindex = 0;
    }
    std::memcpy(CMSG_DATA(info), &from, sizeof(from));
    header.msg_controllen = CMSG_SPACE(sizeof(from));
  }
}

}  // namespace

EchoServer::EchoServer(asio::io_context& io, EchoAnswer answer) : io_{io}, answer_{std::move(answer)} {}

Status EchoServer::listen(const udp::endpoint& endpoint) {
  if (const Status opened = open(endpoint); !opened) {
    return opened;
  }
  if (endpoint.address().is_v6() && endpoint.address().is_unspecified()) {
    return open({asio::ip::address_v4::any(), local_endpoint().port()});
  }
  return {};
}

udp::endpoint EchoServer::local_endpoint() const {
  return sockets_.front().local_endpoint();
}

void EchoServer::close() {
  for (udp::socket& socket : sockets_) {
    boost::system::error_code ignored;
    socket.close(ignored);
  }
}

Status EchoServer::open(const udp::endpoint& endpoint) {
  udp::socket socket{io_};
  boost::system::error_code error;
  const auto step = [&error](auto&& call) {
    if (!error) {
      call();
    }
  };
  step([&] { socket.open(endpoint.protocol(), error); });
  if (endpoint.address().is_v6()) {
    step([&] { socket.set_option(asio::ip::v6_only{true}, error); });
    step([&] { socket.set_option(PacketInfo6On{true}, error); });
    step([&] { socket.set_option(MtuDiscovery6{IPV6_PMTUDISC_PROBE}, error); });
    step([&] { socket.set_option(NeverFragment6{true}, error); });
  } else {
    step([&] { socket.set_option(PacketInfoOn{true}, error); });
    step([&] { socket.set_option(MtuDiscovery{IP_PMTUDISC_PROBE}, error); });
  }
  step([&] { socket.bind(endpoint, error); });
  step([&] { socket.non_blocking(true, error); });
  if (error) {
    return Error{ErrorCode::Unavailable, "cannot listen on UDP " + text_of(endpoint) + ": " + error.message()};
  }
  sockets_.push_back(std::move(socket));
  wait(sockets_.size() - 1);
  return {};
}

void EchoServer::wait(std::size_t socket) {
  sockets_[socket].async_wait(udp::socket::wait_read, [this, socket](const boost::system::error_code& error) {
    if (error) {
      return;  // closed
    }
    int handled = 0;
    while (handled < kMostPerWake && answer_one(sockets_[socket].native_handle())) {
      ++handled;
    }
    wait(socket);
  });
}

// False when nothing waits any more.
bool EchoServer::answer_one(int socket) {
  Datagram datagram;
  const ssize_t size = recvmsg(socket, &datagram.header, MSG_DONTWAIT);
  if (size < 0) {
    return errno != EAGAIN && errno != EWOULDBLOCK;  // an ICMP error about an earlier answer: take the next
  }
  auto reply = answer_(std::span{datagram.content}.first(static_cast<std::size_t>(size)));
  if (!reply) {
    return true;
  }
  datagram.vector = {reply->data(), reply->size()};
  answer_from_asked_address(datagram.header);
  if (sendmsg(socket, &datagram.header, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
    ++unsent_;
  }
  return true;
}

}  // namespace karkara
