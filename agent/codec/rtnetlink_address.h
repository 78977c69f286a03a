// Requests that put an address on a link and take it away (man 7 rtnetlink, linux/if_addr.h), to bytes.
// Refuses what cannot be said: two families, a length beyond the address, no link. Called by agent/io's
// RtnetlinkRequests.
#pragma once

#include <cstdint>

#include "agent/codec/rtnetlink.h"
#include "agent/facts/network_plan.h"

namespace karkara::rtnetlink {

// The address carries the protocol in IFA_PROTO; kernels before 5.18 ignore it, and those before 4.18 the metric.
// InvalidArgument.
[[nodiscard]] Result<Bytes> encode(const PutAddress& op, std::uint32_t sequence, std::uint8_t protocol = kOurProtocol);
[[nodiscard]] Result<Bytes> encode(const RemoveAddress& op, std::uint32_t sequence);
// Of an address that was just seen with these terms, which stay but for the preferred lifetime. InvalidArgument: not
// IPv6, not valid any more.
[[nodiscard]] Result<Bytes> encode(const PreferAddress& op, const AddressTerms& terms, std::uint32_t sequence);
[[nodiscard]] Result<Bytes> encode(const SetLinkUp& op, std::uint32_t sequence);

}  // namespace karkara::rtnetlink
