// What a failover does to flows, carried out: forgets those of a dead uplink, ends our own connections over it, reads
// the counters of our nft table, and writes down whom the router asks for names. Refuses to decide when. Made by
// agent/runtime, called by the effect runner, from the loop's thread only.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "agent/facts/effects.h"
#include "agent/io/conntrack.h"
#include "agent/io/event_sink.h"
#include "agent/io/flow_counters.h"

namespace karkara {

class FlowActions {
 public:
  // resolver_file: in the form of resolv.conf, for dnsmasq or a link from /etc; empty: none is written.
  FlowActions(EventSink events, std::string resolver_file);

  void run(const ReadFlowCounters& effect);   // -> FlowCountersRead; nothing when the kernel cannot tell now
  void run(const CountHosts& effect);         // -> HostsCounted; nothing while the last count has not been paid for
  void run(const FlushMarkedFlows& effect);   // -> MarkedFlowsFlushed
  void run(const EndOwnConnections& effect);  // -> OwnConnectionsEnded
  void run(const WriteResolvers& effect);

 private:
  Status open_conntrack();

  EventSink events_;
  std::string resolver_file_;
  std::optional<FlowCounters> counters_;
  std::optional<Conntrack> conntrack_;
  std::chrono::steady_clock::time_point hosts_not_before_;
};

}  // namespace karkara
