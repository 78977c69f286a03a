#include "agent/codec/sock_diag.h"

#include <endian.h>
#include <linux/in.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>

#include <cstring>
#include <initializer_list>

#include "agent/codec/rtnetlink_objects.h"

namespace karkara::sock_diag {
namespace {

static_assert(kIdentitySize == sizeof(inet_diag_sockid));

// The kernel's numbers of TCP's states (include/net/tcp_states.h, the same in netinet/tcp.h).
enum State : unsigned {
  kEstablished = 1,
  kSynSent = 2,
  kSynReceived = 3,
  kFinWait1 = 4,
  kFinWait2 = 5,
  kCloseWait = 8,
  kLastAck = 9,
  kClosing = 11,
};

constexpr std::uint32_t bits(std::initializer_list<State> states) {
  std::uint32_t all = 0;
  for (const State state : states) {
    all |= 1U << state;
  }
  return all;
}

constexpr std::uint32_t kLiving =
    bits({kEstablished, kSynSent, kSynReceived, kFinWait1, kFinWait2, kCloseWait, kLastAck, kClosing});

constexpr std::array<unsigned char, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

IpAddress address_of(IpFamily family, std::span<const std::byte, 16> bytes) {
  const bool mapped = std::memcmp(bytes.data(), kMapped.data(), kMapped.size()) == 0;
  if (family == IpFamily::V6 && !mapped) {
    return *IpAddress::from_bytes(bytes);
  }
  return *IpAddress::from_bytes(family == IpFamily::V6 ? bytes.subspan<12, 4>() : bytes.first<4>());
}

}  // namespace

NetlinkBytes encode_dump(IpFamily family) {
  inet_diag_req_v2 request{};
  request.sdiag_family = rtnetlink::number_of(family);
  request.sdiag_protocol = IPPROTO_TCP;
  request.idiag_states = kLiving;
  return NetlinkRequest{SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, 0, request}.bytes();
}

NetlinkBytes encode_destroy(const TcpSocket& socket) {
  inet_diag_req_v2 request{};
  request.sdiag_family = rtnetlink::number_of(socket.family);
  request.sdiag_protocol = IPPROTO_TCP;
  request.idiag_states = kLiving;
  std::memcpy(&request.id, socket.identity.data(), kIdentitySize);
  return NetlinkRequest{SOCK_DESTROY, NLM_F_REQUEST | NLM_F_ACK, 0, request}.bytes();
}

Result<std::optional<TcpSocket>> decode_socket(const NetlinkMessage& message) {
  if (message.kind != NetlinkMessage::Kind::Object || message.type != SOCK_DIAG_BY_FAMILY) {
    return std::optional<TcpSocket>{};
  }
  auto rest = message.payload;
  const auto header = rtnetlink::take_header<inet_diag_msg>(rest);
  if (!header) {
    return header.error().in("sock_diag");
  }
  const auto family = rtnetlink::family_of(header->idiag_family);
  if (!family) {
    return std::optional<TcpSocket>{};
  }
  TcpSocket socket;
  socket.family = *family;
  socket.local = address_of(*family, std::as_bytes(std::span{header->id.idiag_src}));
  socket.local_port = be16toh(header->id.idiag_sport);
  socket.inode = header->idiag_inode;
  std::memcpy(socket.identity.data(), &header->id, kIdentitySize);
  return std::optional{socket};
}

}  // namespace karkara::sock_diag
