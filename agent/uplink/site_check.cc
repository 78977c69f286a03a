// The check on site: what the person on the mast asks before driving home, each item passed or failed, with advice.
#include <fmt/format.h>

#include <algorithm>

#include "agent/uplink/uplink_feature.h"

namespace karkara {
namespace {

constexpr double kMuchLoss = 0.1;

std::string advice_for(UplinkState state, UplinkKind kind) {
  switch (state) {
    case UplinkState::Absent:
      return kind == UplinkKind::Cellular ? "look at the modem's power and USB cable, and at 'mmcli -L'"
                                          : "look at the cable and at the power of what it leads to";
    case UplinkState::Linked:
      return "nobody gives an address: look at DHCP, or write it into the network's configuration";
    case UplinkState::Addressed: return "no next hop, or no anchor: look at the default route and at the enrolment";
    case UplinkState::Probation:
    case UplinkState::Suspect: return "wait half a minute and check again";
    case UplinkState::Down:
      return kind == UplinkKind::Vsat ? "look at lock and Es/N0: 'karkara local align'"
                                      : "look at signal and bundle; the link is there but passes nothing";
    case UplinkState::Recover: return "the modem is being brought back: wait some minutes";
    case UplinkState::Portal: return "buy a bundle, or sign in at the portal";
    case UplinkState::Held: return "take the hold back with 'karkara uplink release', or top the bundle up";
    case UplinkState::Drain: return "weather or pointing: see 'karkara local align'";
    case UplinkState::Up: break;
  }
  return "";
}

CheckItem check_state(const std::string& id, const UplinkHealth& health, const Standing& stands) {
  CheckItem item{"uplink " + id, CheckVerdict::Pass, std::string{to_string(stands.shown)} + ": " + stands.why, ""};
  const bool waiting = stands.shown == UplinkState::Probation || stands.shown == UplinkState::Suspect;
  if (stands.shown != UplinkState::Up) {
    item.verdict = waiting || stands.draining ? CheckVerdict::Warn : CheckVerdict::Fail;
    const bool unknown = health.path().link == 0 && health.settings().kind != UplinkKind::Cellular;
    item.advice = unknown ? "the kernel has no such interface: compare 'interface' with what 'ip link' lists"
                          : advice_for(stands.shown, health.settings().kind);
  }
  return item;
}

CheckItem check_loss(const std::string& id, const UplinkHealth& health) {
  const double loss = health.echoes().loss().value_or(0);
  CheckItem item{"loss of " + id, CheckVerdict::Pass, fmt::format("{:.0f} % of the last echoes", loss * 100), ""};
  if (loss > kMuchLoss) {
    item.verdict = CheckVerdict::Warn;
    item.advice = "a weak signal or a bad cable: look at both before leaving";
  }
  return item;
}

// Content is asked of an address, so that it proves nothing of names.
CheckItem check_truth(const std::string& id, const UplinkTruth& truth, bool named) {
  CheckItem item{"internet over " + id, CheckVerdict::Pass, truth.evidence(), ""};
  if (!named) {
    item.detail += "; names are not checked: without truth.name a resolver that lies or is silent goes unnoticed";
  }
  switch (truth.verdict()) {
    case Truth::Proven: break;
    case Truth::Unknown:
      item.verdict = CheckVerdict::Warn;
      item.advice = "not proven: wait, or configure 'truth'";
      break;
    case Truth::Portal:
    case Truth::Silent:
      item.verdict = CheckVerdict::Fail;
      item.advice = "a portal or a dead link: see the detail";
      break;
    case Truth::Tampered:
      item.verdict = CheckVerdict::Warn;
      item.advice = "the operator changes content or names: tell the NOC";
      break;
  }
  return item;
}

// Offloaded packets pass no rule: they are not counted, and a class that moves takes none of its flows along.
CheckItem check_offload(const std::vector<std::string>& offloaded, const std::vector<std::string>& ours) {
  std::string found;
  for (const std::string& name : offloaded) {
    if (std::find(ours.begin(), ours.end(), name) != ours.end()) {
      found += (found.empty() ? "" : ", ") + name;
    }
  }
  if (found.empty() && !offloaded.empty()) {
    return {"flow offload", CheckVerdict::Warn, "there is a flowtable, with other interfaces",
            "look whether they are parts of a bridge or VLAN of ours: then switch flow offloading off"};
  }
  if (found.empty()) {
    return {"flow offload", CheckVerdict::Pass, "no flowtable has an interface", ""};
  }
  return {"flow offload", CheckVerdict::Fail, "in a flowtable: " + found,
          "switch flow offloading off (OpenWrt: 'flow_offloading' in the firewall's defaults): such flows pass by "
          "classes, counters and bundles, and may stay on an uplink that is to be left"};
}

}  // namespace

std::vector<CheckItem> UplinkFeature::check() const {
  std::vector<CheckItem> items;
  items.push_back({"enrolled, anchors known", anchors_.empty() ? CheckVerdict::Fail : CheckVerdict::Pass,
                   fmt::format("{} anchors", anchors_.size()),
                   anchors_.empty() ? "put the enrolment bundle in place: uplinks cannot be proven without it" : ""});
  for (const std::string& name : settings_.lan_interfaces) {
    const Link* link = kernel_.link_named(name);
    const bool good = link && link->admin_up && link->carrier;
    items.push_back({"village side " + name, good ? CheckVerdict::Pass : CheckVerdict::Fail,
                     !link  ? "no such interface"
                     : good ? "carrier"
                            : "no carrier",
                     good ? "" : "look at the access point's cable and at the bridge's members"});
  }
  for (const Uplink& uplink : uplinks_) {
    const UplinkHealth& health = uplink.health;
    const std::string& id = health.settings().id.text();
    items.push_back(check_state(id, health, standing_of(uplink)));
    if (health.state() != UplinkState::Up) {
      continue;
    }
    items.push_back(check_loss(id, health));
    if (settings_.truth.content_port != 0 || !settings_.truth.name.empty()) {
      items.push_back(check_truth(id, uplink.truth, !settings_.truth.name.empty()));
    }
    const bool named = !resolvers_of(uplink).empty();
    items.push_back(
        {"names over " + id, named ? CheckVerdict::Pass : CheckVerdict::Warn, resolver_detail(uplink),
         named ? "" : "write 'resolvers', or let its DHCP client tell them: another operator's may not answer here"});
    if (const auto mtu = uplink.mtu.mtu()) {
      items.push_back({"largest packet of " + id, *mtu < 1280 ? CheckVerdict::Warn : CheckVerdict::Pass,
                       fmt::format("{} bytes", *mtu), *mtu < 1280 ? "unusually small: ask the operator" : ""});
    }
  }
  std::vector<std::string> ours = settings_.lan_interfaces;  // one side in a flowtable is enough
  for (const Uplink& uplink : uplinks_) {
    ours.push_back(interface_of(uplink));
  }
  items.push_back(check_offload(kernel_.offloaded, ours));
  if (uplinks_.size() > 1) {
    const auto up = std::count_if(uplinks_.begin(), uplinks_.end(),
                                  [](const Uplink& uplink) { return uplink.health.state() == UplinkState::Up; });
    items.push_back({"a second way out", up > 1 ? CheckVerdict::Pass : CheckVerdict::Warn,
                     fmt::format("{} of {} uplinks are up", up, uplinks_.size()),
                     up > 1 ? "" : "one failure will take the village off the net"});
  }
  return items;
}

}  // namespace karkara
