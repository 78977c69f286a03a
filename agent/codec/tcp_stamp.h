// The timestamps of a TCP segment (RFC 7323), from the bytes of an IPv4 or IPv6 packet that may be cut short behind its
// headers; and the kernel's filter that lets little else through. Refuses fragments and IPv6 extension headers: no
// connection of interest has any. Called by agent/io's RoundTripTap.
#pragma once

#include <linux/filter.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "agent/facts/ip.h"
#include "common/result.h"

namespace karkara {

struct TcpStamp {
  IpEndpoint from;
  IpEndpoint to;
  std::uint32_t value = 0;  // TSval: the sender's clock
  std::uint32_t echo = 0;   // TSecr: what it last heard from the other; means nothing without 'ack'
  bool syn = false;
  bool ack = false;
  bool has_data = false;
  friend bool operator==(const TcpStamp&, const TcpStamp&) = default;
};

// Of the network layer on. Nothing: another protocol, a fragment, or no timestamps as far as the bytes go.
// InvalidArgument: lengths that contradict each other, or too few bytes for the headers.
[[nodiscard]] Result<std::optional<TcpStamp>> decode_tcp_stamp(std::span<const std::byte> packet);

// For a packet socket of type SOCK_DGRAM (linux/filter.h, classic BPF): segments whose options begin with two no-ops
// and the timestamps, as all systems send them on a connection that stands. Outgoing ones when the low bits of TSval,
// so many, are zero; incoming ones when those of TSecr are and it is none itself. Cuts behind the timestamps.
[[nodiscard]] std::vector<sock_filter> tcp_stamp_filter(unsigned sample_bits);

}  // namespace karkara
