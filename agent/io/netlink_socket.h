// One netlink socket of libnl for one purpose: requests, or multicast events, never both. Nonblocking; what comes in
// are plain bytes for agent/codec. Refuses to understand them, and what other programs send. Called by agent/io only.
#pragma once

#include <chrono>
#include <initializer_list>
#include <memory>
#include <span>
#include <vector>

#include "common/result.h"

struct nl_sock;

namespace karkara {

class NetlinkSocket {
 public:
  // family: NETLINK_ROUTE or NETLINK_NETFILTER; groups: RTNLGRP_... or NFNLGRP_... numbers.
  static Result<NetlinkSocket> open(int family, std::initializer_list<int> groups, std::size_t receive_buffer);

  [[nodiscard]] int fd() const;
  [[nodiscard]] Status send(std::span<const std::byte> message);

  // The next datagram of the kernel, valid until the next call; empty when there is none now. ResourceExhausted: the
  // kernel had to drop some (ENOBUFS), or one did not fit.
  [[nodiscard]] Result<std::span<const std::byte>> receive();
  // The same, waiting for it. DeadlineExceeded.
  [[nodiscard]] Result<std::span<const std::byte>> receive(std::chrono::milliseconds patience);

  // Asks the kernel to check dump requests strictly and to filter by them; false on kernels before 4.20.
  [[nodiscard]] bool enable_strict_check();

 private:
  explicit NetlinkSocket(nl_sock* socket);
  std::unique_ptr<nl_sock, void (*)(nl_sock*)> socket_;
  std::vector<std::byte> buffer_;
};

}  // namespace karkara
