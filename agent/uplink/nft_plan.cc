#include "agent/uplink/nft_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "agent/uplink/nft_guests.h"
#include "agent/uplink/nft_members.h"
#include "agent/uplink/nft_shaping.h"

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

std::string to_hub(const PlannedTunnel& tunnel) {
  const char* family = tunnel.hub.address.family() == IpFamily::V4 ? "ip" : "ip6";
  return fmt::format("{} daddr {} udp dport {}", family, tunnel.hub.address.text(), tunnel.hub.port);
}

// "ip saddr { 100.64.1.0/24, 8.8.8.8/32 }", or nothing when no such prefix is near.
std::string near(const PlannedUplink& uplink, IpFamily family, std::string_view end) {
  std::vector<IpPrefix> prefixes;
  std::copy_if(uplink.near.begin(), uplink.near.end(), std::back_inserter(prefixes),
               [&](const IpPrefix& prefix) { return prefix.address.family() == family; });
  if (prefixes.empty()) {
    return "";
  }
  const std::string list = joined(
      prefixes, [](const IpPrefix& prefix) { return fmt::format("{}/{}", prefix.address.text(), prefix.length); });
  return fmt::format("{} {} {{ {} }}", family == IpFamily::V4 ? "ip" : "ip6", end, list);
}

// A modem that answers for names is near; the world behind it may be gone. What is near is no evidence, but for names:
// one that nobody answers is often all that a village sends over a dead link. So an asked name counts as sent, and its
// answer takes that back.
std::string leave_out_near(const PlannedUplink& uplink, std::string_view end, std::string_view port,
                           const std::string& counter) {
  std::string text;
  for (const IpFamily family : {IpFamily::V4, IpFamily::V6}) {
    if (const std::string match = near(uplink, family, end); !match.empty()) {
      text += fmt::format("    {} udp {} 53 counter name {} return\n    {} return\n", match, port, counter, match);
    }
  }
  return text;
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
    text += fmt::format("  counter {} {{ }}\n  counter {} {{ }}\n  counter {} {{ }}\n", sent_counter(uplink.slot),
                        answered_counter(uplink.slot), named_counter(uplink.slot));
    text += fmt::format("  chain over{} {{ {}; }}\n", uplink.slot, set_mark("meta", flow_mark_of_slot(uplink.slot)));
  }
  if (plan.tunnel) {
    text += fmt::format("  chain intunnel {{ {}; }}\n", set_mark("meta", kTunnelMark));
  }
  text += nft_guest_counters(plan);
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
    text += nft_remember_class(plan, i);
    if (plan.tunnel) {  // a flow that is in it, as long as the class may; and an answer to who came in through it
      text += fmt::format("    {}{} == {:#010x} goto intunnel\n", planned.tunnelled ? "" : "ct direction reply ",
                          ours("ct"), kTunnelMark);
    }
    if (!planned.keeps.empty()) {
      text += "    " + ours("ct") + " vmap { " + keep_map(plan, planned.keeps) + " }\n";
    }
    text += plan.tunnel && planned.tunnelled
                ? "    goto intunnel\n  }\n"
                : fmt::format("    goto over{}\n  }}\n", plan.uplinks[*planned.uplink].slot);
  }
  return text;
}

// What comes from an uplink: answers are counted, flows from outside are answered the way they came.
std::string arrivals(const TrafficPlan& plan) {
  std::string text;
  for (const PlannedUplink& uplink : plan.uplinks) {
    const std::uint32_t mark = flow_mark_of_slot(uplink.slot);
    text += fmt::format("  chain from{} {{\n    ct state new {}\n", uplink.slot, set_mark("ct", mark));
    text +=
        fmt::format("    ct state != established return\n    ct direction original return\n    {} != {:#010x} return\n",
                    ours("ct"), mark);
    text += leave_out_near(uplink, "saddr", "sport", named_counter(uplink.slot));
    text += fmt::format("    counter name {}\n  }}\n", answered_counter(uplink.slot));
  }
  if (plan.tunnel) {
    text += fmt::format("  chain fromtunnel {{ ct state new {}; }}\n", set_mark("ct", kTunnelMark));
  }
  return text;
}

