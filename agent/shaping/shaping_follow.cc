// How the shaping feature follows what other features know: the uplinks, the village's interfaces, the tunnel, and what
// the links tell of their coding.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "agent/shaping/shaping_feature.h"

namespace karkara {
namespace {

std::string kbit(BitsPerSecond rate) {
  return fmt::format("{:.0f}", rate.value() / 1000);
}

std::string milliseconds_text(Duration time) {
  return fmt::format("{:.0f}", std::chrono::duration<double, std::milli>(time).count());
}

}  // namespace

Effects ShapingFeature::follow(const ShapingView& view, const KnownTime& at) {
  Effects effects = std::exchange(unread_, {});
  for (const UplinkFact& fact : view.uplinks) {
    if (const auto index = index_of(fact.id)) {
      const Link* link = view.kernel.link_named(fact.interface);
      uplinks_[*index].link = link ? std::optional{ShapedLink{link->index, link->mtu}} : std::nullopt;
      follow_uplink(*index, fact, at.now, effects);
      const auto told = std::find_if(view.efficiencies.begin(), view.efficiencies.end(),
                                     [&](const auto& each) { return each.first == fact.id; });
      follow_coding(*index, told == view.efficiencies.end() ? std::nullopt : std::optional{told->second}, at.now,
                    effects);
    }
  }
  names_.clear();
  for (const Link& link : view.kernel.links) {
    names_[link.index] = link.name;
  }
  now_.lan.clear();
  for (const std::string& name : settings_.lan_interfaces) {
    if (const Link* link = view.kernel.link_named(name)) {
      now_.lan.push_back({link->index, link->mtu});
    }
  }
  const Link* guests = settings_.guests ? view.kernel.link_named(settings_.guests->interface) : nullptr;
  now_.guests = guests != nullptr ? std::optional{ShapedLink{guests->index, guests->mtu}} : std::nullopt;
  const Link* download = view.kernel.link_named(kDownloadDevice);
  download_link_ = download ? download->index : 0;
  now_.abilities = view.kernel.traffic.abilities;
  now_.tunnel.reset();
  tunnel_over_ = view.tunnel ? index_of(view.tunnel->over) : std::nullopt;
  if (tunnel_over_) {
    now_.tunnel = TunnelNow{view.tunnel->link, uplinks_[*tunnel_over_].fact.slot,
                            static_cast<std::int16_t>(view.tunnel->over_v6 ? 80 : 60)};
  }
  plan();
  watch_flows(at.now, effects);
  return effects;
}

Effects ShapingFeature::see_trees(std::vector<TreeTrouble> troubles) {
  troubles_ = std::move(troubles);
  Effects effects;
  set_alarms(effects);
  return effects;
}

// Under another address the link is another one: what was last good on it is where its rate begins.
void ShapingFeature::follow_uplink(std::size_t index, const UplinkFact& fact, Instant now, Effects& effects) {
  Uplink& uplink = uplinks_[index];
  const bool attached = fact.source && (fact.source != uplink.last_source || fact.key != uplink.last_key);
  const bool first = !uplink.last_source;
  if (fact.up && !uplink.fact.up) {
    uplink.deaf.clear();  // it was down: what failed then may work now
  }
  uplink.fact = fact;
  if (fact.source) {
    uplink.last_source = fact.source;
    uplink.last_key = fact.key;
  }
  if (!attached || first) {
    return;
  }
  for (const LinkDirection which : kBothDirections) {
    if (auto& of = direction(index, which)) {
      const auto expected = which == LinkDirection::Down ? uplink.coding.expected() : std::nullopt;
      note(index, which, of->rate.attached(expected ? expected : memory_.find(fact.id, which), now), now, effects);
    }
  }
  uplink.flows.forget();
}

// What the terminal tells is how well it receives: the way up has a coding of its own, which nobody tells.
void ShapingFeature::follow_coding(std::size_t index, std::optional<double> efficiency, Instant now, Effects& effects) {
  const auto expected = uplinks_[index].coding.see(efficiency, now);
  auto& down = direction(index, LinkDirection::Down);
  if (expected && down && settings_.uplinks[index].adaptive) {
    note(index, LinkDirection::Down, down->rate.seeded(*expected, now), now, effects);
  }
}

void ShapingFeature::remember(std::size_t uplink, LinkDirection which, Instant now) {
  const auto good = direction(uplink, which)->rate.good();
  if (!good) {
    return;
  }
  std::optional<double> efficiency;
  if (which == LinkDirection::Down) {
    uplinks_[uplink].coding.learn(*good);
    efficiency =
        uplinks_[uplink].coding.learned() ? std::optional{uplinks_[uplink].coding.learned()->efficiency} : std::nullopt;
  }
  memory_.see(settings_.uplinks[uplink].id, which, *good, now, efficiency);
}

void ShapingFeature::note(std::size_t uplink, LinkDirection which, const std::optional<RateChange>& change, Instant now,
                          Effects& effects) {
  if (!change) {
    return;
  }
  auto& of = direction(uplink, which);
  of->since = now;
  remember(uplink, which, now);
  effects.push_back(Note{MessageId::ShapingRate,
                         {{"uplink", settings_.uplinks[uplink].id.text()},
                          {"direction", which == LinkDirection::Up ? "up" : "down"},
                          {"from_kbit", kbit(change->from)},
                          {"to_kbit", kbit(change->to)},
                          {"why", std::string{to_string(change->reason)}},
                          {"added_ms", milliseconds_text(change->added)},
                          {"carried_kbit", kbit(change->carried)}}});
}

}  // namespace karkara
