// TCP segments as bytes, from the network layer on, as a test wants them: right in all but what it bends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "agent/facts/ip.h"

namespace karkara {

using PacketBytes = std::vector<std::byte>;

inline PacketBytes bytes_of(std::initializer_list<unsigned> values) {
  PacketBytes bytes;
  for (const unsigned value : values) {
    bytes.push_back(static_cast<std::byte>(value));
  }
  return bytes;
}

inline void append(PacketBytes& to, const PacketBytes& more) {
  to.insert(to.end(), more.begin(), more.end());
}

inline void append_number(PacketBytes& to, std::uint32_t value, unsigned size) {
  for (unsigned left = size; left > 0; --left) {
    to.push_back(static_cast<std::byte>(value >> (8 * (left - 1))));
  }
}

inline PacketBytes stamp_option(std::uint32_t value, std::uint32_t echo) {
  PacketBytes bytes = bytes_of({8, 10});
  append_number(bytes, value, 4);
  append_number(bytes, echo, 4);
  return bytes;
}

// As systems write it on a connection that stands.
inline PacketBytes usual_options(std::uint32_t value, std::uint32_t echo) {
  PacketBytes bytes = bytes_of({1, 1});
  append(bytes, stamp_option(value, echo));
  return bytes;
}

struct SegmentPlan {
  IpEndpoint from;
  IpEndpoint to;
  PacketBytes options{};
  unsigned flags = 0x10;  // ACK
  std::size_t data = 0;
};

// The options must be of a multiple of four bytes. No checksums: nothing here looks at them.
inline PacketBytes segment_bytes(const SegmentPlan& plan) {
  PacketBytes tcp;
  append_number(tcp, plan.from.port, 2);
  append_number(tcp, plan.to.port, 2);
  append_number(tcp, 1000, 4);
  append_number(tcp, 2000, 4);
  append_number(tcp, static_cast<std::uint32_t>((20 + plan.options.size()) / 4) << 4U, 1);
  append_number(tcp, plan.flags, 1);
  append_number(tcp, 0xffff'0000, 4);
  append_number(tcp, 0, 2);
  append(tcp, plan.options);
  tcp.resize(tcp.size() + plan.data);
  PacketBytes packet;
  const auto size = static_cast<std::uint32_t>(tcp.size());
  if (plan.from.address.family() == IpFamily::V4) {
    packet = bytes_of({0x45, 0});
    append_number(packet, 20 + size, 2);
    append(packet, bytes_of({0x12, 0x34, 0x40, 0, 64, 6, 0, 0}));
  } else {
    packet = bytes_of({0x60, 0, 0, 0});
    append_number(packet, size, 2);
    append(packet, bytes_of({6, 64}));
  }
  for (const IpAddress& address : {plan.from.address, plan.to.address}) {
    packet.insert(packet.end(), address.bytes().begin(), address.bytes().end());
  }
  append(packet, tcp);
  return packet;
}

}  // namespace karkara
