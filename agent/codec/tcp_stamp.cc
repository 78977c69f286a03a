#include "agent/codec/tcp_stamp.h"

#include <algorithm>

namespace karkara {
namespace {

constexpr std::size_t kIpv4Header = 20;
constexpr std::size_t kIpv6Header = 40;
constexpr std::size_t kTcpHeader = 20;
constexpr unsigned kTcp = 6;  // IANA's protocol number
constexpr unsigned kMoreOrOffset = 0x3fff;
constexpr unsigned kSyn = 0x02;
constexpr unsigned kAck = 0x10;
enum Option : unsigned { kEnd = 0, kNoOp = 1, kTimestamps = 8 };
constexpr std::size_t kTimestampsSize = 10;

using Bytes = std::span<const std::byte>;

unsigned byte_at(Bytes bytes, std::size_t at) {
  return std::to_integer<unsigned>(bytes[at]);
}

std::uint16_t two_at(Bytes bytes, std::size_t at) {
  return static_cast<std::uint16_t>(byte_at(bytes, at) << 8U | byte_at(bytes, at + 1));
}

std::uint32_t four_at(Bytes bytes, std::size_t at) {
  return static_cast<std::uint32_t>(two_at(bytes, at)) << 16U | two_at(bytes, at + 2);
}

Error malformed(const char* what) {
  return {ErrorCode::InvalidArgument, what};
}

// What the network layer says: where TCP begins, and where the packet ended before it was cut.
struct Network {
  IpAddress from;
  IpAddress to;
  std::size_t header = 0;
  std::size_t end = 0;  // 0: larger than the field can say, as the kernel hands around before it cuts them up
};

Result<std::optional<Network>> network_of_v4(Bytes packet) {
  if (packet.size() < kIpv4Header) {
    return malformed("short IPv4");
  }
  const std::size_t header = std::size_t{byte_at(packet, 0) & 0x0fU} * 4;
  if (header < kIpv4Header) {
    return malformed("IPv4 header");
  }
  if (byte_at(packet, 9) != kTcp || (two_at(packet, 6) & kMoreOrOffset) != 0) {
    return std::optional<Network>{};
  }
  return std::optional{Network{*IpAddress::from_bytes(packet.subspan(12, 4)),
                               *IpAddress::from_bytes(packet.subspan(16, 4)), header, two_at(packet, 2)}};
}

Result<std::optional<Network>> network_of_v6(Bytes packet) {
  if (packet.size() < kIpv6Header) {
    return malformed("short IPv6");
  }
  if (byte_at(packet, 6) != kTcp) {
    return std::optional<Network>{};
  }
  const std::size_t payload = two_at(packet, 4);
  return std::optional{Network{*IpAddress::from_bytes(packet.subspan(8, 16)),
                               *IpAddress::from_bytes(packet.subspan(24, 16)), kIpv6Header,
                               payload == 0 ? 0 : kIpv6Header + payload}};
}

Result<std::optional<Network>> network_of(Bytes packet) {
  if (packet.empty()) {
    return malformed("no packet");
  }
  switch (byte_at(packet, 0) >> 4U) {
    case 4: return network_of_v4(packet);
    case 6: return network_of_v6(packet);
    default: return std::optional<Network>{};  // foreign: whatever else a link carries
  }
}

// The first timestamps in 'options', of which the beginning may be all that is left.
Result<std::optional<Bytes>> timestamps_in(Bytes options, std::size_t whole) {
  for (std::size_t at = 0; at < options.size();) {
    const unsigned kind = byte_at(options, at);
    if (kind == kEnd) {
      break;
    }
    if (kind == kNoOp) {
      ++at;
      continue;
    }
    if (at + 1 >= whole) {
      return malformed("option");
    }
    if (at + 1 >= options.size()) {
      break;  // cut
    }
    const std::size_t length = byte_at(options, at + 1);
    if (length < 2 || length > whole - at || (kind == kTimestamps && length != kTimestampsSize)) {
      return malformed("option length");
    }
    if (kind == kTimestamps) {
      return length > options.size() - at ? std::optional<Bytes>{} : std::optional{options.subspan(at + 2, length - 2)};
    }
    at += length;
  }
  return std::optional<Bytes>{};
}

}  // namespace

Result<std::optional<TcpStamp>> decode_tcp_stamp(Bytes packet) {
  const auto network = network_of(packet);
  if (!network) {
    return network.error();
  }
  if (!*network) {
    return std::optional<TcpStamp>{};
  }
  const Network& ip = **network;
  if (packet.size() < ip.header + kTcpHeader) {
    return malformed("short TCP");
  }
  const Bytes segment = packet.subspan(ip.header);
  const std::size_t header = std::size_t{byte_at(segment, 12) >> 4U} * 4;
  const bool sized = ip.end != 0;
  if (header < kTcpHeader || (sized && ip.end < ip.header + header)) {
    return malformed("TCP header");
  }
  const auto stamps = timestamps_in(segment.first(std::min(header, segment.size())).subspan(kTcpHeader),  //
                                    header - kTcpHeader);
  if (!stamps) {
    return stamps.error();
  }
  if (!*stamps) {
    return std::optional<TcpStamp>{};
  }
  const unsigned flags = byte_at(segment, 13);
  return std::optional{TcpStamp{.from = {ip.from, two_at(segment, 0)},
                                .to = {ip.to, two_at(segment, 2)},
                                .value = four_at(**stamps, 0),
                                .echo = four_at(**stamps, 4),
                                .syn = (flags & kSyn) != 0,
                                .ack = (flags & kAck) != 0,
                                .has_data = !sized || ip.end > ip.header + header}};
}

}  // namespace karkara
