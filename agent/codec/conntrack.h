// Connection tracking over nfnetlink (linux/netfilter/nfnetlink_conntrack.h): requests to bytes, entries of a dump to
// values. Refuses to ask for the removal of everything: a flush always says a mark and a mask. Called by agent/io's
// Conntrack.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "agent/codec/netlink_message.h"
#include "agent/codec/netlink_request.h"
#include "agent/facts/flows.h"
#include "agent/facts/ip.h"

namespace karkara::conntrack {

struct Entry {
  IpFamily family = IpFamily::V4;
  std::uint32_t id = 0;
  std::uint32_t mark = 0;
  std::optional<std::uint16_t> zone;
  std::span<const std::byte> tuple;  // the attributes of the original direction, in the message
};

[[nodiscard]] bool matches(const Entry& entry, const MarkMatch& match);

// Removes all entries that match, of both families. InvalidArgument: no mask or a mark beyond it, which would mean all
// or none; a mark of 0, which is everybody's who sets none.
[[nodiscard]] Result<NetlinkBytes> encode_flush(const MarkMatch& match);
// Removes this entry unless another one took its place meanwhile.
[[nodiscard]] NetlinkBytes encode_removal(const Entry& entry);
// All entries that match, of both families; kernels before 3.4 send all there are.
[[nodiscard]] NetlinkBytes encode_dump(const MarkMatch& match);

// Nothing for what is no entry, or of another family.
[[nodiscard]] Result<std::optional<Entry>> decode_entry(const NetlinkMessage& message);

// Who began a flow and what went over it. Without counters where the kernel does not keep them
// (net.netfilter.nf_conntrack_acct), or did not when the flow began.
struct FlowBytes {
  IpAddress source;
  std::optional<std::uint64_t> sent;
  std::optional<std::uint64_t> received;
};
// The message of an entry that decode_entry() understood.
[[nodiscard]] Result<FlowBytes> decode_flow_bytes(const NetlinkMessage& message);

// False where encode_flush() would remove everything: the kernel looks at the mark since 4.0 (commit 866476f32346,
// "netfilter: conntrack: Flush connections with a given mark"). False as well for a release ("6.1.0-18-arm64") that
// cannot be read.
[[nodiscard]] bool flush_honours_mark(std::string_view kernel_release);

}  // namespace karkara::conntrack
