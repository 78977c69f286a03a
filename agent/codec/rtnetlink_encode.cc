#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "agent/codec/netlink_request.h"
#include "agent/codec/rtnetlink.h"
#include "agent/codec/rtnetlink_bytes.h"
#include "agent/codec/rtnetlink_objects.h"

namespace karkara::rtnetlink {
namespace {

constexpr int kCreateOrReplace = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE;
constexpr int kCreateOnly = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
constexpr int kRemove = NLM_F_REQUEST | NLM_F_ACK;
constexpr int kDump = NLM_F_REQUEST | NLM_F_DUMP;

// Old headers have one byte for the table; the attribute always says it in full.
unsigned char short_table(std::uint32_t table) {
  return table < 256 ? static_cast<unsigned char>(table) : static_cast<unsigned char>(RT_TABLE_UNSPEC);
}

Result<unsigned char> number_of(RouteType type) {
  switch (type) {
    case RouteType::Unicast: return static_cast<unsigned char>(RTN_UNICAST);
    case RouteType::Unreachable: return static_cast<unsigned char>(RTN_UNREACHABLE);
    case RouteType::Blackhole: return static_cast<unsigned char>(RTN_BLACKHOLE);
    case RouteType::Other: break;
  }
  return Error{ErrorCode::InvalidArgument, "a route of a type that is not ours"};
}

Result<NetlinkRequest> route_request(int type, int flags, std::uint32_t sequence, const Route& route) {
  const auto kind = number_of(route.type);
  if (!kind) {
    return kind.error();
  }
  const IpFamily family = route.destination.address.family();
  if ((route.gateway && route.gateway->family() != family) || (route.source && route.source->family() != family)) {
    return Error{ErrorCode::InvalidArgument, "a route with addresses of two families"};
  }
  rtmsg header{};
  header.rtm_family = rtnetlink::number_of(family);
  header.rtm_dst_len = route.destination.length;
  header.rtm_table = short_table(route.table);
  header.rtm_protocol = route.protocol;
  header.rtm_scope = route.scope;
  header.rtm_type = *kind;
  NetlinkRequest request{type, flags, sequence, header};
  if (!route.destination.is_everything()) {
    request.address(RTA_DST, route.destination.address);
  }
  request.u32(RTA_TABLE, route.table).u32(RTA_PRIORITY, route.metric);
  if (route.link != 0) {
    request.u32(RTA_OIF, route.link);
  }
  if (route.gateway) {
    request.address(RTA_GATEWAY, *route.gateway);
  }
  if (route.source) {
    request.address(RTA_PREFSRC, *route.source);
  }
  return request;
}

Result<Bytes> rule_request(int type, int flags, std::uint32_t sequence, const Rule& rule) {
  if (rule.other_selectors) {
    return Error{ErrorCode::InvalidArgument, "a rule with selectors that are not ours"};
  }
  fib_rule_hdr header{};
  header.family = rtnetlink::number_of(rule.family);
  header.table = short_table(rule.table);
  header.action = FR_ACT_TO_TBL;
  NetlinkRequest request{type, flags, sequence, header};
  request.u32(FRA_PRIORITY, rule.priority).u32(FRA_TABLE, rule.table).u8(FRA_PROTOCOL, rule.protocol);
  if (rule.mark_mask != 0) {
    request.u32(FRA_FWMARK, rule.mark).u32(FRA_FWMASK, rule.mark_mask);
  }
  if (rule.suppress_prefix_length) {
    request.u32(FRA_SUPPRESS_PREFIXLEN, *rule.suppress_prefix_length);
  }
  return finish(request);
}

}  // namespace

Result<Bytes> encode(const PutRoute& op, std::uint32_t sequence) {
  auto request = route_request(RTM_NEWROUTE, kCreateOrReplace, sequence, op.route);
  if (!request) {
    return request.error();
  }
  if (op.route.mtu) {
    request->nested_u32(RTA_METRICS, RTAX_MTU, *op.route.mtu);
  }
  return finish(*request);
}

// Without the MTU: it is no part of what a route is known by.
Result<Bytes> encode(const RemoveRoute& op, std::uint32_t sequence) {
  const auto request = route_request(RTM_DELROUTE, kRemove, sequence, op.route);
  return request ? finish(*request) : request.error();
}

Result<Bytes> encode(const AddRule& op, std::uint32_t sequence) {
  return rule_request(RTM_NEWRULE, kCreateOnly, sequence, op.rule);
}

Result<Bytes> encode(const RemoveRule& op, std::uint32_t sequence) {
  return rule_request(RTM_DELRULE, kRemove, sequence, op.rule);
}

Bytes dump_links(std::uint32_t sequence) {
  return NetlinkRequest{RTM_GETLINK, kDump, sequence, ifinfomsg{}}.bytes();
}

Bytes dump_addresses(std::uint32_t sequence) {
  return NetlinkRequest{RTM_GETADDR, kDump, sequence, ifaddrmsg{}}.bytes();
}

Bytes dump_routes(const RouteFilter& filter, std::uint32_t sequence) {
  rtmsg header{};
  header.rtm_family = rtnetlink::number_of(filter.family);
  header.rtm_protocol = filter.protocol;
  NetlinkRequest request{RTM_GETROUTE, kDump, sequence, header};
  if (filter.table != 0) {
    request.u32(RTA_TABLE, filter.table);
  }
  return request.bytes();
}

Bytes dump_rules(std::uint32_t sequence) {
  return NetlinkRequest{RTM_GETRULE, kDump, sequence, fib_rule_hdr{}}.bytes();
}

}  // namespace karkara::rtnetlink
