// Neighbours that borrow: what the uplinks have for them, and who of them is let in.
#include <algorithm>

#include "agent/uplink/ranking.h"
#include "agent/uplink/uplink_feature.h"

namespace karkara {
namespace {

constexpr double kBitsPerKbit = 1000;
constexpr std::uint32_t kTransitMetric = 700;  // behind whatever the router's other networks have

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

// The masts' network needs our address even where nothing is borrowed.
void UplinkFeature::plan_guests(TrafficPlan& traffic) const {
  const Link* link = guests_.transit ? kernel_.link_named(guests_.interface) : nullptr;
  if (!guests_.transit) {
    return;
  }
  traffic.guests = guests_;
  const bool there = std::ranges::any_of(traffic.addresses,
                                         [&](const StaticAddress& known) { return known.prefix == *guests_.transit; });
  if (link != nullptr && !there) {
    traffic.addresses.push_back({link->index, *guests_.transit, {}, kTransitMetric});
  }
}

// What the class of guests would take now, whether or not anybody is let in.
OwnWay UplinkFeature::own_way(Instant now) const {
  OwnWay own;
  const auto of = std::ranges::find_if(classes_, [](const TrafficClass& c) { return c.members.guests; });
  const auto index = of != classes_.end() && of->choice.active() ? index_of(*of->choice.active()) : std::nullopt;
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
  if (settings.rate.down < LinkRate{}.down) {
    own.kbit = static_cast<std::uint32_t>(settings.rate.down.value() * settings_.guests_part / kBitsPerKbit);
  }
  if (settings.metered) {
    own.bundle_left = uplink.quota.remaining_users;
  }
  return own;
}

bool UplinkFeature::is_answered(const UplinkId& uplink, Instant now) const {
  const auto index = index_of(uplink);
  return index && uplinks_[*index].health.traffic().answered_within(std::chrono::seconds{1}, now);
}

}  // namespace karkara
