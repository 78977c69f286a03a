#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "agent/codec/netlink_attributes.h"
#include "agent/codec/rtnetlink_objects.h"

namespace karkara::rtnetlink {
namespace {

constexpr std::size_t kLongestName = IFNAMSIZ - 1;
constexpr std::size_t kLongestKind = 31;

// Both structures begin with received packets, sent packets, received bytes, sent bytes.
template <class Counter>
void copy_counters(std::span<const std::byte> bytes, Link& link) {
  std::array<Counter, 4> counters{};
  std::memcpy(counters.data(), bytes.data(), sizeof counters);
  link.received_packets = counters[0];
  link.sent_packets = counters[1];
  link.received_bytes = counters[2];
  link.sent_bytes = counters[3];
}

// What it is a port of, and whether others are ports of it. A nest that cannot be read says neither.
void decode_kinship(NetlinkAttributes& attributes, Link& link) {
  link.master = attributes.u32(IFLA_MASTER).value_or(0);
  NetlinkAttributes information{attributes.bytes(IFLA_LINKINFO, 0).value_or(std::span<const std::byte>{})};
  const std::string kind = information.name(IFLA_INFO_KIND, kLongestKind).value_or("");
  link.is_bridge = kind == "bridge";
  if (kind == "vlan" && !attributes.has(IFLA_LINK_NETNSID)) {
    link.lower = attributes.u32(IFLA_LINK).value_or(0);
  }
}

std::uint32_t valid_seconds(std::span<const std::byte> life) {
  ifa_cacheinfo copy{};
  std::memcpy(&copy, life.data(), sizeof copy);
  return copy.ifa_valid;
}

}  // namespace

Found<Link> decode_link(std::span<const std::byte> payload, bool gone) {
  const auto header = take_header<ifinfomsg>(payload);
  if (!header) {
    return header.error();
  }
  if (header->ifi_family != kAnyFamily) {
    return std::optional<Link>{};  // AF_BRIDGE: a port joined or left a bridge. The link itself did not come or go.
  }
  if (header->ifi_index <= 0) {
    return Error{ErrorCode::InvalidArgument, "a link without index"};
  }
  NetlinkAttributes attributes{payload};
  Link link;
  link.index = static_cast<std::uint32_t>(header->ifi_index);
  link.admin_up = (header->ifi_flags & IFF_UP) != 0;
  // LOWER_UP is IFLA_CARRIER of a running link: a link that is down by hand has no carrier, whatever its driver says.
  link.carrier = (header->ifi_flags & IFF_LOWER_UP) != 0;
  link.mtu = attributes.u32(IFLA_MTU).value_or(0);
  const auto name = attributes.name(IFLA_IFNAME, kLongestName);
  link.name = name.value_or("");
  const auto wide = attributes.bytes(IFLA_STATS64, 4 * sizeof(std::uint64_t));
  const auto narrow = attributes.bytes(IFLA_STATS, 4 * sizeof(std::uint32_t));
  if (wide) {
    copy_counters<std::uint64_t>(*wide, link);
  } else if (narrow) {
    copy_counters<std::uint32_t>(*narrow, link);
  }
  decode_kinship(attributes, link);
  if (auto status = attributes.status(); !status) {
    return status.error();
  }
  if (!gone && (!name || attributes.has(IFLA_WIRELESS))) {
    return std::optional<Link>{};  // an event of the wireless extensions: nothing about the link itself
  }
  return std::optional{link};
}

Found<LinkAddress> decode_address(std::span<const std::byte> payload) {
  const auto header = take_header<ifaddrmsg>(payload);
  if (!header) {
    return header.error();
  }
  const auto family = family_of(header->ifa_family);
  if (!family) {
    return std::optional<LinkAddress>{};
  }
  NetlinkAttributes attributes{payload};
  // Between two points IFA_ADDRESS is the other end, and IFA_LOCAL is ours.
  const auto local = attributes.bytes(IFA_LOCAL, 4);
  const auto given = attributes.bytes(IFA_ADDRESS, 4);
  const std::uint32_t flags = attributes.u32(IFA_FLAGS).value_or(header->ifa_flags);
  const auto protocol = attributes.bytes(IFA_PROTO, 1);
  const auto life = attributes.bytes(IFA_CACHEINFO, sizeof(ifa_cacheinfo));
  if (auto status = attributes.status(); !status) {
    return status.error();
  }
  if (!local && !given) {
    return Error{ErrorCode::NotFound, "an address message without address"};
  }
  const auto address = IpAddress::from_bytes(local ? *local : *given);
  if (!address || address->family() != *family || header->ifa_prefixlen > address->size() * 8) {
    return Error{ErrorCode::InvalidArgument, "an address of a wrong length"};
  }
  LinkAddress result;
  result.link = header->ifa_index;
  result.prefix = {*address, header->ifa_prefixlen};
  result.global = header->ifa_scope <= RT_SCOPE_SITE;
  result.deprecated = (flags & IFA_F_DEPRECATED) != 0;
  result.tentative = (flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) != 0;
  const std::uint8_t owner = protocol ? std::to_integer<std::uint8_t>(protocol->front()) : std::uint8_t{0};
  result.ours = owner == kOurProtocol;
  result.permanent = (flags & IFA_F_PERMANENT) != 0;
  result.deprecated_by_us = result.deprecated && owner == kDeprecatedProtocol;
  result.terms = {flags, life ? valid_seconds(*life) : AddressTerms::kForever};
  return std::optional{result};
}

}  // namespace karkara::rtnetlink
