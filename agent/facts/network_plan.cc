#include "agent/facts/network_plan.h"

#include <fmt/format.h>

#include "common/overloaded.h"

namespace karkara {
namespace {

std::string describe_route(const Route& route) {
  std::string text = route.type == RouteType::Unreachable ? "unreachable " : "";
  text += route.destination.text();
  if (route.gateway) {
    text += " via " + route.gateway->text();
  }
  if (route.link != 0) {
    text += fmt::format(" dev #{}", route.link);
  }
  text += fmt::format(" table {} metric {}", route.table, route.metric);
  if (route.source) {
    text += " src " + route.source->text();
  }
  if (route.mtu) {
    text += fmt::format(" mtu {}", *route.mtu);
  }
  return text;
}

std::string describe_rule(const Rule& rule) {
  std::string text = fmt::format("priority {}", rule.priority);
  if (rule.mark_mask != 0) {
    text += fmt::format(" fwmark {:#x}/{:#x}", rule.mark, rule.mark_mask);
  }
  text += fmt::format(" lookup {}", rule.table);
  if (rule.suppress_prefix_length) {
    text += fmt::format(" suppress_prefixlength {}", *rule.suppress_prefix_length);
  }
  return text;
}

std::string describe_address(const StaticAddress& address) {
  return address.prefix.address.text() + "/" + std::to_string(address.prefix.length) + " dev #" +
         std::to_string(address.link);
}

std::string describe_preference(const AddressPreference& address) {
  return fmt::format("{}/{} dev #{} preferred_lft {}", address.prefix.address.text(), address.prefix.length,
                     address.link, address.preferred ? "as valid_lft" : "0");
}

}  // namespace

std::string describe(const NetworkOp& op) {
  return std::visit(Overloaded{
                        [](const WriteSysctl& o) { return "sysctl " + o.sysctl.path + " = " + o.sysctl.value; },
                        [](const LoadNft& o) { return "nft -f -\n" + o.ruleset; },
                        [](const SetLinkUp& o) { return "link set #" + std::to_string(o.link) + " up"; },
                        [](const PutAddress& o) { return "address replace " + describe_address(o.address); },
                        [](const RemoveAddress& o) { return "address del " + describe_address(o.address); },
                        [](const PreferAddress& o) { return "address change " + describe_preference(o.address); },
                        [](const PutRoute& o) { return "route replace " + describe_route(o.route); },
                        [](const RemoveRoute& o) { return "route del " + describe_route(o.route); },
                        [](const AddRule& o) { return "rule add " + describe_rule(o.rule); },
                        [](const RemoveRule& o) { return "rule del " + describe_rule(o.rule); },
                    },
                    op);
}

}  // namespace karkara
