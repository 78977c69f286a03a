// Builders for what an uplink would want, for tests of everything that carries it out.
#pragma once

#include <string>

#include "agent/facts/network_plan.h"

namespace karkara {

inline Route default_route(std::uint32_t table, std::uint32_t metric, std::uint32_t link, const std::string& gateway) {
  Route route;
  route.gateway = IpAddress::parse(gateway);
  route.destination = IpPrefix::everything(route.gateway->family());
  route.table = table;
  route.metric = metric;
  route.link = link;
  route.protocol = kOurProtocol;
  return route;
}

inline Route dead_end(std::uint32_t table, IpFamily family = IpFamily::V4) {
  Route route;
  route.destination = IpPrefix::everything(family);
  route.table = table;
  route.metric = 4'278'198'272U;
  route.type = RouteType::Unreachable;
  route.protocol = kOurProtocol;
  return route;
}

inline Rule rule_to(std::uint32_t priority, std::uint32_t table, IpFamily family = IpFamily::V4) {
  Rule rule;
  rule.family = family;
  rule.priority = priority;
  rule.table = table;
  rule.protocol = kOurProtocol;
  return rule;
}

inline Rule marked_rule(std::uint32_t slot, IpFamily family = IpFamily::V4) {
  Rule rule = rule_to(kFirstRulePriority + slot, kFirstUplinkTable + slot, family);
  rule.mark = (slot + 1) << 16U;
  rule.mark_mask = kMarkMask;
  return rule;
}

// An empty table is a ruleset too.
inline std::string small_ruleset(const std::string& chain) {
  return "add table inet karkara\ndelete table inet karkara\ntable inet karkara {\n  chain " + chain + " {\n  }\n}\n";
}

}  // namespace karkara
