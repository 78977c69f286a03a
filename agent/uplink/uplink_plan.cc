// From the choice of each class to what the kernel should hold: the plan of routes, marks, addresses and the tunnel.
#include <algorithm>

#include "agent/facts/prefix_match.h"
#include "agent/uplink/lan_prefixes.h"
#include "agent/uplink/prefixes_apart.h"
#include "agent/uplink/uplink_feature.h"

namespace karkara {
namespace {

// Of the route to the bearer's own network: behind whatever the router's other networks have.
constexpr std::uint32_t kBearerMetric = 700;

// The order of a dump is no change of the plan.
std::vector<IpPrefix> in_order(std::vector<IpPrefix> prefixes) {
  std::sort(prefixes.begin(), prefixes.end());
  return prefixes;
}

}  // namespace

// Configured, else found by echoes, else what the modem was told; only what is smaller than the link's own is worth a
// word.
std::optional<std::uint32_t> UplinkFeature::route_mtu(const Uplink& uplink) const {
  const UplinkSettings& settings = uplink.health.settings();
  if (settings.mtu) {
    return settings.mtu;
  }
  if (const auto found = uplink.mtu.mtu()) {
    return *found < uplink.health.path().mtu ? std::optional<std::uint32_t>{*found} : std::nullopt;
  }
  return uplink.advice.mtu;
}

// The kernel names modems in the order in which they come: the interface that is configured here may be another one's
// today. nullptr: it is not.
const UplinkFeature::Uplink* UplinkFeature::bearer_on_interface_of(const Uplink& uplink) const {
  if (!uplink.advice.interface.empty()) {
    return nullptr;
  }
  const auto other = std::find_if(uplinks_.begin(), uplinks_.end(), [&](const Uplink& of) {
    return &of != &uplink && of.advice.interface == uplink.health.settings().interface;
  });
  return other != uplinks_.end() ? &*other : nullptr;
}

UplinkPath UplinkFeature::path_of(const Uplink& uplink) const {
  return bearer_on_interface_of(uplink) != nullptr ? UplinkPath{}
                                                   : find_path(kernel_, uplink.health.settings(), &uplink.advice);
}

Effects UplinkFeature::use_tunnel(const std::optional<PlannedTunnel>& tunnel, Instant now) {
  if (tunnel == tunnel_) {
    return {};
  }
  tunnel_ = tunnel;
  return settle({}, now);
}

OuterPath UplinkFeature::outer_path(IpFamily family) const {
  OuterPath path;
  for (const Uplink& uplink : uplinks_) {
    const UplinkPath& way = uplink.health.path();
    if (!way.usable()) {
      continue;
    }
    const std::uint32_t mtu = route_mtu(uplink).value_or(way.mtu);
    path.smallest_mtu = path.smallest_mtu == 0 ? mtu : std::min(path.smallest_mtu, mtu);
    if (control_.active() == uplink.health.settings().id) {
      path.uplink = control_.active();
      path.source = family == IpFamily::V4 ? way.v4.source : way.v6.source;
    }
  }
  return path;
}

std::vector<IpPrefix> UplinkFeature::near_of(const Uplink& uplink) const {
  std::vector<IpPrefix> all;
  for (const LinkAddress& address : kernel_.addresses) {
    if (address.link == uplink.health.path().link && address.link != 0) {
      all.push_back(network_of(address.prefix));
    }
  }
  for (const IpAddress& resolver : resolvers_of(uplink)) {
    all.push_back({resolver, static_cast<std::uint8_t>(resolver.size() * 8)});
  }
  return in_order(prefixes_apart(all));
}

std::vector<IpPrefix> UplinkFeature::networks_of(const Uplink& uplink) const {
  std::vector<IpPrefix> networks;
  for (const LinkAddress& address : kernel_.addresses) {
    if (address.link == uplink.health.path().link && address.link != 0 &&
        address.prefix.address.family() == IpFamily::V4) {
      networks.push_back(network_of(address.prefix));
    }
  }
  return in_order(prefixes_apart(networks));
}

void UplinkFeature::plan() {
  TrafficPlan traffic;
  for (const Uplink& uplink : uplinks_) {
    traffic.uplinks.push_back(
        {interface_of(uplink), uplink.slot, uplink.health.path(), route_mtu(uplink), near_of(uplink)});
    if (guests_.transit) {  // for them alone
      traffic.uplinks.back().networks = networks_of(uplink);
    }
  }
  traffic.ladder = indices_of(control_.ladder());
  for (const TrafficClass& of : classes_) {
    PlannedClass planned{of.members, {}, indices_of(of.choice.keeps())};
    // Before the first decision nothing is shed: the kernel's own routes hold.
    const auto active = of.choice.active() ? of.choice.active() : control_.active();
    const bool shed = !of.choice.active() && of.choice.reason() == ChoiceReason::Shed;
    if (!shed && (of.choice.active() || !of.members.guests)) {
      planned.uplink = active ? index_of(*active) : std::optional<std::size_t>{0};
    }
    // The tunnel goes the router's own way: a class that has another way stays out.
    planned.tunnelled = tunnel_ && !of.members.guests && tunnel_->takes(of.members.id) && active == control_.active();
    traffic.classes.push_back(std::move(planned));
  }
  for (const Uplink& uplink : uplinks_) {
    for (const std::optional<IpPrefix>& address : {uplink.advice.address, uplink.advice.address6}) {
      if (address && uplink.health.path().link != 0) {
        traffic.addresses.push_back({uplink.health.path().link, *address, {}, kBearerMetric});
      }
    }
  }
  plan_guests(traffic);
  traffic.masquerade = settings_.masquerade;
  traffic.shaped = settings_.shaped;
  traffic.tunnel = tunnel_;
  const bool out = std::any_of(planned_.classes.begin(), planned_.classes.end(), [&](const PlannedClass& before) {
    return before.tunnelled &&
           std::none_of(traffic.classes.begin(), traffic.classes.end(),
                        [&](const PlannedClass& of) { return of.tunnelled && of.members == before.members; });
  });
  left_tunnel_ = left_tunnel_ || out;
  if (traffic != planned_) {
    wanted_ = plan_network(traffic);
    planned_ = std::move(traffic);
  }
  wanted_.preferences = lan_preferences(kernel_, settings_.lan_interfaces, delegated_prefixes());
}

std::vector<UplinkFact> UplinkFeature::facts() const {
  std::vector<UplinkFact> facts;
  for (const Uplink& uplink : uplinks_) {
    const UplinkHealth& health = uplink.health;
    const bool up = health.state() == UplinkState::Up || health.state() == UplinkState::Suspect;
    facts.push_back({health.settings().id, uplink.slot, interface_of(uplink), ledger_key_of(uplink), up,
                     health.path().way().source});
  }
  return facts;
}

std::optional<Duration> UplinkFeature::round_trip_of(const UplinkId& uplink) const {
  const auto index = index_of(uplink);
  return index ? uplinks_[*index].health.last_round_trip() : std::nullopt;
}

std::optional<Instant> UplinkFeature::waiting_since(const UplinkId& uplink) const {
  const auto index = index_of(uplink);
  return index ? uplinks_[*index].health.echoes().waiting_since() : std::nullopt;
}

void UplinkFeature::wish_echoes(const UplinkId& uplink, std::optional<Duration> each, Instant now) {
  if (Uplink* of = find(uplink)) {
    of->health.wish_echoes(each, now);
  }
}

std::vector<DelegatedPrefix> UplinkFeature::delegated_prefixes() const {
  std::vector<DelegatedPrefix> prefixes;
  for (const Uplink& uplink : uplinks_) {
    const UplinkSettings& settings = uplink.health.settings();
    const bool failed = has_failed(uplink.health);
    // Before the first decision after a boot nothing is known against the others.
    const bool decided = failed || control_.active() || carries(settings.id);
    for (const IpPrefix& prefix : settings.delegated_prefixes) {
      prefixes.push_back({prefix, decided ? std::optional{carries(settings.id) && !failed} : std::nullopt});
    }
  }
  return prefixes;
}

}  // namespace karkara
