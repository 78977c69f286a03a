#include "agent/io/tcp_cost.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace karkara {

std::uint64_t tcp_bytes_on_wire(int socket) {
  tcp_info facts{};
  socklen_t size = sizeof(facts);
  sockaddr_storage local{};
  socklen_t local_size = sizeof(local);
  if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &facts, &size) != 0 ||
      getsockname(socket, reinterpret_cast<sockaddr*>(&local), &local_size) != 0) {
    return 0;
  }
  constexpr std::uint64_t kClosing = 2;  // our FIN and the last acknowledgement
  constexpr std::uint64_t kTcpWithTimestamps = 32;
  const std::uint64_t ip = local.ss_family == AF_INET6 ? 40 : 20;
  const bool connected = facts.tcpi_segs_in > 0;
  const std::uint64_t segments = std::uint64_t{facts.tcpi_segs_out} + facts.tcpi_segs_in + (connected ? kClosing : 0);
  return segments * (ip + kTcpWithTimestamps) + facts.tcpi_bytes_sent + facts.tcpi_bytes_received;
}

}  // namespace karkara
