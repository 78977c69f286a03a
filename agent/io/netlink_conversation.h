// Asks the kernel one thing after another over one netlink socket and hands out all of each answer. The kernel works on
// a request while it is being sent; a deadline guards against an answer that never comes. Refuses to understand the
// answers. Called by Conntrack, FlowCounters and dead_sockets.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "agent/codec/netlink_message.h"
#include "agent/io/netlink_socket.h"
#include "common/time.h"

namespace karkara {

class NetlinkConversation {
 public:
  static constexpr Duration kPatience = std::chrono::seconds{2};
  // A driver that asks its firmware, or that is in a scan. Only for threads that may wait.
  static constexpr Duration kDriverPatience = std::chrono::seconds{20};

  // family: NETLINK_NETFILTER, NETLINK_SOCK_DIAG, ... patience: for each part of an answer.
  static Result<NetlinkConversation> open(int family, Duration patience = kPatience);

  struct Ending {
    int error = 0;             // errno, 0 when done
    bool interrupted = false;  // the dump is not one moment's picture
  };
  using Taker = std::function<Status(const NetlinkMessage&)>;

  // Stamps 'request' with a sequence number, sends it, and gives each object of the answer to 'take'. The first error
  // of 'take' is returned, after the rest of the answer was read away. After an error of the socket the next call makes
  // a new one.
  [[nodiscard]] Result<Ending> ask(std::span<std::byte> request, const Taker& take);
  // The same for a change, which is only acknowledged.
  [[nodiscard]] Result<Ending> ask(std::span<std::byte> request);

 private:
  NetlinkConversation(int family, NetlinkSocket socket, Duration patience);
  [[nodiscard]] Status prepare(std::span<std::byte> request);
  // True when the end was among them.
  [[nodiscard]] Result<bool> read_datagram(Ending& ending, Status& trouble, const Taker& take);

  int family_;
  NetlinkSocket socket_;
  Duration patience_;
  std::uint32_t sequence_ = 0;
  bool broken_ = false;
};

}  // namespace karkara
