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

// Effects.
struct FlushMarkedFlows {
  MarkMatch flows;
  friend bool operator==(const FlushMarkedFlows&, const FlushMarkedFlows&) = default;
};
struct EndOwnConnections {
  IpAddress source;  // the dead uplink's address
  friend bool operator==(const EndOwnConnections&, const EndOwnConnections&) = default;
};

// Events.
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
