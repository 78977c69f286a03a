#include "agent/codec/links_of_kind.h"

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "agent/codec/netlink_attributes.h"
#include "agent/codec/rtnetlink_objects.h"

namespace karkara::rtnetlink {
namespace {

constexpr std::size_t kLongestName = IFNAMSIZ - 1;
constexpr std::size_t kLongestKind = 31;

// Empty: a nest about its master alone.
Result<std::string> kind_in(std::span<const std::byte> nest) {
  NetlinkAttributes attributes{nest};
  auto kind = attributes.name(IFLA_INFO_KIND, kLongestKind);
  if (auto status = attributes.status(); !status) {
    return status.error();
  }
  return kind.value_or("");
}

}  // namespace

NetlinkBytes encode_get_links_of_kind(const std::string& kind) {
  ifinfomsg header{};
  header.ifi_family = kAnyFamily;
  NetlinkRequest request{RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, 0, header};
  request.nest(IFLA_LINKINFO, [&](NetlinkRequest& inside) { inside.text(IFLA_INFO_KIND, kind); });
  return request.bytes();
}

Result<std::optional<LinkOfKind>> decode_link_of_kind(const NetlinkMessage& message) {
  if (message.kind != NetlinkMessage::Kind::Object || message.type != RTM_NEWLINK) {
    return std::optional<LinkOfKind>{};
  }
  auto rest = message.payload;
  const auto header = take_header<ifinfomsg>(rest);
  if (!header) {
    return header.error().in("rtnetlink");
  }
  if (header->ifi_family != kAnyFamily || header->ifi_index <= 0) {
    return std::optional<LinkOfKind>{};
  }
  NetlinkAttributes attributes{rest};
  LinkOfKind link;
  link.index = static_cast<std::uint32_t>(header->ifi_index);
  link.name = attributes.name(IFLA_IFNAME, kLongestName).value_or("");
  const auto nest = attributes.bytes(IFLA_LINKINFO, 0);
  if (auto status = attributes.status(); !status) {
    return status.error().in("rtnetlink");
  }
  if (nest) {
    const auto kind = kind_in(*nest);
    if (!kind) {
      return kind.error().in("rtnetlink");
    }
    link.kind = *kind;
  }
  return std::optional{std::move(link)};
}

}  // namespace karkara::rtnetlink
