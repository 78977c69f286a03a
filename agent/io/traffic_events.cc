#include "agent/io/traffic_events.h"

#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstddef>

#include "agent/codec/traffic_control.h"
#include "agent/io/errno_error.h"

namespace karkara {
namespace {

constexpr std::size_t kReceiveBuffer = 64 * 1024;

sock_filter instruction(int code, std::uint32_t operand, std::uint8_t when_true = 0, std::uint8_t when_false = 0) {
  return {static_cast<std::uint16_t>(code), when_true, when_false, operand};
}

// Loads swap into the host's order what is in it already, so the numbers are swapped too.
Status take_only_what_others_change(int fd) {
  std::array<sock_filter, 6> program{
      instruction(BPF_LD | BPF_H | BPF_ABS, offsetof(nlmsghdr, nlmsg_type)),
      instruction(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWQDISC), 3),
      instruction(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_DELQDISC), 2),
      instruction(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_DELTFILTER), 1),
      instruction(BPF_RET | BPF_K, 0),
      instruction(BPF_RET | BPF_K, 0xffff'ffff),
  };
  const sock_fprog attached{program.size(), program.data()};
  if (::setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &attached, sizeof attached) != 0) {
    return errno_error(errno, "filter of traffic control's events");
  }
  return {};
}

}  // namespace

Result<NetlinkSocket> open_traffic_events() {
  auto socket = NetlinkSocket::open(NETLINK_ROUTE, {RTNLGRP_TC}, kReceiveBuffer);
  if (!socket) {
    return socket.error();
  }
  if (auto status = take_only_what_others_change(socket->fd()); !status) {
    return status.error();
  }
  return socket;
}

bool changes_roots(std::span<const std::byte> datagram) {
  while (!datagram.empty()) {
    const auto message = take_netlink_message(datagram);
    if (!message) {
      return true;
    }
    if (traffic_control::tells_of_a_lost_redirect(*message)) {
      return true;
    }
    const auto queue = traffic_control::decode_queue(*message);
    if (!queue || (*queue && ((*queue)->is_root() || (*queue)->is_clsact()))) {
      return true;  // what cannot be read may be anything
    }
  }
  return false;
}

}  // namespace karkara
