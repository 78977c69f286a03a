#include "agent/uplink/nft_guests.h"

#include <fmt/format.h>

#include "agent/facts/guest_counter.h"
#include "agent/facts/prefix_match.h"
#include "agent/uplink/nft_set.h"

namespace karkara {
namespace {

std::string addresses(const Guests& guests) {
  return nft_set_of(guests.admitted, [](const IpAddress& address) { return address.text(); });
}

std::string uplinks(const TrafficPlan& plan) {
  return nft_set_of(plan.uplinks, [](const PlannedUplink& uplink) { return '"' + uplink.interface + '"'; });
}

}  // namespace

std::string nft_guest_counters(const TrafficPlan& plan) {
  std::string text;
  if (plan.guests) {
    for (const IpAddress& guest : plan.guests->admitted) {
      text += fmt::format("  counter {} {{ }}\n  counter {} {{ }}\n", guest_counter(guest, true),
                          guest_counter(guest, false));
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
  const IpPrefix network = network_of(*guests.transit);
  text += out + fmt::format("ct direction original ip daddr {}/{} drop\n", network.address.text(), network.length);
  for (const IpAddress& guest : guests.admitted) {
    text += in + fmt::format("ip saddr {} counter name {}\n", guest.text(), guest_counter(guest, true));
    text += out + fmt::format("ip daddr {} counter name {}\n", guest.text(), guest_counter(guest, false));
  }
  return text;
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
