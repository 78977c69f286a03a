#include "agent/uplink/route_plan.h"

#include <algorithm>

#include "agent/uplink/nft_plan.h"

namespace karkara {
namespace {

constexpr std::uint32_t kFirstRule = 10'000;
constexpr std::uint32_t kSpecificRoutesRule = 10'090;
constexpr std::uint32_t kFirstFlowRule = 10'100;
constexpr std::uint32_t kTunnelRule = kFirstFlowRule + kMostSlots;
constexpr std::uint32_t kChoiceRule = 10'150;
constexpr std::uint32_t kUplinkMetric = 100;
constexpr std::uint32_t kLadderStep = 100;
constexpr std::uint32_t kLastResort = 4'278'198'272;  // the kernel's own metric for "unreachable default"

const FamilyPath& of_family(const UplinkPath& path, IpFamily family) {
  return family == IpFamily::V4 ? path.v4 : path.v6;
}

bool usable(const PlannedUplink& uplink, IpFamily family) {
  return uplink.path.usable() && of_family(uplink.path, family).usable();
}

Route default_route(const PlannedUplink& uplink, IpFamily family, std::uint32_t table, std::uint32_t metric) {
  const FamilyPath& path = of_family(uplink.path, family);
  Route route;
  route.destination = IpPrefix::everything(family);
  route.table = table;
  route.metric = metric;
  route.protocol = kOurProtocol;
  route.link = uplink.path.link;
  route.gateway = path.gateway;
  if (!path.gateway && family == IpFamily::V4) {
    route.scope = 253;  // RT_SCOPE_LINK: the kernel's own for a route without a gateway
  }
  route.source = path.source;
  route.mtu = uplink.mtu;
  return route;
}

// What is marked for an uplink without a path must fail, not leave through another one.
Route dead_end(IpFamily family, std::uint32_t table) {
  Route route;
  route.destination = IpPrefix::everything(family);
  route.table = table;
  route.metric = kLastResort;
  route.type = RouteType::Unreachable;
  route.protocol = kOurProtocol;
  return route;
}

Rule rule_to(IpFamily family, std::uint32_t priority, std::uint32_t table, std::uint32_t mark = 0) {
  Rule rule;
  rule.family = family;
  rule.priority = priority;
  rule.table = table;
  rule.protocol = kOurProtocol;
  rule.mark = mark;
  rule.mark_mask = mark != 0 ? kMarkMask : 0;
  return rule;
}

class RoutePlanner {
 public:
  RoutePlanner(const TrafficPlan& plan, WantedNetwork& wanted) : plan_{plan}, wanted_{wanted} {}

  void add(IpFamily family) {
    for (const PlannedUplink& uplink : plan_.uplinks) {
      add_own_table(uplink, family);
      add_flow_table(uplink, family);
    }
    add_tunnel_table(family);
    std::uint32_t metric = kLadderStep;
    for (const std::size_t index : plan_.ladder) {
      if (usable(plan_.uplinks[index], family)) {
        wanted_.routes.push_back(default_route(plan_.uplinks[index], family, kChoiceTable, metric));
      }
      metric += kLadderStep;
    }
    Rule specific = rule_to(family, kSpecificRoutesRule, kMainTable);
    specific.suppress_prefix_length = 0;
    wanted_.rules.push_back(specific);
    wanted_.rules.push_back(rule_to(family, kChoiceRule, kChoiceTable));
  }

 private:
  void add_own_table(const PlannedUplink& uplink, IpFamily family) {
    const std::uint32_t table = table_of_slot(uplink.slot);
    // An uplink without carrier has no route here: when its carrier returns, it has to prove itself first.
    if (usable(uplink, family)) {
      wanted_.routes.push_back(default_route(uplink, family, table, kUplinkMetric));
    }
    wanted_.routes.push_back(dead_end(family, table));
    wanted_.rules.push_back(rule_to(family, kFirstRule + uplink.slot, table, mark_of_slot(uplink.slot)));
  }

