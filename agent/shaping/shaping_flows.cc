// What the shaping feature overhears of the village's own connections, for the rates that adapt: it costs no byte of
// the link, where each echo costs 104.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "agent/facts/effect_list.h"
#include "agent/shaping/shaping_feature.h"

namespace karkara {
namespace {

using std::chrono::seconds;
constexpr Duration kDeafFor = seconds{60};  // then it is tried again
constexpr Duration kOverheard = seconds{3};
constexpr double kAllBelow = 2e6;  // bits a second: up to here each timestamp is looked at, 200 a second or less

// Of a faster link fewer, so that they stay about as many.
std::uint8_t sample_bits(double rate) {
  const double bits = std::ceil(std::log2(std::max(rate / kAllBelow, 1.0)));
  return static_cast<std::uint8_t>(std::clamp(bits, 0.0, double{WatchedLink::kMostSampleBits}));
}

}  // namespace

std::optional<WatchedLink> ShapingFeature::wanted_watch(std::size_t uplink) const {
  const Uplink& of = uplinks_[uplink];
  if (!settings_.enabled || !settings_.uplinks[uplink].adaptive || !of.link || !of.fact.up || !of.deaf.empty()) {
    return std::nullopt;
  }
  double rate = 0;
  for (const auto& direction : of.directions) {
    rate = direction ? std::max(rate, direction->rate.rate().value()) : rate;
  }
  return rate > 0 ? std::optional{WatchedLink{of.link->link, sample_bits(rate)}} : std::nullopt;
}

void ShapingFeature::watch_flows(Instant now, Effects& effects) {
  WatchRoundTrips wanted;
  for (std::size_t i = 0; i < uplinks_.size(); ++i) {
    Uplink& uplink = uplinks_[i];
    if (now >= uplink.deaf_until || !uplink.link || uplink.link->link != uplink.deaf_link) {
      uplink.deaf.clear();
    }
    if (const auto link = wanted_watch(i)) {
      wanted.links.push_back(*link);
    }
  }
  if (wanted != watched_) {
    watched_ = wanted;
    effects.push_back(std::move(wanted));
  }
}

Effects ShapingFeature::on(const RoundTripsSeen& event, Instant now) {
  Effects effects;
  for (std::size_t i = 0; i < uplinks_.size(); ++i) {
    Uplink& uplink = uplinks_[i];
    if (!uplink.link || uplink.link->link != event.link) {
      continue;
    }
    uplink.overheard_at = now;
    const auto pooled = uplink.flows.see(event.flows, now);
    for (const LinkDirection which : {LinkDirection::Up, LinkDirection::Down}) {
      if (auto& of = direction(i, which); of && pooled) {
        note(i, which, of->rate.on(pooled->in(which == LinkDirection::Up), now), now, effects);
      }
    }
  }
  if (!effects.empty()) {
    plan();
  }
  return effects;
}

Effects ShapingFeature::on(const RoundTripsUnavailable& event, Instant now) {
  for (Uplink& uplink : uplinks_) {
    if (uplink.link && uplink.link->link == event.link) {
      uplink.deaf = event.why.empty() ? "unavailable" : event.why;
      uplink.deaf_link = event.link;
      uplink.deaf_until = now + kDeafFor;
    }
  }
  // The adapter watches it no more, so that asking for it again is a change.
  std::erase_if(watched_.links, [&](const WatchedLink& link) { return link.link == event.link; });
  return {};
}

std::string ShapingFeature::overheard_text(std::size_t uplink, Instant now) const {
  const Uplink& of = uplinks_[uplink];
  if (!settings_.uplinks[uplink].adaptive) {
    return "";
  }
  if (!of.deaf.empty()) {
    return fmt::format("its connections cannot be overheard: {}", of.deaf);
  }
  return of.overheard_at && now - *of.overheard_at < kOverheard ? "round trips of the village's own connections" : "";
}

}  // namespace karkara
