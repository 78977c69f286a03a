// Reads the named counters of our nft table, several times a second for years: one socket stays open, one request is
// sent again and again, and the places for the answer are kept. Refuses libnftables, which takes megabytes a call, and
// to reset what it reads. Called by the evidence about uplinks and by the accounts of data bundles.
#pragma once

#include <span>
#include <vector>

#include "agent/codec/netlink_request.h"
#include "agent/facts/flows.h"
#include "agent/io/netlink_conversation.h"

namespace karkara {

class FlowCounters {
 public:
  static Result<FlowCounters> open();

  // All of them, in the kernel's order, valid until the next call; none when there is no table. Aborted: the table
  // changes faster than it can be read; FailedPrecondition: the kernel has no nf_tables; PermissionDenied.
  [[nodiscard]] Result<std::span<const FlowCounter>> read();

 private:
  explicit FlowCounters(NetlinkConversation kernel);
  // True when it shows the same names as the time before, in one moment's picture.
  [[nodiscard]] Result<bool> read_once();

  NetlinkConversation kernel_;
  NetlinkBytes request_;
  std::vector<FlowCounter> places_;  // only grows
  std::size_t used_ = 0;
  FlowCounter scratch_;
};

}  // namespace karkara
