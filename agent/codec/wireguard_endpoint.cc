#include "agent/codec/wireguard_endpoint.h"

#include <endian.h>

#include <cstring>

#include "agent/codec/rtnetlink_objects.h"

namespace karkara::wireguard {
namespace {

// Both begin with the family, in the machine's order, and the port.
constexpr std::size_t kPortAt = 2;
constexpr std::size_t kV4AddressAt = 4;
constexpr std::size_t kV4Size = 16;
constexpr std::size_t kV6AddressAt = 8;  // behind the flow label
constexpr std::size_t kV6Size = 28;

}  // namespace

std::vector<std::byte> encode_endpoint(const IpEndpoint& endpoint) {
  const bool v4 = endpoint.address.family() == IpFamily::V4;
  std::vector<std::byte> content(v4 ? kV4Size : kV6Size);
  const std::uint16_t family = rtnetlink::number_of(endpoint.address.family());
  const std::uint16_t port = htobe16(endpoint.port);
  const auto address = endpoint.address.bytes();
  std::memcpy(content.data(), &family, sizeof family);
  std::memcpy(content.data() + kPortAt, &port, sizeof port);
  std::memcpy(content.data() + (v4 ? kV4AddressAt : kV6AddressAt), address.data(), address.size());
  return content;
}

Result<IpEndpoint> decode_endpoint(std::span<const std::byte> content) {
  std::uint16_t family = 0;
  std::uint16_t port = 0;
  const Error wrong{ErrorCode::InvalidArgument, "an endpoint of an unknown family or a wrong length"};
  if (content.size() != kV4Size && content.size() != kV6Size) {
    return wrong;
  }
  std::memcpy(&family, content.data(), sizeof family);
  std::memcpy(&port, content.data() + kPortAt, sizeof port);
  const bool v4 = content.size() == kV4Size;
  if (family != (v4 ? rtnetlink::kIpv4Family : rtnetlink::kIpv6Family)) {
    return wrong;
  }
  const auto address = IpAddress::from_bytes(v4 ? content.subspan(kV4AddressAt, 4) : content.subspan(kV6AddressAt, 16));
  return address ? Result<IpEndpoint>{IpEndpoint{*address, be16toh(port)}} : wrong;
}

}  // namespace karkara::wireguard
