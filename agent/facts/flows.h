// What failover does to flows beside routes and rules: forget those of a dead uplink, end our own connections over it,
// and read what nft counted. Plain values; refuses sockets and byte layouts, which are agent/io's and agent/codec's.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "agent/facts/ip.h"
#include "common/result.h"

namespace karkara {

// The flows whose connection mark has exactly 'mark' in the bits of 'mask'; other bits belong to other programs.
struct MarkMatch {
  std::uint32_t mark = 0;
  std::uint32_t mask = 0;
  friend auto operator<=>(const MarkMatch&, const MarkMatch&) = default;
};

// A named counter object of our nft table. It starts at 0 again whenever the table is replaced: a reader takes a value
// below the last one for a new beginning.
struct FlowCounter {
  std::string name;
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  friend auto operator<=>(const FlowCounter&, const FlowCounter&) = default;
};

// What one device of the village has had over its present flows with one connection mark, in bytes of IP packets.
struct HostTraffic {
  IpAddress host;
  std::uint32_t mark = 0;
  std::uint64_t up = 0;
  std::uint64_t down = 0;
  friend auto operator<=>(const HostTraffic&, const HostTraffic&) = default;
};

// Effects.
struct CountHosts {
  std::uint32_t mask = 0;  // the bits of a mark that tell flows of one host apart
};                         // -> HostsCounted
struct FlushMarkedFlows {
  MarkMatch flows;
  friend bool operator==(const FlushMarkedFlows&, const FlushMarkedFlows&) = default;
};
struct EndOwnConnections {
  IpAddress source;  // the dead uplink's address
  friend bool operator==(const EndOwnConnections&, const EndOwnConnections&) = default;
};

// Events.
struct HostsCounted {
  std::vector<HostTraffic> hosts;
  Status status;  // FailedPrecondition: the kernel does not count flows
};
struct MarkedFlowsFlushed {
  MarkMatch flows;
  Status status;
};
struct OwnConnectionsEnded {
  IpAddress source;
  std::size_t count = 0;
  Status status;
};
struct FlowCountersRead {
  std::vector<FlowCounter> counters;
  friend bool operator==(const FlowCountersRead&, const FlowCountersRead&) = default;
};

}  // namespace karkara
