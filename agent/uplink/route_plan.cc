#include "agent/uplink/route_plan.h"

namespace karkara {
namespace {

constexpr std::uint32_t kFirstRule = 10'000;
constexpr std::uint32_t kSpecificRoutesRule = 10'090;
constexpr std::uint32_t kChoiceRule = 10'100;
constexpr std::uint32_t kUplinkMetric = 100;
constexpr std::uint32_t kLadderStep = 100;
constexpr std::uint32_t kLastResort = 4'278'198'272;  // the kernel's own metric for "unreachable default"

Route default_route(const PlannedUplink& uplink, std::uint32_t table, std::uint32_t metric) {
  Route route;
  route.destination = IpPrefix::everything(IpFamily::V4);
  route.table = table;
  route.metric = metric;
  route.protocol = kOurProtocol;
  route.link = uplink.path.link;
  route.gateway = uplink.path.gateway;
  route.source = uplink.path.source;
  route.mtu = uplink.mtu;
  return route;
}

// What is marked for an uplink without a path must fail, not leave through another one.
Route dead_end(std::uint32_t table) {
  Route route;
  route.destination = IpPrefix::everything(IpFamily::V4);
  route.table = table;
  route.metric = kLastResort;
  route.type = RouteType::Unreachable;
  route.protocol = kOurProtocol;
  return route;
}

Rule rule_to(std::uint32_t priority, std::uint32_t table) {
  Rule rule;
  rule.priority = priority;
  rule.table = table;
  rule.protocol = kOurProtocol;
  return rule;
}

std::string nft_ruleset(const std::vector<PlannedUplink>& uplinks, bool masquerade) {
  std::string names;
  for (const PlannedUplink& uplink : uplinks) {
    names += (names.empty() ? "\"" : ", \"") + uplink.interface + "\"";
  }
  // One transaction: the old table goes and the new one comes with no packet in between.
  std::string ruleset =
      "add table inet karkara\n"
      "delete table inet karkara\n"
      "table inet karkara {\n"
      "  chain forward {\n"
      "    type filter hook forward priority mangle; policy accept;\n"
      "    oifname { " +
      names +
      " } tcp flags syn tcp option maxseg size set rt mtu\n"
      "  }\n";
  if (masquerade) {
    ruleset +=
        "  chain postrouting {\n"
        "    type nat hook postrouting priority srcnat; policy accept;\n"
        "    oifname { " +
        names +
        " } meta nfproto ipv4 masquerade\n"
        "  }\n";
  }
  return ruleset + "}\n";
}

}  // namespace

WantedNetwork plan_network(const std::vector<PlannedUplink>& uplinks, const std::vector<std::size_t>& ladder,
                           bool masquerade) {
  WantedNetwork wanted;
  wanted.sysctls.push_back({"net/ipv4/ip_forward", "1"});
  for (const PlannedUplink& uplink : uplinks) {
    const std::uint32_t table = table_of_slot(uplink.slot);
    if (uplink.path.link != 0) {
      // Loose: an answer to a probe of a standby uplink does not come in where the main table would send it out.
      wanted.sysctls.push_back({"net/ipv4/conf/" + uplink.interface + "/rp_filter", "2"});
      // The ladder moves on carrier loss in the kernel itself, before any program runs.
      wanted.sysctls.push_back({"net/ipv4/conf/" + uplink.interface + "/ignore_routes_with_linkdown", "1"});
    }
    // An uplink without carrier has no route here: when its carrier returns, it has to prove itself first.
    if (uplink.path.usable()) {
      wanted.routes.push_back(default_route(uplink, table, kUplinkMetric));
    }
    wanted.routes.push_back(dead_end(table));
    Rule marked = rule_to(kFirstRule + uplink.slot, table);
    marked.mark = mark_of_slot(uplink.slot);
    marked.mark_mask = kMarkMask;
    wanted.rules.push_back(marked);
  }
  std::uint32_t metric = kLadderStep;
  for (const std::size_t index : ladder) {
    wanted.routes.push_back(default_route(uplinks[index], kChoiceTable, metric));
    metric += kLadderStep;
  }
  Rule specific = rule_to(kSpecificRoutesRule, kMainTable);
  specific.suppress_prefix_length = 0;
  wanted.rules.push_back(specific);
  wanted.rules.push_back(rule_to(kChoiceRule, kChoiceTable));
  if (!uplinks.empty()) {
    wanted.nft_ruleset = nft_ruleset(uplinks, masquerade);
  }
  return wanted;
}

}  // namespace karkara
