#include "agent/uplink/uplink_feature.h"

#include <algorithm>
#include <utility>

namespace karkara {
namespace {

ChoicePolicy policy_of(const UplinkFeatureSettings& settings) {
  return {settings.switch_back_after, settings.leave_metered_after, settings.min_dwell};
}

// No way out over it, and not because nobody can be asked: an interface without an address is as dead as one without
// carrier.
bool has_failed(const UplinkHealth& health) {
  switch (health.state()) {
    case UplinkState::Absent:
    case UplinkState::Linked:
    case UplinkState::Down: return true;
    case UplinkState::Addressed: return !health.path().usable();
    case UplinkState::Probation:
    case UplinkState::Up:
    case UplinkState::Suspect: break;
  }
  return false;
}

bool is_up(UplinkState state) {
  return state == UplinkState::Up || state == UplinkState::Suspect;
}

}  // namespace

UplinkFeature::UplinkFeature(UplinkFeatureSettings settings, std::uint64_t nonce_seed)
    : settings_{std::move(settings)}, nonce_seed_{nonce_seed}, choice_{policy_of(settings_)} {
  for (const UplinkSettings& uplink : settings_.uplinks) {
    const std::uint32_t slot = free_slot();
    uplinks_.push_back({slot, UplinkHealth{uplink, settings_.hold_down, settings_.hold_down_max, nonce_seed_ + slot}});
  }
  plan();
}

std::uint32_t UplinkFeature::free_slot() const {
  std::uint32_t slot = 0;
  while (std::any_of(uplinks_.begin(), uplinks_.end(), [&](const Uplink& u) { return u.slot == slot; })) {
    ++slot;
  }
  return slot;
}

UplinkFeature::Uplink* UplinkFeature::find(const UplinkId& id) {
  const auto at =
      std::find_if(uplinks_.begin(), uplinks_.end(), [&](const Uplink& u) { return u.health.settings().id == id; });
  return at != uplinks_.end() ? &*at : nullptr;
}

Effects UplinkFeature::on(const LinkChanged& event, Instant now) {
  const auto at = std::find_if(kernel_.links.begin(), kernel_.links.end(),
                               [&](const Link& link) { return link.index == event.link.index; });
  if (at != kernel_.links.end()) {
    *at = event.link;
  } else {
    kernel_.links.push_back(event.link);
  }
  return see_kernel(now);
}

Effects UplinkFeature::on(const LinkGone& event, Instant now) {
  std::erase_if(kernel_.links, [&](const Link& link) { return link.index == event.index; });
  std::erase_if(kernel_.addresses, [&](const LinkAddress& address) { return address.link == event.index; });
  std::erase_if(kernel_.routes, [&](const Route& route) { return route.link == event.index; });
  return see_kernel(now);
}

Effects UplinkFeature::on(const KernelSeen& event, Instant now) {
  kernel_ = event.snapshot;
  if (!kernel_known_) {
    kernel_known_ = true;
    adopt_choice();
  }
  return see_kernel(now);
}

void UplinkFeature::adopt_choice() {
  const Route* first = nullptr;
  for (const Route& route : kernel_.routes) {
    if (route.table == kChoiceTable && route.protocol == kOurProtocol && route.destination.is_everything() &&
        (!first || route.metric < first->metric)) {
      first = &route;
    }
  }
  for (const Uplink& uplink : uplinks_) {
    const Link* link = kernel_.link_named(uplink.health.settings().interface);
    if (first && link && link->index == first->link) {
      choice_.adopt(uplink.health.settings().id);
    }
  }
}

Effects UplinkFeature::see_kernel(Instant now) {
  Effects effects;
  if (kernel_known_) {
    for (Uplink& uplink : uplinks_) {
      const auto echoes = uplink.health.see_path(path_of(uplink.health.settings()), now);
      send(uplink, echoes, effects);
    }
  }
  return settle(std::move(effects), now);
}

Effects UplinkFeature::on(const EchoAnswered& event, Instant now) {
  Effects effects;
  if (Uplink* uplink = find(event.uplink)) {
    const auto echoes = uplink->health.on(event, now);
    const auto round_trip = uplink->health.last_round_trip();
    if (round_trip && event.anchor_time) {
      const auto one_way = std::chrono::duration_cast<std::chrono::microseconds>(*round_trip / 2);
      anchor_time_ = AnchorTime{now, *event.anchor_time + one_way, *round_trip / 2};
    }
    send(*uplink, echoes, effects);
  }
  return settle(std::move(effects), now);
}

Effects UplinkFeature::on(const EchoFailed& event, Instant now) {
  Effects effects;
  if (Uplink* uplink = find(event.uplink)) {
    const auto echoes = uplink->health.on(event, now);
    send(*uplink, echoes, effects);
  }
  return settle(std::move(effects), now);
}

Effects UplinkFeature::on(const IdentityKnown& event, Instant now) {
  Effects effects;
  anchors_ = event.anchors;
  identity_known_ = true;
  for (Uplink& uplink : uplinks_) {
    const auto echoes = uplink.health.set_anchors(anchors_, now);
    send(uplink, echoes, effects);
  }
  return settle(std::move(effects), now);
}

Effects UplinkFeature::tick(Instant now) {
  Effects effects;
  for (Uplink& uplink : uplinks_) {
    const auto echoes = uplink.health.tick(now);
    send(uplink, echoes, effects);
  }
  return settle(std::move(effects), now);
}

Effects UplinkFeature::reconfigure(const UplinkFeatureSettings& settings, Instant now) {
  Effects effects;
  std::vector<Uplink> before = std::exchange(uplinks_, {});
  settings_ = settings;
  choice_.set_policy(policy_of(settings_));
  std::vector<const UplinkSettings*> added;
  for (const UplinkSettings& uplink : settings_.uplinks) {
    const auto old = std::find_if(before.begin(), before.end(),
                                  [&](const Uplink& u) { return u.health.settings().id == uplink.id; });
    if (old == before.end()) {
      added.push_back(&uplink);
      continue;
    }
    old->health.reconfigure(uplink, settings_.hold_down, settings_.hold_down_max, now);
    uplinks_.push_back(std::move(*old));
    before.erase(old);
  }
  // After the kept ones, so that a new uplink never takes the table and mark of one that stays.
  for (const UplinkSettings* uplink : added) {
    const std::uint32_t slot = free_slot();
    nonce_seed_ += kMostUplinks;
    uplinks_.push_back({slot, UplinkHealth{*uplink, settings_.hold_down, settings_.hold_down_max, nonce_seed_ + slot}});
    send(uplinks_.back(), uplinks_.back().health.set_anchors(anchors_, now), effects);
  }
  for (const Uplink& gone : before) {
    effects.push_back(SetAlarm{{MessageId::UplinkDown, gone.health.settings().id.text()}, false, {}});
  }
  Effects more = see_kernel(now);
  std::move(more.begin(), more.end(), std::back_inserter(effects));
  return effects;
}

Instant UplinkFeature::next_deadline() const {
  Instant next = choice_.next_deadline();
  for (const Uplink& uplink : uplinks_) {
    next = std::min(next, uplink.health.next_deadline());
  }
  return next;
}

Effects UplinkFeature::settle(Effects effects, Instant now) {
  if (!kernel_known_) {
    return effects;
  }
  const std::string before = choice_.active() ? choice_.active()->text() : "";
  const ChoiceReason reason = choice_.decide(candidates(now), now);
  const bool any_up =
      std::any_of(uplinks_.begin(), uplinks_.end(), [](const Uplink& u) { return is_up(u.health.state()); });
  for (Uplink& uplink : uplinks_) {
    uplink.health.set_role(choice_.active() == uplink.health.settings().id, !any_up, now);
  }
  plan();
  announce_states(effects);
  announce_choice(reason, before, effects);
  set_alarms(effects);
  return effects;
}

void UplinkFeature::announce_states(Effects& effects) {
  for (Uplink& uplink : uplinks_) {
    const UplinkState state = uplink.health.state();
    if (state == uplink.told_state) {
      continue;
    }
    effects.push_back(Note{MessageId::UplinkState,
                           {{"uplink", uplink.health.settings().id.text()},
                            {"from", std::string{to_string(uplink.told_state)}},
                            {"to", std::string{to_string(state)}},
                            {"why", uplink.health.evidence()}}});
    uplink.told_state = state;
  }
}

void UplinkFeature::announce_choice(ChoiceReason reason, const std::string& before, Effects& effects) {
  if (reason == ChoiceReason::None) {
    return;
  }
  const std::string after = choice_.active() ? choice_.active()->text() : "";
  if (!before.empty() && !after.empty()) {
    ++switches_;
  }
  effects.push_back(Note{MessageId::UplinkSwitched,
                         {{"from", before.empty() ? "none" : before},
                          {"to", after.empty() ? "none" : after},
                          {"why", std::string{to_string(reason)}}}});
  if (!after.empty()) {
    effects.push_back(HurrySession{"traffic moved to " + after});
  }
}

void UplinkFeature::set_alarms(Effects& effects) const {
  bool any_usable = false;
  for (const Uplink& uplink : uplinks_) {
    const UplinkState state = uplink.health.state();
    any_usable = any_usable || is_up(state);
    // Probation says nothing yet: neither raise nor clear.
    if (is_up(state)) {
      effects.push_back(SetAlarm{{MessageId::UplinkDown, uplink.health.settings().id.text()}, false, {}});
    } else if (has_failed(uplink.health)) {
      effects.push_back(SetAlarm{{MessageId::UplinkDown, uplink.health.settings().id.text()},
                                 true,
                                 {{"state", std::string{to_string(state)}}, {"why", uplink.health.evidence()}}});
    }
  }
  const bool blind = identity_known_ && anchors_.empty();
  effects.push_back(SetAlarm{{MessageId::NoAnchors, ""}, blind, {}});
  const bool all_failed =
      !blind && std::all_of(uplinks_.begin(), uplinks_.end(), [](const Uplink& u) { return has_failed(u.health); });
  if (any_usable || all_failed) {
    effects.push_back(SetAlarm{{MessageId::NoUplink, ""}, all_failed, {}});
  }
}

void UplinkFeature::send(const Uplink& uplink, const UplinkHealth::Echoes& echoes, Effects& effects) const {
  const UplinkHealth& health = uplink.health;
  for (const WantedEcho& echo : echoes) {
    if (health.path().source) {
      effects.push_back(SendEcho{health.settings().id, health.settings().interface, mark_of_slot(uplink.slot),
                                 *health.path().source, echo.anchor, echo.nonce});
    }
  }
}

UplinkPath UplinkFeature::path_of(const UplinkSettings& settings) const {
  const Link* link = kernel_.link_named(settings.interface);
  if (!link) {
    return {};
  }
  UplinkPath path;
  path.link = link->index;
  path.carrier = link->admin_up && link->carrier;
  for (const LinkAddress& address : kernel_.addresses) {
    if (address.link == link->index && address.global && !address.deprecated && !address.tentative &&
        address.prefix.address.family() == IpFamily::V4 && !path.source) {
      path.source = address.prefix.address;
    }
  }
  path.gateway = settings.gateway;
  const Route* learned = nullptr;
  for (const Route& route : kernel_.routes) {
    if (!settings.gateway && route.table == kMainTable && route.destination.is_everything() &&
        route.destination.address.family() == IpFamily::V4 && route.link == link->index && route.gateway &&
        (!learned || route.metric < learned->metric)) {
      learned = &route;
    }
  }
  if (learned) {
    path.gateway = learned->gateway;
  }
  return path;
}

Candidate UplinkFeature::candidate_of(const Uplink& uplink, Instant now) const {
  const UplinkHealth& health = uplink.health;
  return {health.settings().id,      health.state(),
          health.path().usable(),    health.heard_in_probation(),
          health.settings().metered, health.settings().preference,
          now - health.since()};
}

std::vector<Candidate> UplinkFeature::candidates(Instant now) const {
  std::vector<Candidate> all;
  all.reserve(uplinks_.size());
  for (const Uplink& uplink : uplinks_) {
    all.push_back(candidate_of(uplink, now));
  }
  return all;
}

void UplinkFeature::plan() {
  std::vector<PlannedUplink> planned;
  planned.reserve(uplinks_.size());
  for (const Uplink& uplink : uplinks_) {
    planned.push_back(
        {uplink.health.settings().interface, uplink.slot, uplink.health.path(), uplink.health.settings().mtu});
  }
  std::vector<std::size_t> ladder;
  for (const UplinkId& id : choice_.ladder()) {
    for (std::size_t i = 0; i < uplinks_.size(); ++i) {
      if (uplinks_[i].health.settings().id == id) {
        ladder.push_back(i);
      }
    }
  }
  wanted_ = plan_network(planned, ladder, settings_.masquerade);
}

}  // namespace karkara
