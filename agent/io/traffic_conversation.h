// The netlink socket of traffic control: sends changes, many at once, and reads dumps. The kernel works on a request
// while it is being sent; a deadline guards against an answer that never comes. Refuses to understand what it reads.
// Called by TrafficRequests and what it is made of.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "agent/codec/traffic_control.h"
#include "agent/io/netlink_socket.h"

namespace karkara {

class TrafficConversation {
 public:
  static Result<TrafficConversation> open();

  struct Answer {
    int error = 0;  // errno, 0 when done or when its Request says that this is fine
    std::string text;
    [[nodiscard]] Status status() const;
  };
  // One answer for each, in order. The kernel works through all of them, whatever it refuses.
  [[nodiscard]] Result<std::vector<Answer>> ask(std::span<traffic_control::Request> requests);

  using Taker = std::function<Status(const NetlinkMessage&)>;
  // Gives each object of a dump to 'take', whose first error is returned. A link that is not there has nothing.
  // FailedPrecondition: a kernel without traffic control.
  [[nodiscard]] Status collect(NetlinkBytes request, const Taker& take);

 private:
  explicit TrafficConversation(NetlinkSocket socket) : socket_{std::move(socket)} {}
  [[nodiscard]] Status send(std::span<const std::byte> bytes);
  [[nodiscard]] Result<bool> take_datagram(const Taker& take, Status& trouble);

  NetlinkSocket socket_;
  std::uint32_t sequence_ = 0;
  bool broken_ = false;  // what is left of an answer would be in the next one's way
};

}  // namespace karkara