std::string prerouting(const TrafficPlan& plan) {
  std::string text = "  chain prerouting {\n    type filter hook prerouting priority mangle; policy accept;\n";
  text += nft_guest_arrivals(plan);
  for (const PlannedUplink& uplink : plan.uplinks) {
    text += fmt::format("    iifname {} goto from{}\n", quoted(uplink.interface), uplink.slot);
  }
  if (plan.tunnel) {
    text += "    iifname " + quoted(plan.tunnel->interface) + " goto fromtunnel\n";
  }
  text += "    iifname \"lo\" return\n    " + ours("meta") + " != 0 return\n";
  for (std::size_t i = 0; i < plan.classes.size(); ++i) {
    if (!plan.classes[i].members.guests) {
      text += nft_members(plan.classes[i].members, class_chain(i));
    }
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
  std::string map = keep_map(plan, all);
  if (plan.tunnel) {
    map += fmt::format("{}{:#010x} : goto intunnel", map.empty() ? "" : ", ", kTunnelMark);
  }
  // The tunnel's outer packets follow the choice, whichever way the hub's last packet came in.
  return "  chain output {\n    type route hook output priority mangle; policy accept;\n    " + ours("meta") +
         " != 0 return\n" + (plan.tunnel ? "    " + to_hub(*plan.tunnel) + " return\n" : "") + "    " + ours("ct") +
         " vmap { " + map + " }\n  }\n";
}

// Both ways: the far end's answer must not invite larger segments either.
std::string tunnel_segments(const PlannedTunnel& tunnel) {
  std::string text;
  for (const char* way : {"iifname ", "oifname "}) {
    text += fmt::format("    {}{} meta nfproto ipv4 tcp flags syn tcp option maxseg size set {}\n", way,
                        quoted(tunnel.interface), tunnel.mtu - 40);
    text += fmt::format("    {}{} meta nfproto ipv6 tcp flags syn tcp option maxseg size set {}\n", way,
                        quoted(tunnel.interface), tunnel.mtu - 60);
  }
  return text;
}

std::string forward(const TrafficPlan& plan) {
  const std::string names = uplink_names(plan);
  // Nothing translates a packet that belongs to no connection, such as the end of one that was forgotten: it would
  // leave with the village's own address.
  const std::string untranslatable = plan.masquerade ? "    oifname " + names + " ct state invalid drop\n" : "";
  return "  chain forward {\n    type filter hook forward priority mangle; policy accept;\n" + nft_guest_limits(plan) +
         untranslatable + nft_shape_downloads(plan) + "    oifname " + names + " " + ours("meta") +
         fmt::format(" == {:#010x} reject with icmpx admin-prohibited\n", kShedMark) + "    oifname " + names +
         " tcp flags syn tcp option maxseg size set rt mtu\n" + (plan.tunnel ? tunnel_segments(*plan.tunnel) : "") +
         "  }\n";
}

// The flow's mark is where it really leaves: the kernel may have moved it down the ladder before we knew.
std::string departures(const TrafficPlan& plan) {
  std::string text;
  for (const PlannedUplink& uplink : plan.uplinks) {
    const std::uint32_t mark = flow_mark_of_slot(uplink.slot);
    const std::uint32_t probe = mark_of_slot(uplink.slot);
    text += fmt::format("  chain to{} {{\n", uplink.slot) + nft_shape_upload(plan, uplink);
    if (plan.masquerade) {
      // Its packets have the village's own addresses, and nothing translates a flow in the middle: until it is
      // forgotten, which this mark is for, it must not leave here.
      text += fmt::format("    ct direction original {} == {:#010x} drop\n", ours("ct"), kTunnelMark);
    }
    text += fmt::format("    {} == {:#010x} {} return\n", ours("meta"), probe, set_mark("ct", probe));
    text += fmt::format("    ct direction original {} != {:#010x} {}\n", ours("ct"), mark, set_mark("ct", mark));
    if (plan.tunnel) {  // keepalives, which the hub does not answer, and handshakes with a hub that may be gone
      text += "    " + to_hub(*plan.tunnel) + " meta length { 60, 80, 176, 196 } return\n";
    }
    // What is untracked, such as the discovery of neighbours, has no direction.
    text += "    ct direction reply return\n";
    text += leave_out_near(uplink, "daddr", "dport", sent_counter(uplink.slot));
    text += fmt::format("    ct direction original counter name {}\n  }}\n", sent_counter(uplink.slot));
  }
  text += "  chain departures {\n    type filter hook postrouting priority mangle; policy accept;\n";
  text += nft_guest_departures(plan);
  for (const PlannedUplink& uplink : plan.uplinks) {
    text += fmt::format("    oifname {} goto to{}\n", quoted(uplink.interface), uplink.slot);
  }
  text += nft_shape_tunnel(plan);
  if (plan.tunnel) {
    text += fmt::format("    oifname {} ct direction original {}\n", quoted(plan.tunnel->interface),
                        set_mark("ct", kTunnelMark));
  }
  return text + "  }\n";
}

// Masquerading, not a fixed source address: the kernel itself ends the binding of a flow that moves to another uplink.
std::string nat(const TrafficPlan& plan) {
  if (!plan.masquerade && !plan.guests) {
    return "";
  }
  const std::string all = plan.masquerade ? "    oifname " + uplink_names(plan) + " masquerade\n" : "";
  return "  chain postrouting {\n    type nat hook postrouting priority srcnat; policy accept;\n" +
         nft_guest_nat(plan) + all + "  }\n";
}

}  // namespace

std::string sent_counter(std::uint32_t slot) {
  return fmt::format("sent{}", slot);
}

std::string answered_counter(std::uint32_t slot) {
  return fmt::format("answered{}", slot);
}

std::string named_counter(std::uint32_t slot) {
  return fmt::format("named{}", slot);
}

std::string nft_ruleset(const TrafficPlan& plan) {
  // One transaction: the old table goes and the new one comes with no packet in between.
  return "add table inet karkara\ndelete table inet karkara\ntable inet karkara {\n" + counters_and_marks(plan) +
         nft_shaping_chains(plan) + classes(plan) + arrivals(plan) + prerouting(plan) + nft_guest_input(plan) +
         output(plan) + forward(plan) + departures(plan) + nat(plan) + "}\n";
}

}  // namespace karkara
