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

bool flush_honours_mark(std::string_view kernel_release) {
  unsigned major = 0;
  const char* end = kernel_release.data() + kernel_release.size();
  const auto [next, error] = std::from_chars(kernel_release.data(), end, major);
  return error == std::errc{} && next != end && *next == '.' && major >= kFirstMajorWithMarkedFlush;
}

}  // namespace karkara::conntrack
