#include <linux/rtnetlink.h>

#include <algorithm>

#include "agent/codec/netlink_attributes.h"
#include "agent/codec/rtnetlink_objects.h"

namespace karkara::rtnetlink {
namespace {

constexpr std::size_t kMostNextHops = 64;  // of one route; a sane one has a hop for each uplink

// Of a route or one of its next hops: forwards in a way that a gateway and a link do not tell.
bool is_beyond_gateways(const NetlinkAttributes& attributes) {
  return attributes.has(RTA_VIA) || attributes.has(RTA_ENCAP) || attributes.has(RTA_NEWDST);
}

RouteType type_of(const rtmsg& header, const NetlinkAttributes& attributes) {
  // A route with any of these forwards in a way that the other fields do not tell.
  if (header.rtm_tos != 0 || header.rtm_src_len != 0 || is_beyond_gateways(attributes)) {
    return RouteType::Other;
  }
  switch (header.rtm_type) {
    case RTN_UNICAST: return RouteType::Unicast;
    case RTN_UNREACHABLE: return RouteType::Unreachable;
    case RTN_BLACKHOLE: return RouteType::Blackhole;
    default: return RouteType::Other;  // foreign: the kernel has more
  }
}

// A route's own attributes that we neither model nor may ignore. RTA_PREF and RTA_CACHEINFO come with every IPv6 route.
bool has_other_attributes(const rtmsg& header, NetlinkAttributes& attributes) {
  const auto preference = attributes.u8(RTA_PREF);  // 0: medium, RFC 4191
  return (header.rtm_flags & RTNH_F_ONLINK) != 0 || attributes.has(RTA_NH_ID) || attributes.has(RTA_FLOW) ||
         attributes.has(RTA_TTL_PROPAGATE) || preference.value_or(0) != 0;
}

std::optional<IpAddress> address_from(NetlinkAttributes& attributes, unsigned type, IpFamily family, Status& status) {
  const auto bytes = attributes.bytes(type, 0);
  if (!bytes) {
    return std::nullopt;
  }
  const auto address = IpAddress::from_bytes(*bytes);
  if (!address || address->family() != family) {
    status = Error{ErrorCode::InvalidArgument, "wrong length of address attribute " + std::to_string(type)};
    return std::nullopt;
  }
  return address;
}

Status read_metrics(NetlinkAttributes& attributes, Route& route) {
  const auto nest = attributes.bytes(RTA_METRICS, 0);
  if (!nest) {
    return {};
  }
  NetlinkAttributes metrics{*nest};
  route.mtu = metrics.u32(RTAX_MTU);
  route.other_attributes = route.other_attributes || metrics.has_other_than({RTAX_MTU});
  return metrics.status();
}

Status read_destination(const rtmsg& header, NetlinkAttributes& attributes, IpFamily family, Route& route) {
  route.destination = IpPrefix::everything(family);
  Status status;
  const auto address = address_from(attributes, RTA_DST, family, status);
  if (!status) {
    return status;
  }
  if (header.rtm_dst_len > route.destination.address.size() * 8) {
    return Error{ErrorCode::InvalidArgument, "a prefix longer than its address"};
  }
  if (!address && header.rtm_dst_len != 0) {
    return Error{ErrorCode::NotFound, "a route without destination"};
  }
  route.destination = {address.value_or(route.destination.address), header.rtm_dst_len};
  return {};
}

// The route over one of its next hops; nothing when a Route cannot tell how that one forwards. Its flags are not looked
// at: whether a link is dead its carrier tells.
Found<Route> over_next_hop(Route route, const rtnexthop& hop, std::span<const std::byte> nested) {
  if (hop.rtnh_ifindex < 0) {
    return Error{ErrorCode::InvalidArgument, "a next hop over an impossible link"};
  }
  NetlinkAttributes attributes{nested};
  Status address;
  route.link = static_cast<std::uint32_t>(hop.rtnh_ifindex);
  route.gateway = address_from(attributes, RTA_GATEWAY, route.destination.address.family(), address);
  for (const Status& status : {attributes.status(), address}) {
    if (!status) {
      return status.error();
    }
  }
  return is_beyond_gateways(attributes) ? std::nullopt : std::optional{route};
}

Result<std::vector<Route>> over_next_hops(const Route& route, std::span<const std::byte> hops) {
  std::vector<Route> routes;
  for (std::size_t count = 0; !hops.empty() && count < kMostNextHops; ++count) {
    auto rest = hops;
    const auto hop = take_header<rtnexthop>(rest);
    if (!hop) {
      return hop.error();
    }
    if (hop->rtnh_len < sizeof(rtnexthop)) {
      return Error{ErrorCode::InvalidArgument, "a next hop shorter than its header"};
    }
    if (hop->rtnh_len > hops.size()) {
      return Error{ErrorCode::DataLoss, "a cut next hop"};
    }
    const auto found = over_next_hop(route, *hop, rest.first(hop->rtnh_len - sizeof(rtnexthop)));
    if (!found) {
      return found.error();
    }
    if (*found) {
      routes.push_back(**found);
    }
    const std::size_t step = RTNH_ALIGN(static_cast<std::size_t>(hop->rtnh_len));
    hops = hops.subspan(std::min(step, hops.size()));  // the last one may come without its padding
  }
  return routes;
}

// A route that cannot be taken apart remains as one of a type that says nothing: that it changed still counts.
Result<std::vector<Route>> taken_apart(Route route, const std::optional<std::span<const std::byte>>& hops) {
  if (!hops) {
    return std::vector{route};
  }
  route.other_attributes = true;  // putting or removing one hop would change the others
  auto routes = over_next_hops(route, *hops);
  if (!routes || (route.type == RouteType::Unicast && !routes->empty())) {
    return routes;
  }
  route.type = RouteType::Other;
  return std::vector{route};
}

}  // namespace

Result<std::vector<Route>> decode_routes(std::span<const std::byte> payload) {
  const auto header = take_header<rtmsg>(payload);
  if (!header) {
    return header.error();
  }
  const auto family = family_of(header->rtm_family);
  if (!family || (header->rtm_flags & RTM_F_CLONED) != 0) {
    return std::vector<Route>{};  // a multicast or MPLS route, or an IPv6 cache entry
  }
  NetlinkAttributes attributes{payload};
  Route route;
  route.type = type_of(*header, attributes);
  route.other_attributes = has_other_attributes(*header, attributes);
  route.protocol = header->rtm_protocol;
  route.scope = header->rtm_scope;
  route.table = attributes.u32(RTA_TABLE).value_or(header->rtm_table);
  route.metric = attributes.u32(RTA_PRIORITY).value_or(0);
  route.link = attributes.u32(RTA_OIF).value_or(0);
  Status addresses = read_destination(*header, attributes, *family, route);
  if (addresses) {
    route.gateway = address_from(attributes, RTA_GATEWAY, *family, addresses);
  }
  if (addresses) {
    route.source = address_from(attributes, RTA_PREFSRC, *family, addresses);
  }
  const Status metrics = read_metrics(attributes, route);
  const auto hops = attributes.bytes(RTA_MULTIPATH, 0);
  for (const Status& status : {attributes.status(), addresses, metrics}) {
    if (!status) {
      return status.error();
    }
  }
  return taken_apart(route, hops);
}

}  // namespace karkara::rtnetlink
