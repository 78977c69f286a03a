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

std::string on(std::uint32_t link) {
  return " dev #" + std::to_string(link);
}

std::string class_id(std::uint16_t minor) {
  return fmt::format(" classid {:x}:{:x}", kShaperMajor, minor);
}

std::string describe_class(const PutShaperClass& put) {
  const ShaperClass& c = put.content;
  return fmt::format(
      "{} parent {:x}:{:x}{} htb rate {}bps ceil {}bps burst {} cburst {} quantum {} prio {} overhead {} mpu {}",
      on(put.link), kShaperMajor, c.parent, class_id(c.minor), c.rate, c.ceiling, c.burst, c.ceiling_burst, c.quantum,
      unsigned{c.priority}, put.framing.overhead, put.framing.smallest);
}

const char* describe_fairness(FairBy fair) {
  switch (fair) {
    case FairBy::Flows: return "";
    case FairBy::Senders: return " flow hash keys src,proto";
    case FairBy::HiddenSenders: return " flow hash keys nfct-src,proto";
    case FairBy::Receivers: return " flow hash keys dst,proto";
  }
  return "";
}

std::string describe_leaf(const Leaf& leaf) {
  return std::visit(Overloaded{
                        [](const PfifoLeaf& l) { return fmt::format("pfifo limit {}", l.limit); },
                        [](const FqCodelLeaf& l) {
                          return fmt::format(
                              "fq_codel limit {} memory_limit {} target {}us interval {}us flows {} quantum {} {}{}",
                              l.limit, l.memory_limit, l.target, l.interval, l.flows, l.quantum,
                              l.ecn ? "ecn" : "noecn", describe_fairness(l.fair));
                        },
                        [](const CakeLeaf& l) {
                          return fmt::format("cake unlimited besteffort {}{} rtt {}us memlimit {}",
                                             l.hosts == CakeLeaf::Hosts::Sources ? "dual-srchost" : "dual-dsthost",
                                             l.nat ? " nat" : "", l.rtt, l.memory_limit);
                        },
                        [](const OtherLeaf& l) { return l.kind; },
                    },
                    leaf);
}

std::string describe_put_leaf(const PutLeaf& put) {
  return fmt::format("qdisc {}{} parent {:x}:{:x} handle {:x}: {}", put.replace ? "replace" : "change", on(put.link),
                     kShaperMajor, put.minor, kLeafMajor + put.minor, describe_leaf(put.leaf));
}

}  // namespace

NetworkOp::NetworkOp(const NetworkOp&) = default;
NetworkOp::NetworkOp(NetworkOp&&) noexcept = default;
NetworkOp& NetworkOp::operator=(const NetworkOp&) = default;
NetworkOp& NetworkOp::operator=(NetworkOp&&) noexcept = default;
NetworkOp::~NetworkOp() = default;

bool operator==(const NetworkOp& a, const NetworkOp& b) {
  return static_cast<const NetworkOpKinds&>(a) == static_cast<const NetworkOpKinds&>(b);
}

std::string describe(const NetworkOp& op) {
  return std::visit(
      Overloaded{
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
          [](const AddDownloadDevice&) { return fmt::format("link add {} type ifb", kDownloadDevice); },
          [](const RemoveDownloadDevice& o) { return "link del" + on(o.link); },
          [](const PutShaperRoot& o) {
            return fmt::format("qdisc replace{} root handle {:x}:{} htb default {:x}", on(o.link), kShaperMajor,
                               o.header == 0 ? "" : fmt::format(" stab overhead -{}", o.header), o.default_minor);
          },
          [](const RemoveShaperRoot& o) { return "qdisc del" + on(o.link) + " root"; },
          [](const PutShaperClass& o) { return "class change" + describe_class(o); },
          [](const RemoveShaperClass& o) { return "class del" + on(o.link) + class_id(o.minor); },
          [](const PutLeaf& o) { return describe_put_leaf(o); },
          [](const PutRedirect& o) {
            return fmt::format("filter replace{} egress{} mirred egress redirect{}", on(o.redirect.link),
                               o.redirect.to ? " to " + o.redirect.to->text() : std::string{}, on(o.redirect.through));
          },
          [](const RemoveRedirect& o) { return "filter del" + on(o.link) + " egress"; },
      },
      op);
}

}  // namespace karkara
