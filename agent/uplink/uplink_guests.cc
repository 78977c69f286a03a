// Neighbours that borrow: what the uplinks have for them, and who of them is let in.
#include <algorithm>

#include "agent/facts/prefix_match.h"
#include "agent/uplink/prefixes_apart.h"
#include "agent/uplink/ranking.h"
#include "agent/uplink/uplink_feature.h"

namespace karkara {
namespace {

constexpr double kBitsPerKbit = 1000;
constexpr std::uint32_t kTransitMetric = 700;  // behind whatever the router's other networks have
constexpr std::uint8_t kHostLength = 32;

WayOut way_of(const Candidate& candidate) {
  switch (grade(candidate)) {
    case Grade::Up: return WayOut::Up;
    case Grade::Draining: return candidate.walled ? WayOut::None : WayOut::Leaving;
    case Grade::Heard:
    case Grade::Unknown: return WayOut::Unproven;
    case Grade::Failed: return WayOut::None;
  }
  return WayOut::None;
}

// What the village itself may still use is all that can be lent; where guests are to keep to the pace, what it leaves
// of this day.
std::optional<std::uint64_t> left_to_lend(const Quota& quota, const KeyUsage* usage, MeteredUse use) {
  std::optional<std::uint64_t> left = quota.usable;
  if (use == MeteredUse::WithinPace && quota.pace) {
    const double used = usage != nullptr ? static_cast<double>(usage->today.total()) : 0;
    const double today = std::clamp(quota.pace->value() - used, 0.0, static_cast<double>(kMostTraffic));
    left = std::min(left.value_or(kMostTraffic), static_cast<std::uint64_t>(today));
  }
  return left;
}

}  // namespace

Effects UplinkFeature::host(const Guests& guests, Instant now) {
  if (guests == guests_) {
    return {};
  }
  const bool other_rule = guests.relay != guests_.relay;
  guests_ = guests;
  if (other_rule) {
    static_cast<void>(set_classes());
  }
  return settle({}, now);
}

// A guest proves its way with echoes to the anchors, wherever these are.
std::vector<IpPrefix> UplinkFeature::guests_reach() const {
  std::vector<IpPrefix> all;
  for (const IpPrefix& prefix : settings_.guests_reach) {
    all.push_back(network_of(prefix));
  }
  for (const AnchorEndpoint& anchor : anchors_) {
    if (anchor.endpoint.address.family() == IpFamily::V4) {
      all.push_back({anchor.endpoint.address, kHostLength});
    }
  }
  return prefixes_apart(all);
}

// The masts' network needs our address even where nothing is borrowed.
void UplinkFeature::plan_guests(TrafficPlan& traffic) const {
  const Link* link = guests_.transit ? kernel_.link_named(guests_.interface) : nullptr;
  if (!guests_.transit) {
    return;
  }
  traffic.guests = guests_;
  traffic.guests_reach = guests_reach();
  const bool there = std::ranges::any_of(traffic.addresses,
                                         [&](const StaticAddress& known) { return known.prefix == *guests_.transit; });
  if (link != nullptr && !there) {
    traffic.addresses.push_back({link->index, *guests_.transit, {}, kTransitMetric});
  }
}

std::optional<UplinkId> UplinkFeature::guests_uplink() const {
  const auto of = std::ranges::find_if(classes_, [](const TrafficClass& c) { return c.members.guests; });
  return of != classes_.end() ? of->choice.active() : std::nullopt;
}

// What the class of guests would take now, whether or not anybody is let in.
OwnWay UplinkFeature::own_way(Instant now, std::optional<BitsPerSecond> measured) const {
  OwnWay own;
  const auto of = std::ranges::find_if(classes_, [](const TrafficClass& c) { return c.members.guests; });
  const auto wanted = guests_uplink();
  const auto index = wanted ? index_of(*wanted) : std::nullopt;
  if (!index) {
    own.why = of != classes_.end() && !of->choice.rule().off.empty() ? of->choice.rule().off
                                                                     : "no way out is there for guests";
    return own;
  }
  const Uplink& uplink = uplinks_[*index];
  const UplinkSettings& settings = uplink.health.settings();
  const Candidate candidate = candidate_of(uplink, now);
  own.way = way_of(candidate);
  own.borrowed = candidate.borrowed;
  if (own.way == WayOut::None || own.way == WayOut::Unproven) {
    own.why = settings.id.text() + ": " + standing_of(uplink).why;
  }
  if (measured || settings.rate.down < LinkRate{}.down) {
    // What the village takes is not there to lend; it comes first.
    const double rate = std::min(measured.value_or(settings.rate.down), settings.rate.down).value();
    const double others = carried_.beside_guests(uplink.slot, now).value_or(BitsPerSecond{}).value();
    const double spare = std::clamp(rate - others, 0.0, rate * settings_.guests_part);
    own.kbit = static_cast<std::uint32_t>(spare / kBitsPerKbit);
  }
  own.bundle_left = left_to_lend(uplink.quota, ledger_.find(ledger_key_of(uplink)),
                                 settings.metered ? of->choice.rule().metered : MeteredUse::Always);
  return own;
}

bool UplinkFeature::is_answered(const UplinkId& uplink, Instant now) const {
  const auto index = index_of(uplink);
  return index && uplinks_[*index].health.traffic().answered_within(std::chrono::seconds{1}, now);
}

}  // namespace karkara
