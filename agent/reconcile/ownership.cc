#include "agent/reconcile/ownership.h"

#include <algorithm>
#include <array>

#include "agent/reconcile/traffic_steps.h"

namespace karkara {
namespace {

constexpr std::uint32_t kIpv6DefaultMetric = 1024;

IpPrefix without_host_bits(const IpPrefix& prefix) {
  std::array<std::byte, 16> bytes{};
  const auto given = prefix.address.bytes();
  for (std::size_t i = 0; i < given.size(); ++i) {
    const int bits = std::clamp(static_cast<int>(prefix.length) - static_cast<int>(i * 8), 0, 8);
    bytes[i] = given[i] & static_cast<std::byte>(0xff << (8 - bits));
  }
  return {IpAddress::from_bytes(std::span{bytes}.first(given.size())).value_or(prefix.address), prefix.length};
}

}  // namespace

bool is_ours(const Route& route) {
  return route.protocol == kOurProtocol && route.table >= kChoiceTable && route.table <= kLastTable &&
         route.type != RouteType::Other && !route.other_attributes;
}

bool is_ours(const Rule& rule) {
  return rule.protocol == kOurProtocol && rule.priority >= kFirstRulePriority && rule.priority <= kLastRulePriority &&
         !rule.other_selectors;
}

Route canonical(Route route) {
  route.destination = without_host_bits(route.destination);
  if (route.destination.address.family() == IpFamily::V6) {
    route.scope = 0;
    route.metric = route.metric == 0 ? kIpv6DefaultMetric : route.metric;
  }
  if (route.type != RouteType::Unicast) {
    route.link = 0;
    route.gateway.reset();
  }
  return route;
}

Rule canonical(Rule rule) {
  rule.mark = rule.mark_mask == 0 ? 0 : rule.mark & rule.mark_mask;
  return rule;
}

WantedNetwork canonical(const WantedNetwork& wanted) {
  WantedNetwork result{wanted.sysctls,           {}, {}, wanted.nft_ruleset, wanted.addresses, wanted.preferences,
                       canonical(wanted.traffic)};
  for (const Route& given : wanted.routes) {
    const Route route = canonical(given);
    const bool taken = std::any_of(result.routes.begin(), result.routes.end(),
                                   [&](const Route& other) { return same_place(route, other); });
    if (is_ours(route) && !taken) {
      result.routes.push_back(route);
    }
  }
  for (const Rule& given : wanted.rules) {
    const Rule rule = canonical(given);
    if (is_ours(rule) && std::find(result.rules.begin(), result.rules.end(), rule) == result.rules.end()) {
      result.rules.push_back(rule);
    }
  }
  return result;
}

bool same_place(const Route& a, const Route& b) {
  return same_destination(a, b) && a.metric == b.metric;
}

bool same_destination(const Route& a, const Route& b) {
  return a.table == b.table && a.destination == b.destination;
}

}  // namespace karkara
