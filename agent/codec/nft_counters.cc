#include "agent/codec/nft_counters.h"

#include <endian.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "agent/codec/netlink_attributes.h"
#include "agent/codec/rtnetlink_objects.h"
#include "agent/facts/kernel.h"

namespace karkara::nft_counters {
namespace {

constexpr int kGet = (NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_GETOBJ;
constexpr int kNew = (NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_NEWOBJ;

constexpr std::string_view kFamily = "inet ";
static_assert(kNftTable.starts_with(kFamily));
constexpr std::string_view kTable = kNftTable.substr(kFamily.size());

// In place; nothing for what is no plain name.
std::string_view text_in(std::span<const std::byte> content) {
  const auto end = std::find(content.begin(), content.end(), std::byte{0});
  const bool printable = std::all_of(content.begin(), end, [](std::byte b) { return b > std::byte{' '}; });
  if (end == content.end() || !printable) {
    return {};
  }
  return {reinterpret_cast<const char*>(content.data()), static_cast<std::size_t>(end - content.begin())};
}

std::optional<std::uint64_t> be64(NetlinkAttributes& attributes, unsigned type) {
  const auto content = attributes.bytes(type, sizeof(std::uint64_t));
  std::uint64_t value = 0;
  if (!content || content->size() != sizeof value) {
    return std::nullopt;
  }
  std::memcpy(&value, content->data(), sizeof value);
  return be64toh(value);
}

Status read_values(std::span<const std::byte> nest, FlowCounter& into) {
  NetlinkAttributes attributes{nest};
  const auto packets = be64(attributes, NFTA_COUNTER_PACKETS);
  const auto bytes = be64(attributes, NFTA_COUNTER_BYTES);
  if (auto status = attributes.status(); !status) {
    return status.error().in("nft counter");
  }
  if (!packets || !bytes) {
    return Error{ErrorCode::InvalidArgument, "nft counter: no values of 64 bits"};
  }
  into.packets = *packets;
  into.bytes = *bytes;
  return {};
}

}  // namespace

NetlinkBytes encode_dump() {
  const nfgenmsg header{NFPROTO_INET, NFNETLINK_V0, 0};
  NetlinkRequest request{kGet, NLM_F_REQUEST | NLM_F_DUMP, 0, header};
  return request.text(NFTA_OBJ_TABLE, std::string{kTable}).be32(NFTA_OBJ_TYPE, NFT_OBJECT_COUNTER).bytes();
}

Result<bool> decode_counter(const NetlinkMessage& message, FlowCounter& into) {
  if (message.kind != NetlinkMessage::Kind::Object || message.type != kNew) {
    return false;
  }
  auto rest = message.payload;
  const auto header = rtnetlink::take_header<nfgenmsg>(rest);
  if (!header) {
    return header.error().in("nft counter");
  }
  NetlinkAttributes attributes{rest};
  const auto table = attributes.bytes(NFTA_OBJ_TABLE, 1);
  const auto name = attributes.bytes(NFTA_OBJ_NAME, 1);
  const auto type = attributes.u32(NFTA_OBJ_TYPE);
  const auto values = attributes.bytes(NFTA_OBJ_DATA, 0);
  if (auto status = attributes.status(); !status) {
    return status.error().in("nft counter");
  }
  if (header->nfgen_family != NFPROTO_INET || !table || text_in(*table) != kTable || !type ||
      be32toh(*type) != NFT_OBJECT_COUNTER) {
    return false;
  }
  const std::string_view text = name ? text_in(*name) : std::string_view{};
  if (text.empty() || text.size() >= NFT_OBJ_MAXNAMELEN || !values) {
    return Error{ErrorCode::InvalidArgument, "nft counter: no name or no values"};
  }
  into.name.assign(text);
  if (auto status = read_values(*values, into); !status) {
    return status.error();
  }
  return true;
}

}  // namespace karkara::nft_counters
