#include "agent/codec/rtnetlink_address.h"

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "agent/codec/netlink_request.h"
#include "agent/codec/rtnetlink_bytes.h"
#include "agent/codec/rtnetlink_objects.h"

namespace karkara::rtnetlink {
namespace {

constexpr int kCreateOrReplace = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE;
// What a replacement takes off an address unless it is said again (net/ipv6/addrconf.c, inet6_addr_modify).
constexpr std::uint32_t kKeptFlags = IFA_F_NODAD | IFA_F_HOMEADDRESS | IFA_F_MANAGETEMPADDR | IFA_F_NOPREFIXROUTE;
constexpr int kChange = NLM_F_REQUEST | NLM_F_ACK;

Result<NetlinkRequest> address_request(int type, int flags, std::uint32_t sequence, const StaticAddress& wanted) {
  const IpAddress& local = wanted.prefix.address;
  if (wanted.peer && wanted.peer->family() != local.family()) {
    return Error{ErrorCode::InvalidArgument, "an address and a peer of two families"};
  }
  if (wanted.link == 0 || local.is_unspecified() || wanted.prefix.length > local.size() * 8) {
    return Error{ErrorCode::InvalidArgument, "no link, no address or no such prefix length"};
  }
  ifaddrmsg header{};
  header.ifa_family = number_of(local.family());
  header.ifa_prefixlen = wanted.prefix.length;
  header.ifa_scope = RT_SCOPE_UNIVERSE;
  header.ifa_index = wanted.link;
  NetlinkRequest request{type, flags, sequence, header};
  request.address(IFA_LOCAL, local).address(IFA_ADDRESS, wanted.peer.value_or(local));
  return request;
}

}  // namespace

Result<Bytes> encode(const PutAddress& op, std::uint32_t sequence, std::uint8_t protocol) {
  auto request = address_request(RTM_NEWADDR, kCreateOrReplace, sequence, op.address);
  if (!request) {
    return request.error();
  }
  if (op.address.metric) {
    request->u32(IFA_RT_PRIORITY, *op.address.metric);
  }
  request->u8(IFA_PROTO, protocol);
  return finish(*request);
}

// Without metric and protocol: they are no part of what an address is known by.
Result<Bytes> encode(const RemoveAddress& op, std::uint32_t sequence) {
  const auto request = address_request(RTM_DELADDR, kChange, sequence, op.address);
  return request ? finish(*request) : request.error();
}

// Without IFA_ADDRESS: the other end of a link between two points stays as it is.
Result<Bytes> encode(const PreferAddress& op, const AddressTerms& terms, std::uint32_t sequence) {
  const IpPrefix& prefix = op.address.prefix;
  if (prefix.address.family() != IpFamily::V6 || prefix.length > prefix.address.size() * 8 || op.address.link == 0 ||
      terms.valid_seconds == 0) {
    return Error{ErrorCode::InvalidArgument, "no IPv6 address, no link, or not valid any more"};
  }
  ifaddrmsg header{};
  header.ifa_family = number_of(IpFamily::V6);
  header.ifa_prefixlen = prefix.length;
  header.ifa_scope = RT_SCOPE_UNIVERSE;
  header.ifa_index = op.address.link;
  ifa_cacheinfo life{};
  life.ifa_valid = terms.valid_seconds;
  life.ifa_prefered = op.address.preferred ? terms.valid_seconds : 0;
  NetlinkRequest request{RTM_NEWADDR, NLM_F_REQUEST | NLM_F_ACK | NLM_F_REPLACE, sequence, header};
  request.address(IFA_LOCAL, prefix.address)
      .raw(IFA_CACHEINFO, std::as_bytes(std::span{&life, 1}))
      .u32(IFA_FLAGS, terms.flags & kKeptFlags)
      .u8(IFA_PROTO, op.address.preferred ? std::uint8_t{0} : kDeprecatedProtocol);
  return finish(request);
}

Result<Bytes> encode(const SetLinkUp& op, std::uint32_t sequence) {
  if (op.link == 0) {
    return Error{ErrorCode::InvalidArgument, "no link"};
  }
  ifinfomsg header{};
  header.ifi_index = static_cast<int>(op.link);
  header.ifi_flags = header.ifi_change = IFF_UP;
  return finish(NetlinkRequest{RTM_NEWLINK, kChange, sequence, header});
}

}  // namespace karkara::rtnetlink
