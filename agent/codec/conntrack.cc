#include "agent/codec/conntrack.h"

#include <endian.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>

#include <charconv>
#include <cstring>

#include "agent/codec/netlink_attributes.h"
#include "agent/codec/rtnetlink_objects.h"

namespace karkara::conntrack {
namespace {

constexpr int type_of(int operation) {
  return (NFNL_SUBSYS_CTNETLINK << 8) | operation;
}

constexpr int kChange = NLM_F_REQUEST | NLM_F_ACK;
constexpr int kDump = NLM_F_REQUEST | NLM_F_DUMP;
constexpr unsigned kFirstMajorWithMarkedFlush = 4;
constexpr std::size_t kShortestTuple = NLA_HDRLEN;
constexpr std::size_t kV4Bytes = 4;
constexpr std::size_t kV6Bytes = 16;
constexpr std::size_t kLongestTuple = 512;  // of IPv6 and TCP it has 84 bytes

// Without a family: some kernels take one for a filter, others ignore it.
nfgenmsg any_family() {
  return {rtnetlink::kAnyFamily, NFNETLINK_V0, 0};
}

}  // namespace

bool matches(const Entry& entry, const MarkMatch& match) {
  return (entry.mark & match.mask) == match.mark;
}

Result<NetlinkBytes> encode_flush(const MarkMatch& match) {
  if (match.mark == 0 || (match.mark & ~match.mask) != 0) {
    return Error{ErrorCode::InvalidArgument, "conntrack: no mark within its mask to flush by"};
  }
  NetlinkRequest request{type_of(IPCTNL_MSG_CT_DELETE), kChange, 0, any_family()};
  auto bytes = request.be32(CTA_MARK, match.mark).be32(CTA_MARK_MASK, match.mask).bytes();
  if (bytes.empty()) {
    return Error{ErrorCode::ResourceExhausted, "conntrack: no memory for a request"};
  }
  return bytes;
}

NetlinkBytes encode_removal(const Entry& entry) {
  const nfgenmsg header{rtnetlink::number_of(entry.family), NFNETLINK_V0, 0};
  NetlinkRequest request{type_of(IPCTNL_MSG_CT_DELETE), kChange, 0, header};
  request.raw(CTA_TUPLE_ORIG | NLA_F_NESTED, entry.tuple).be32(CTA_ID, entry.id);
  if (entry.zone) {
    request.be16(CTA_ZONE, *entry.zone);
  }
  return request.bytes();
}

NetlinkBytes encode_dump(const MarkMatch& match) {
  NetlinkRequest request{type_of(IPCTNL_MSG_CT_GET), kDump, 0, any_family()};
  return request.be32(CTA_MARK, match.mark).be32(CTA_MARK_MASK, match.mask).bytes();
}

Result<std::optional<Entry>> decode_entry(const NetlinkMessage& message) {
  if (message.kind != NetlinkMessage::Kind::Object || message.type != type_of(IPCTNL_MSG_CT_NEW)) {
    return std::optional<Entry>{};
  }
  auto rest = message.payload;
  const auto header = rtnetlink::take_header<nfgenmsg>(rest);
  if (!header) {
    return header.error().in("conntrack");
  }
  const auto family = rtnetlink::family_of(header->nfgen_family);
  if (!family) {
    return std::optional<Entry>{};
  }
  NetlinkAttributes attributes{rest};
  const auto id = attributes.u32(CTA_ID);
  const auto mark = attributes.u32(CTA_MARK);  // may be left out when it is 0
  const auto zone = attributes.bytes(CTA_ZONE, sizeof(std::uint16_t));
  const auto tuple = attributes.bytes(CTA_TUPLE_ORIG, kShortestTuple);
  if (auto status = attributes.status(); !status) {
    return status.error().in("conntrack");
  }
  if (!id || !tuple) {
    return Error{ErrorCode::NotFound, "conntrack: an entry without id or addresses"};
  }
  if (tuple->size() > kLongestTuple) {
    return Error{ErrorCode::InvalidArgument, "conntrack: addresses of an impossible length"};
  }
  Entry entry{*family, be32toh(*id), be32toh(mark.value_or(0)), std::nullopt, *tuple};
  if (zone) {
    std::uint16_t number = 0;
    std::memcpy(&number, zone->data(), sizeof number);
    entry.zone = be16toh(number);
  }
  return std::optional{entry};
}

namespace {

// A counter of either width; nothing where there is none.
std::optional<std::uint64_t> bytes_counted(const std::optional<std::span<const std::byte>>& counters, Status& status) {
  if (!counters) {
    return std::nullopt;
  }
  NetlinkAttributes parts{*counters};
  const auto wide = parts.bytes(CTA_COUNTERS_BYTES, sizeof(std::uint64_t));
  const auto narrow = wide ? std::nullopt : parts.u32(CTA_COUNTERS32_BYTES);
  if (!parts.status()) {
    status = parts.status();
    return std::nullopt;
  }
  if (!wide) {
    return narrow ? std::optional<std::uint64_t>{be32toh(*narrow)} : std::nullopt;
  }
  std::uint64_t number = 0;
  std::memcpy(&number, wide->data(), sizeof number);
  return be64toh(number);
}

std::optional<IpAddress> source_of(std::span<const std::byte> tuple, Status& status) {
  NetlinkAttributes parts{tuple};
  const auto addresses = parts.bytes(CTA_TUPLE_IP, 0);
  status = parts.status();
  if (!status || !addresses) {
    return std::nullopt;
  }
  NetlinkAttributes ip{*addresses};
  const auto v4 = ip.bytes(CTA_IP_V4_SRC, kV4Bytes);
  const auto v6 = v4 ? std::nullopt : ip.bytes(CTA_IP_V6_SRC, kV6Bytes);
  status = ip.status();
  return v4 ? IpAddress::from_bytes(*v4) : v6 ? IpAddress::from_bytes(*v6) : std::nullopt;
}

}  // namespace

Result<FlowBytes> decode_flow_bytes(const NetlinkMessage& message) {
  auto rest = message.payload;
  const auto header = rtnetlink::take_header<nfgenmsg>(rest);
  if (!header) {
    return header.error().in("conntrack");
  }
  NetlinkAttributes attributes{rest};
  const auto tuple = attributes.bytes(CTA_TUPLE_ORIG, kShortestTuple);
  const auto sent = attributes.bytes(CTA_COUNTERS_ORIG, 0);
  const auto received = attributes.bytes(CTA_COUNTERS_REPLY, 0);
  Status status = attributes.status();
  const auto source = status && tuple ? source_of(*tuple, status) : std::nullopt;
  FlowBytes flow{source.value_or(IpAddress{}), std::nullopt, std::nullopt};
  if (status && source) {
    flow.sent = bytes_counted(sent, status);
    flow.received = bytes_counted(received, status);
  }
  if (!status) {
    return status.error().in("conntrack");
  }
  if (!source) {
    return Error{ErrorCode::NotFound, "conntrack: an entry without addresses"};
  }
  return flow;
}

bool flush_honours_mark(std::string_view kernel_release) {
  unsigned major = 0;
  const char* end = kernel_release.data() + kernel_release.size();
  const auto [next, error] = std::from_chars(kernel_release.data(), end, major);
  return error == std::errc{} && next != end && *next == '.' && major >= kFirstMajorWithMarkedFlush;
}

}  // namespace karkara::conntrack
