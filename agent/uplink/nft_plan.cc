#include "agent/uplink/nft_plan.h"

#include <fmt/format.h>

#include <algorithm>

namespace karkara {
namespace {

constexpr std::uint32_t kForeignBits = ~kMarkMask;

std::string ours(std::string_view which) {
  return fmt::format("{} mark and {:#010x}", which, kMarkMask);
}

std::string set_mark(std::string_view which, std::uint32_t mark) {
  return fmt::format("{0} mark set {0} mark and {1:#010x} or {2:#010x}", which, kForeignBits, mark);
}

template <class List, class Print>
std::string joined(const List& list, Print print) {
  std::string text;
  for (const auto& item : list) {
    text += (text.empty() ? "" : ", ") + print(item);
  }
  return text;
}

std::string quoted(const std::string& name) {
  return '"' + name + '"';
}

std::string uplink_names(const TrafficPlan& plan) {
  return "{ " + joined(plan.uplinks, [](const PlannedUplink& uplink) { return quoted(uplink.interface); }) + " }";
}

std::string class_chain(std::size_t index) {
  return fmt::format("class{}", index);
}

// A flow keeps the uplink that it uses, as its NAT binding does.
std::string keep_map(const TrafficPlan& plan, const std::vector<std::size_t>& uplinks) {
  return joined(uplinks, [&](std::size_t index) {
    const std::uint32_t slot = plan.uplinks[index].slot;
    return fmt::format("{:#010x} : goto over{}", flow_mark_of_slot(slot), slot);
  });
}

std::string counters_and_marks(const TrafficPlan& plan) {
  std::string text;
  for (const PlannedUplink& uplink : plan.uplinks) {
    text += fmt::format("  counter {} {{ }}\n  counter {} {{ }}\n", sent_counter(uplink.slot),
                        answered_counter(uplink.slot));
    text += fmt::format("  chain over{} {{ {}; }}\n", uplink.slot, set_mark("meta", flow_mark_of_slot(uplink.slot)));
  }
  return text + fmt::format("  chain shed {{ {}; }}\n", set_mark("meta", kShedMark));
}

std::string classes(const TrafficPlan& plan) {
  std::string text;
  for (std::size_t i = 0; i < plan.classes.size(); ++i) {
    const PlannedClass& planned = plan.classes[i];
    text += "  chain " + class_chain(i) + " {\n";
    if (!planned.uplink) {
      text += "    goto shed\n  }\n";
      continue;
    }
    if (!planned.keeps.empty()) {
      text += "    " + ours("ct") + " vmap { " + keep_map(plan, planned.keeps) + " }\n";
    }
    text += fmt::format("    goto over{}\n  }}\n", plan.uplinks[*planned.uplink].slot);
  }
  return text;
}

std::string members_of(const ClassSettings& members, const std::string& chain) {
  std::string text;
  if (!members.interfaces.empty()) {
    text += "    iifname { " + joined(members.interfaces, quoted) + " } goto " + chain + "\n";
  }
  for (const IpPrefix& subnet : members.subnets) {
    const char* family = subnet.address.family() == IpFamily::V4 ? "ip" : "ip6";
    text += fmt::format("    {} saddr {}/{} goto {}\n", family, subnet.address.text(), subnet.length, chain);
  }
  if (!members.dscps.empty()) {
    const std::string list = joined(members.dscps, [](std::uint8_t dscp) { return fmt::format("{:#04x}", dscp); });
    text += "    ip dscp { " + list + " } goto " + chain + "\n    ip6 dscp { " + list + " } goto " + chain + "\n";
  }
  return members.takes_everything() ? "    goto " + chain + "\n" : text;
}

// What comes from an uplink: answers are counted, flows from outside are answered the way they came.
std::string arrivals(const TrafficPlan& plan) {
  std::string text;
  for (const PlannedUplink& uplink : plan.uplinks) {
    const std::uint32_t mark = flow_mark_of_slot(uplink.slot);
    text += fmt::format("  chain from{} {{\n", uplink.slot);
    text += fmt::format("    ct state established ct direction reply {} == {:#010x} counter name {}\n", ours("ct"),
                        mark, answered_counter(uplink.slot));
    text += fmt::format("    ct state new {}\n  }}\n", set_mark("ct", mark));
  }
  return text;
}

std::string prerouting(const TrafficPlan& plan) {
  std::string text = "  chain prerouting {\n    type filter hook prerouting priority mangle; policy accept;\n";
  for (const PlannedUplink& uplink : plan.uplinks) {
    text += fmt::format("    iifname {} goto from{}\n", quoted(uplink.interface), uplink.slot);
  }
  text += "    iifname \"lo\" return\n    " + ours("meta") + " != 0 return\n";
  for (std::size_t i = 0; i < plan.classes.size(); ++i) {
    text += members_of(plan.classes[i].members, class_chain(i));
  }
  return text + "  }\n";
}

// The router's own connections, and its answers to who came in over an uplink, stay on it: their address is that
// uplink's. When it dies they are ended.
std::string output(const TrafficPlan& plan) {
  std::vector<std::size_t> all(plan.uplinks.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i] = i;
  }
  return "  chain output {\n    type route hook output priority mangle; policy accept;\n    " + ours("meta") +
         " != 0 return\n    " + ours("ct") + " vmap { " + keep_map(plan, all) + " }\n  }\n";
}

std::string forward(const TrafficPlan& plan) {
  const std::string names = uplink_names(plan);
  return "  chain forward {\n    type filter hook forward priority mangle; policy accept;\n    oifname " + names + " " +
         ours("meta") + fmt::format(" == {:#010x} reject with icmpx admin-prohibited\n", kShedMark) + "    oifname " +
         names + " tcp flags syn tcp option maxseg size set rt mtu\n  }\n";
}

// The flow's mark is where it really leaves: the kernel may have moved it down the ladder before we knew.
std::string departures(const TrafficPlan& plan) {
  std::string text;
  for (const PlannedUplink& uplink : plan.uplinks) {
    const std::uint32_t mark = flow_mark_of_slot(uplink.slot);
    const std::uint32_t probe = mark_of_slot(uplink.slot);
    text += fmt::format("  chain to{} {{\n", uplink.slot);
    text += fmt::format("    {} == {:#010x} {} return\n", ours("meta"), probe, set_mark("ct", probe));
    text += fmt::format("    ct direction original {} != {:#010x} {}\n", ours("ct"), mark, set_mark("ct", mark));
    text += fmt::format("    ct direction original counter name {}\n  }}\n", sent_counter(uplink.slot));
  }
  text += "  chain departures {\n    type filter hook postrouting priority mangle; policy accept;\n";
  for (const PlannedUplink& uplink : plan.uplinks) {
    text += fmt::format("    oifname {} goto to{}\n", quoted(uplink.interface), uplink.slot);
  }
  return text + "  }\n";
}

// Masquerading, not a fixed source address: the kernel itself ends the binding of a flow that moves to another uplink.
std::string nat(const TrafficPlan& plan) {
  if (!plan.masquerade) {
    return "";
  }
  return "  chain postrouting {\n    type nat hook postrouting priority srcnat; policy accept;\n    oifname " +
         uplink_names(plan) + " masquerade\n  }\n";
}

}  // namespace

std::string sent_counter(std::uint32_t slot) {
  return fmt::format("sent{}", slot);
}

std::string answered_counter(std::uint32_t slot) {
  return fmt::format("answered{}", slot);
}

std::string nft_ruleset(const TrafficPlan& plan) {
  // One transaction: the old table goes and the new one comes with no packet in between.
  return "add table inet karkara\ndelete table inet karkara\ntable inet karkara {\n" + counters_and_marks(plan) +
         classes(plan) + arrivals(plan) + prerouting(plan) + output(plan) + forward(plan) + departures(plan) +
         nat(plan) + "}\n";
}

}  // namespace karkara
