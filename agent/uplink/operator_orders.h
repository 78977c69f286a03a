// What an operator ordered about uplinks: hold one, or send the traffic to one, for a time. Kept over restarts by the
// time that is left, since the router may have no clock. Pure; refuses to judge whether an order is wise.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/ids.h"
#include "common/time.h"

namespace karkara {

class OperatorOrders {
 public:
  void hold(const UplinkId& uplink, std::string why, std::optional<Duration> time, Instant now);
  void release(const UplinkId& uplink);  // from a hold, and from an order to send traffic there
  void send_to(const UplinkId& uplink, std::optional<Duration> time, Instant now);  // instead of to another one

  [[nodiscard]] std::string held(const UplinkId& uplink) const;  // why; empty: it is not
  [[nodiscard]] bool ordered(const UplinkId& uplink) const { return order_ && order_->uplink == uplink; }
  [[nodiscard]] Instant next_deadline() const;
  bool tick(Instant now);  // true when an order ended

  [[nodiscard]] std::string text(Instant now) const;  // for Persist
  void restore(std::string_view text, Instant now);   // lines that cannot be read are left out

 private:
  struct Hold {
    std::string why;
    std::optional<Instant> until;
  };
  struct Order {
    UplinkId uplink;
    std::optional<Instant> until;
  };
  std::map<UplinkId, Hold> holds_;
  std::optional<Order> order_;
};

}  // namespace karkara
