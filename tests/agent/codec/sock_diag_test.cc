#include "agent/codec/sock_diag.h"

#include <gmock/gmock.h>
#include <linux/inet_diag.h>

#include <algorithm>

#include "tests/support/recorded_netlink.h"

namespace karkara::sock_diag {
namespace {

std::vector<TcpSocket> sockets_in(const NetlinkBytes& bytes) {
  std::vector<TcpSocket> sockets;
  for (const NetlinkMessage& message : messages_in(bytes)) {
    const auto socket = decode_socket(message);
    EXPECT_TRUE(socket.ok());
    if (socket && *socket) {
      sockets.push_back(**socket);
    }
  }
  return sockets;
}

IpAddress address(const char* text) {
  return *IpAddress::parse(text);
}

long count(const std::vector<TcpSocket>& sockets, const char* local, std::uint16_t port) {
  return std::count_if(sockets.begin(), sockets.end(),
                       [&](const TcpSocket& s) { return s.local == address(local) && s.local_port == port; });
}

TEST(SockDiagCodec, ReadsIpv4SocketsOfARealDump) {
  const auto bytes = recorded_netlink("sock_diag/corpus/dump-ipv4");
  const auto sockets = sockets_in(bytes);
  EXPECT_EQ(count(sockets, "127.0.0.1", 7001), 2) << "the listening one and its end of the connection";
  for (const TcpSocket& socket : sockets) {
    EXPECT_EQ(socket.family, IpFamily::V4);
    EXPECT_NE(socket.inode, 0U);
  }
}

TEST(SockDiagCodec, ReadsAnIpv4AddressOfAnIpv6Socket) {
  const auto bytes = recorded_netlink("sock_diag/corpus/dump-ipv6");
  const auto sockets = sockets_in(bytes);
  EXPECT_EQ(count(sockets, "::1", 7002), 1);
  EXPECT_EQ(count(sockets, "127.0.0.1", 7002), 1) << "as ::ffff:127.0.0.1";
  for (const TcpSocket& socket : sockets) {
    EXPECT_EQ(socket.family, IpFamily::V6) << "it has to be asked for by its own family";
  }
}

TEST(SockDiagCodec, DestroysExactlyTheSocketThatWasSeen) {
  const auto bytes = recorded_netlink("sock_diag/corpus/dump-ipv4");
  const TcpSocket socket = sockets_in(bytes).front();
  const auto request = encode_destroy(socket);
  ASSERT_EQ(request.size(), sizeof(nlmsghdr) + sizeof(inet_diag_req_v2));
  EXPECT_EQ(request[sizeof(nlmsghdr)], std::byte{2});
  EXPECT_EQ(request[sizeof(nlmsghdr) + 1], std::byte{6});
  EXPECT_NE(std::search(request.begin(), request.end(), socket.identity.begin(), socket.identity.end()), request.end())
      << "with the cookie, so that a successor on the same ports is left alone";
}

TEST(SockDiagCodec, AsksNeitherForListeningSocketsNorForTimeWait) {
  const auto request = encode_dump(IpFamily::V6);
  inet_diag_req_v2 asked{};
  ASSERT_EQ(request.size(), sizeof(nlmsghdr) + sizeof asked);
  std::memcpy(&asked, request.data() + sizeof(nlmsghdr), sizeof asked);
  EXPECT_EQ(asked.sdiag_family, 10);
  EXPECT_EQ(asked.idiag_states & (1U << 10), 0U);
  EXPECT_EQ(asked.idiag_states & (1U << 6), 0U);
  EXPECT_NE(asked.idiag_states & (1U << 1), 0U);
  EXPECT_NE(asked.idiag_states & (1U << 2), 0U) << "a connection that the dead uplink keeps from being made";
}

TEST(SockDiagCodec, ACutSocketIsAnError) {
  const auto whole = recorded_netlink("sock_diag/corpus/dump-ipv4");
  auto message = messages_in(whole).front();
  message.payload = message.payload.first(sizeof(inet_diag_msg) - 1);
  EXPECT_EQ(decode_socket(message).error().code, ErrorCode::DataLoss);
}

TEST(SockDiagCodec, OtherMessagesAndFamiliesAreNoSockets) {
  const auto refusal = recorded_netlink("sock_diag/corpus/refused");
  EXPECT_FALSE(decode_socket(messages_in(refusal).front()).value().has_value());
  auto local = recorded_netlink("sock_diag/corpus/dump-ipv4");
  local[sizeof(nlmsghdr)] = std::byte{1};
  EXPECT_FALSE(decode_socket(messages_in(local).front()).value().has_value());
}

}  // namespace
}  // namespace karkara::sock_diag