  // The others stand behind it, so that the kernel alone moves these flows when the carrier goes.
  void add_flow_table(const PlannedUplink& uplink, IpFamily family) {
    const std::uint32_t table = flow_table_of_slot(uplink.slot);
    std::uint32_t metric = kUplinkMetric;
    if (usable(uplink, family)) {
      wanted_.routes.push_back(default_route(uplink, family, table, metric));
    }
    // A class is sent to IPv6 alone when it may use nothing else that is good: its IPv4 must not get there all the
    // same.
    const bool alone = family == IpFamily::V4 && uplink.path.lacks_v4();
    for (const std::size_t index : alone ? std::vector<std::size_t>{} : plan_.ladder) {
      const PlannedUplink& other = plan_.uplinks[index];
      metric += kLadderStep;
      if (other.slot != uplink.slot && usable(other, family)) {
        wanted_.routes.push_back(default_route(other, family, table, metric));
      }
    }
    wanted_.routes.push_back(dead_end(family, table));
    wanted_.rules.push_back(rule_to(family, kFirstFlowRule + uplink.slot, table, flow_mark_of_slot(uplink.slot)));
  }

  // No dead end: when the interface goes, the rule finds nothing and the flows follow the choice.
  void add_tunnel_table(IpFamily family) {
    if (!plan_.tunnel || !(family == IpFamily::V4 ? plan_.tunnel->v4 : plan_.tunnel->v6)) {
      return;
    }
    Route route;
    route.destination = IpPrefix::everything(family);
    route.table = kTunnelTable;
    route.metric = kUplinkMetric;
    route.protocol = kOurProtocol;
    route.link = plan_.tunnel->link;
    route.scope = family == IpFamily::V4 ? 253 : 0;  // RT_SCOPE_LINK
    wanted_.routes.push_back(route);
    wanted_.rules.push_back(rule_to(family, kTunnelRule, kTunnelTable, kTunnelMark));
  }

  const TrafficPlan& plan_;
  WantedNetwork& wanted_;
};

void add_sysctls(const TrafficPlan& plan, bool v6, WantedNetwork& wanted) {
  wanted.sysctls.push_back({"net/ipv4/ip_forward", "1"});
  // A path that swallows too large packets and says nothing must not hang the router's own connections.
  wanted.sysctls.push_back({"net/ipv4/tcp_mtu_probing", "1"});
  if (v6) {
    wanted.sysctls.push_back({"net/ipv6/conf/all/forwarding", "1"});
  }
  if (plan.tunnel) {
    wanted.sysctls.push_back({"net/ipv4/conf/" + plan.tunnel->interface + "/rp_filter", "2"});
  }
  for (const PlannedUplink& uplink : plan.uplinks) {
    if (uplink.path.link == 0) {
      continue;
    }
    // Loose: an answer to a probe of a standby uplink does not come in where the main table would send it out.
    wanted.sysctls.push_back({"net/ipv4/conf/" + uplink.interface + "/rp_filter", "2"});
    // The ladder moves on carrier loss in the kernel itself, before any program runs.
    wanted.sysctls.push_back({"net/ipv4/conf/" + uplink.interface + "/ignore_routes_with_linkdown", "1"});
    if (v6) {
      wanted.sysctls.push_back({"net/ipv6/conf/" + uplink.interface + "/ignore_routes_with_linkdown", "1"});
      // A forwarding kernel stops listening to router advertisements unless told 2.
      wanted.sysctls.push_back({"net/ipv6/conf/" + uplink.interface + "/accept_ra", "2"});
    }
  }
}

}  // namespace

WantedNetwork plan_network(const TrafficPlan& plan) {
  WantedNetwork wanted;
  const bool v6 = std::any_of(plan.uplinks.begin(), plan.uplinks.end(),
                              [](const PlannedUplink& uplink) { return uplink.path.v6.usable(); });
  add_sysctls(plan, v6 || (plan.tunnel && plan.tunnel->v6), wanted);
  RoutePlanner planner{plan, wanted};
  planner.add(IpFamily::V4);
  if (v6 || (plan.tunnel && plan.tunnel->v6)) {
    planner.add(IpFamily::V6);
  }
  wanted.addresses = plan.addresses;
  if (!plan.uplinks.empty()) {
    wanted.nft_ruleset = nft_ruleset(plan);
  }
  return wanted;
}

}  // namespace karkara
