// How shaping hangs together with the rest of the site: it follows the uplinks and the tunnel, and its trees are part
// of the network that is wanted.
#include <algorithm>
#include <functional>

#include "agent/facts/effect_list.h"
#include "agent/site/site.h"

namespace karkara {

KnownTime Site::known_time(Times at) const {
  return {at.now, clock_.trusted(at.wall) ? std::optional{at.wall} : std::nullopt};
}

Effects Site::handle(const EchoAnswered& event, Times at) {
  Effects effects = uplink_.on(event, at.now);
  if (const auto round_trip = uplink_.round_trip_of(event.uplink)) {
    const std::uint64_t path = std::hash<std::string>{}(event.anchor.text());
    append(effects, shaping_.on_round_trip(event.uplink, {path, *round_trip, event.anchor_time}, at.now));
  }
  return effects;
}

void Site::settle_shaping(Effects& effects, Times at) {
  if (!uplink_.kernel_known()) {
    return;
  }
  std::optional<ShapedTunnel> tunnel;
  if (uplink_.tunnel() && uplink_.active()) {
    const PlannedTunnel& planned = *uplink_.tunnel();
    tunnel = ShapedTunnel{{planned.link, planned.mtu}, *uplink_.active(), planned.hub.address.family() == IpFamily::V6};
  }
  shaping_.shed(power_.shedding().classes);
  append(effects,
         shaping_.follow({uplink_.facts(), uplink_.kernel(), tunnel, devices_.efficiencies(at.now)}, known_time(at)));
  std::vector<TreeTrouble> troubles;
  for (UnshapedLink& each : reconciler_.unshaped(shaping_.wanted())) {
    const auto kind = each.taken_by.empty() ? TreeTrouble::Kind::Missing : TreeTrouble::Kind::Taken;
    troubles.push_back({each.tree, each.link, kind, std::move(each.taken_by)});
  }
  for (Reconciler::RefusedShaping& each : reconciler_.refused_shaping()) {
    const auto kind = each.leaf ? TreeTrouble::Kind::LeafRefused : TreeTrouble::Kind::Refused;
    troubles.push_back({each.link, each.link, kind, std::move(each.why)});
  }
  append(effects, shaping_.see_trees(std::move(troubles)));
  for (const auto& [uplink, each] : shaping_.echo_wishes(at.now)) {
    uplink_.wish_echoes(uplink, each, at.now);
    shaping_.on_waiting(uplink, uplink_.waiting_since(uplink));
  }
}

WantedNetwork Site::wanted_network() const {
  WantedNetwork wanted = uplink_.wanted();
  wanted.traffic = shaping_.wanted();
  if (!wanted.traffic.shapers.empty()) {
    // Only flows that begin with it are counted: too late when somebody asks who fills the uplink.
    wanted.sysctls.push_back({"net/netfilter/nf_conntrack_acct", "1"});
  }
  return wanted;
}

bool Site::network_is_told() const {
  return network_told_ && uplink_.wanted() == told_network_ && shaping_.wanted() == told_traffic_;
}

void Site::settle_network(Effects& effects, Times at) {
  if (!uplink_.kernel_known() || network_is_told()) {
    return;
  }
  network_told_ = true;
  told_network_ = uplink_.wanted();
  told_traffic_ = shaping_.wanted();
  append(effects, reconciler_.want(wanted_network(), at.now));
}

}  // namespace karkara
