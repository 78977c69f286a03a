// What the kernel makes of the numbers that it is asked for: bursts become time in ticks of 64 ns, CoDel's times units
// of 1.024 us, and inner classes have no share of a round. A wanted class compares equal to a seen one only in this
// form. Called by the planner before it compares, and by agent/codec, whose decoders give nothing else.
#pragma once

#include <cstdint>

#include "agent/facts/traffic_control.h"

namespace karkara {

// All are at rest: canonical(canonical(x)) == canonical(x).
// Of a class with a leaf, the leaf too. No rate becomes 1 byte a second: HTB refuses 0.
[[nodiscard]] ShaperClass canonical(ShaperClass content);
[[nodiscard]] Leaf canonical(Leaf leaf);
// HTB can only add: its sum takes a negative overhead for one of 65 kB. What would be taken off is not.
[[nodiscard]] Framing canonical(Framing framing);

// How long 'bytes' take at 'rate' (bytes a second, at least 1), rounded up: a burst never becomes less than a packet.
// At most 274 seconds.
[[nodiscard]] std::uint32_t burst_ticks(std::uint32_t bytes, std::uint64_t rate);
[[nodiscard]] std::uint32_t burst_bytes(std::uint32_t ticks, std::uint64_t rate);

// The microseconds that stand for all that CoDel cannot tell apart; the same out of what its dump says.
[[nodiscard]] std::uint32_t codel_time(std::uint32_t microseconds);
[[nodiscard]] std::uint32_t codel_time_of_dump(std::uint32_t microseconds);

}  // namespace karkara
