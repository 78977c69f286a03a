#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include "agent/codec/netlink_attributes.h"
#include "agent/codec/rtnetlink_objects.h"

namespace karkara::rtnetlink {
namespace {

constexpr std::uint32_t kNoSuppression = 0xffff'ffff;

// Anything beyond these may narrow what the rule matches, so it makes the rule one that we do not know.
bool selects_by_more(const fib_rule_hdr& header, const NetlinkAttributes& attributes) {
  return header.src_len != 0 || header.dst_len != 0 || header.tos != 0 || header.action != FR_ACT_TO_TBL ||
         (header.flags & FIB_RULE_INVERT) != 0 ||
         attributes.has_other_than({FRA_PRIORITY, FRA_FWMARK, FRA_FWMASK, FRA_TABLE, FRA_PROTOCOL,
                                    FRA_SUPPRESS_PREFIXLEN, FRA_UNSPEC, FRA_PAD});
}

}  // namespace

Found<Rule> decode_rule(std::span<const std::byte> payload) {
  const auto header = take_header<fib_rule_hdr>(payload);
  if (!header) {
    return header.error();
  }
  const auto family = family_of(header->family);
  if (!family) {
    return std::optional<Rule>{};  // rules of multicast routing
  }
  NetlinkAttributes attributes{payload};
  Rule rule;
  rule.family = *family;
  rule.priority = attributes.u32(FRA_PRIORITY).value_or(0);
  rule.mark = attributes.u32(FRA_FWMARK).value_or(0);
  rule.mark_mask = attributes.u32(FRA_FWMASK).value_or(0);
  rule.table = attributes.u32(FRA_TABLE).value_or(header->table);
  rule.protocol = attributes.u8(FRA_PROTOCOL).value_or(0);
  const auto suppress = attributes.u32(FRA_SUPPRESS_PREFIXLEN);
  if (suppress && *suppress != kNoSuppression) {
    rule.suppress_prefix_length = suppress;
  }
  rule.other_selectors = selects_by_more(*header, attributes);
  if (auto status = attributes.status(); !status) {
    return status.error();
  }
  return std::optional{rule};
}

}  // namespace karkara::rtnetlink
