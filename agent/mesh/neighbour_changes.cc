// Neighbours that come and go, and what ends with a change of the configuration.
#include <algorithm>

#include "agent/facts/effect_list.h"
#include "agent/mesh/neighbour_feature.h"

namespace karkara {

// Who is met comes before who is not any more.
bool NeighbourFeature::make_room_for(const SiteId& site, Effects& effects) {
  if (find(site) != nullptr || neighbours_.size() < kMostNeighbours) {
    return true;
  }
  const auto longest = std::ranges::min_element(
      neighbours_, {}, [](const auto& known) { return known.second.met ? Instant::max() : known.second.lost_at; });
  if (longest->second.met) {
    return false;
  }
  forget(longest->second, effects);
  neighbours_.erase(longest);
  return true;
}

void NeighbourFeature::lose(Neighbour& neighbour, Instant now) {
  neighbour.lost_at = neighbour.met ? now : neighbour.lost_at;
  neighbour.met = false;
  neighbour.say_at = Instant::max();
  neighbour.hello.reset();
  neighbour.fades = false;
  neighbour.watch.forget();
}

// What was raised for it ends with it.
void NeighbourFeature::forget(const Neighbour& neighbour, Effects& effects) {
  if (neighbour.exhausted) {
    effects.push_back(SetAlarm{{MessageId::LendingExhausted, neighbour.site.text()}, false, {}});
  }
}

void NeighbourFeature::forget_the_lost(Effects& effects, Instant now) {
  std::erase_if(neighbours_, [&](const auto& known) {
    const Neighbour& neighbour = known.second;
    if (neighbour.met || now - neighbour.lost_at < kForgetAfter) {
      return false;
    }
    forget(neighbour, effects);
    return true;
  });
}

Effects NeighbourFeature::reconfigure(const std::optional<NeighbourSettings>& settings, Instant now) {
  Effects effects;
  if (settings == settings_) {
    return effects;
  }
  const bool moved = !settings || !settings_ || settings->interface != settings_->interface ||
                     settings->port != settings_->port || settings->transit != settings_->transit ||
                     settings->site != settings_->site;
  end_what_does_not_stay(settings, moved, effects);
  if (moved && wanted_) {
    say_end(effects);
    effects.push_back(WantHellos{});
    wanted_ = false;
    neighbours_.clear();
    borrows_since_.reset();
    admitted_.clear();
    counted_.clear();
  }
  if (moved || !settings->uplink) {
    lender_.reset();
  }
  settings_ = settings;
  take_address();
  want_at_ = now;
  if (settings_) {
    settle(effects, now);
  }
  return effects;
}

// Nobody would end an alarm, or batman-adv's word about gateways, once the configuration no longer knows of it.
void NeighbourFeature::end_what_does_not_stay(const std::optional<NeighbourSettings>& next, bool moved,
                                              Effects& effects) {
  if (moved || !next->lending) {
    for (auto& [site, neighbour] : neighbours_) {
      forget(neighbour, effects);
      neighbour.exhausted = false;
    }
    told_lending_.reset();
  }
  if (moved && conflict_until_ != Instant::max()) {
    conflict_until_ = Instant::max();
    effects.push_back(SetAlarm{{MessageId::TransitConflict, ""}, false, {}});
  }
  if (!next) {
    append(effects, refused_.end_all());
  }
  if (!moved && next->batman_gateway) {
    return;
  }
  if (!batman_.empty()) {
    effects.push_back(SetBatmanGateway{batman_link_, "off", 0, 0});
    batman_.clear();
  }
  effects.push_back(SetAlarm{{MessageId::BatmanRefuses, ""}, false, {}});
}

}  // namespace karkara
