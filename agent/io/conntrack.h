// The kernel's table of tracked connections: forgets those of one mark, and counts them.
// Refuses to touch other marks, also on old kernels, and to decide when. Called on the switch away from a dead uplink,
// and by the check for leaks.
#pragma once

#include <cstdint>
#include <functional>

#include "agent/codec/conntrack.h"
#include "agent/facts/flows.h"
#include "agent/io/netlink_conversation.h"

namespace karkara {

class Conntrack {
 public:
  // OneByOne is for kernels that would take OneMessage for "flush everything".
  enum class FlushWay : std::uint8_t { OneMessage, OneByOne };
  static FlushWay way_of_this_kernel();

  static Result<Conntrack> open(FlushWay way = way_of_this_kernel());

  // Of IPv4 and IPv6. A flow that goes on makes a new entry, by the rules that hold then; one that is offloaded to a
  // flowtable too (seen with Linux 6.1). InvalidArgument as conntrack::encode_flush(); FailedPrecondition: the kernel
  // has no ctnetlink or no marks; PermissionDenied.
  [[nodiscard]] Status flush_marked(const MarkMatch& match);
  [[nodiscard]] Result<std::size_t> count_marked(const MarkMatch& match);

  // What each host had over its flows by our uplinks, apart by the bits of `mask`; at most kMostHosts of them.
  // FailedPrecondition: the kernel counts no flow.
  [[nodiscard]] Result<std::vector<HostTraffic>> count_hosts(std::uint32_t mask);
  static constexpr std::size_t kMostHosts = 4096;

  using Visitor = std::function<void(const conntrack::Entry&)>;
  // Returns how many there were.
  [[nodiscard]] Result<std::size_t> each_marked(const MarkMatch& match, const Visitor& visit);

 private:
  Conntrack(FlushWay way, NetlinkConversation kernel);
  [[nodiscard]] Status flush_one_by_one(const MarkMatch& match);

  FlushWay way_;
  NetlinkConversation kernel_;
};

}  // namespace karkara
