#include "agent/uplink/nft_guests.h"

#include <fmt/format.h>

#include "agent/facts/guest_counter.h"
#include "agent/facts/prefix_match.h"
#include "agent/uplink/nft_set.h"
#include "agent/uplink/prefixes_apart.h"

namespace karkara {
namespace {

std::string addresses(const Guests& guests) {
  return nft_set_of(guests.admitted, [](const IpAddress& address) { return address.text(); });
}

std::string uplinks(const TrafficPlan& plan) {
  return nft_set_of(plan.uplinks, [](const PlannedUplink& uplink) { return '"' + uplink.interface + '"'; });
}

std::string prefixes(const std::vector<IpPrefix>& all) {
  return nft_set_of(all,
                    [](const IpPrefix& prefix) { return fmt::format("{}/{}", prefix.address.text(), prefix.length); });
}

// What is no way out: private and special addresses (RFC 1918, RFC 6890), where modems, terminals and the operator's
// own routers have their pages, and the networks that our uplinks are in.
std::vector<IpPrefix> before_the_way_out(const TrafficPlan& plan) {
  std::vector<IpPrefix> all;
  for (const char* special : {"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
                              "172.16.0.0/12", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/3"}) {
    all.push_back(*IpPrefix::parse(special));
  }
  for (const PlannedUplink& uplink : plan.uplinks) {
    all.insert(all.end(), uplink.networks.begin(), uplink.networks.end());
  }
  return prefixes_apart(all);
}

// Both ways, admitted or not: what comes for a guest that may have no more has been paid for all the same.
std::string count_guests(const Guests& guests, const std::string& in, const std::string& out) {
  std::string text;
  for (const auto* list : {&guests.admitted, &guests.counted}) {
    for (const IpAddress& guest : *list) {
      text += in + fmt::format("ip saddr {} counter name {}\n", guest.text(), guest_counter(guest, true));
      text += out + fmt::format("ip daddr {} counter name {}\n", guest.text(), guest_counter(guest, false));
    }
  }
  return text;
}

}  // namespace

std::string nft_guest_counters(const TrafficPlan& plan) {
  std::string text;
  if (plan.guests) {
    for (const auto* list : {&plan.guests->admitted, &plan.guests->counted}) {
      for (const IpAddress& guest : *list) {
        text += fmt::format("  counter {} {{ }}\n  counter {} {{ }}\n", guest_counter(guest, true),
                            guest_counter(guest, false));
      }
    }
  }
  return text;
}

std::string nft_guest_arrivals(const TrafficPlan& plan) {
  if (!plan.guests) {
    return "";
  }
  std::string text = fmt::format("    iifname \"{}\" meta nfproto ipv6 return\n", plan.guests->interface);
  for (std::size_t i = 0; i < plan.classes.size(); ++i) {
    if (plan.classes[i].members.guests && !plan.guests->admitted.empty()) {
      text += fmt::format("    iifname \"{}\" ip saddr {} goto class{}\n", plan.guests->interface,
                          addresses(*plan.guests), i);
    }
  }
  return text;
}

std::string nft_guest_limits(const TrafficPlan& plan) {
  if (!plan.guests) {
    return "";
  }
  const Guests& guests = *plan.guests;
  const std::string in = fmt::format("    iifname \"{}\" ", guests.interface);
  const std::string out = fmt::format("    oifname \"{}\" ", guests.interface);
  std::string text = in + "meta nfproto ipv6 drop\n" + out + "meta nfproto ipv6 drop\n";
  if (!guests.relay) {
    // The ladder behind a guest's way out may lead back to the masts.
    text += in + fmt::format("oifname \"{}\" drop\n", guests.interface);
  }
  text += in + "ct state invalid drop\n";
  text += guests.admitted.empty() ? in + "ct direction original drop\n"
                                  : in + "ct direction original ip saddr != " + addresses(guests) + " drop\n";
  if (!plan.uplinks.empty()) {
    text += in + "ct direction original oifname != " + uplinks(plan) + " drop\n";
  }
  const std::string reach = plan.guests_reach.empty() ? "" : "ip daddr != " + prefixes(plan.guests_reach) + " ";
  text += in + "ct direction original " + reach + "ip daddr " + prefixes(before_the_way_out(plan)) + " drop\n";
  const IpPrefix network = network_of(*guests.transit);
  const std::string masts = fmt::format("ip daddr {}/{} ", network.address.text(), network.length);
  text += out + "ct direction original " + masts + "drop\n" + count_guests(guests, in, out);
  // Answers to who is no guest any more: else a download goes on for as long as it likes.
  text += out + masts + (guests.admitted.empty() ? "" : "ip daddr != " + addresses(guests) + " ") + "drop\n";
  return text;
}

// The masts share a wire with whoever else is on it: of the router they reach the hellos, the questions by which hosts
// find each other (RFC 4890, 4.4.1), a ping, and the answers to what the router itself asked for.
std::string nft_guest_input(const TrafficPlan& plan) {
  if (!plan.guests) {
    return "";
  }
  const std::string in = fmt::format("    iifname \"{}\" ", plan.guests->interface);
  const IpPrefix network = network_of(*plan.guests->transit);
  return "  chain input {\n    type filter hook input priority mangle; policy accept;\n" + in +
         "ct state established,related accept\n" + in +
         fmt::format("ip6 saddr fe80::/10 udp dport {} accept\n", plan.guests->port) + in +
         "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, mld-listener-query, mld-listener-report, "
         "mld2-listener-report } accept\n" +
         in + "ip6 saddr fe80::/10 icmpv6 type echo-request limit rate 20/second accept\n" + in +
         fmt::format("ip saddr {}/{} ip daddr {} icmp type echo-request limit rate 20/second accept\n",
                     network.address.text(), network.length, plan.guests->transit->address.text()) +
         in + "drop\n  }\n";
}

std::string nft_guest_departures(const TrafficPlan& plan) {
  return plan.guests ? fmt::format("    oifname \"{}\" meta nfproto ipv6 return\n", plan.guests->interface) : "";
}

std::string nft_guest_nat(const TrafficPlan& plan) {
  if (!plan.guests) {
    return "";
  }
  // Who lends knows this router's address and none of the village's, whatever the other uplinks do.
  std::string text = fmt::format("    oifname \"{0}\" meta nfproto ipv6 return\n    oifname \"{0}\" masquerade\n",
                                 plan.guests->interface);
  if (!plan.guests->admitted.empty() && !plan.uplinks.empty()) {
    text += "    ip saddr " + addresses(*plan.guests) + " oifname " + uplinks(plan) + " masquerade\n";
  }
  return text;
}

}  // namespace karkara
