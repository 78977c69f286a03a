#include "agent/mesh/neighbour_feature.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "agent/mesh/transit_address.h"

namespace karkara {
namespace {

constexpr Duration kFirstDoubt = std::chrono::seconds{30};
constexpr Duration kLongestDoubt = std::chrono::minutes{10};
constexpr Duration kAnsweredPause = std::chrono::milliseconds{250};

std::string name_of(const std::optional<SiteId>& site) {
  return site ? site->text() : "nobody";
}

}  // namespace

NeighbourFeature::NeighbourFeature(const std::optional<NeighbourSettings>& settings, const Kept& kept)
    : settings_{settings}, ledger_{settings ? settings->utc_offset : Duration{}}, kept_address_{kept.address} {
  ledger_.restore(kept.lent);
  revoked_.restore(kept.revoked);
  take_address();
}

Neighbour* NeighbourFeature::find(const SiteId& site) {
  const auto at = neighbours_.find(site);
  return at == neighbours_.end() ? nullptr : &at->second;
}

const Neighbour* NeighbourFeature::find(const SiteId& site) const {
  const auto at = neighbours_.find(site);
  return at == neighbours_.end() ? nullptr : &at->second;
}

Effects NeighbourFeature::on(const NeighbourMet& event, Instant now) {
  Effects effects;
  if (!settings_ || !make_room_for(event.site, effects)) {
    return effects;
  }
  Neighbour& neighbour = neighbours_[event.site];
  neighbour.site = event.site;
  neighbour.address = event.address;
  neighbour.met = true;
  neighbour.said = {};
  neighbour.say_at = now;
  effects.push_back(Note{MessageId::NeighbourProven, {{"site", event.site.text()}, {"address", event.address}}});
  settle(effects, now);
  return effects;
}

Effects NeighbourFeature::on(const NeighbourLost& event, Instant now) {
  Effects effects;
  if (Neighbour* neighbour = find(event.site)) {
    // One that ends while hellos come was ended by what its certificate is.
    const bool silent = neighbour->hello_at && now - *neighbour->hello_at >= kHellosLost / 3;
    neighbour->hello_at = silent ? neighbour->hello_at : std::nullopt;
    lose(*neighbour, now);
    settle(effects, now);
  }
  return effects;
}

Effects NeighbourFeature::on(const CertificatesRevoked& event, Instant now) {
  Effects effects;
  if (!revoked_.replace(event.serials)) {
    return effects;
  }
  effects.push_back(Persist{kRevokedKey, revoked_.text(), true});
  want_at_ = now;
  settle(effects, now);
  return effects;
}

Effects NeighbourFeature::on(const HelloState& event, Instant now) {
  trouble_ = event.trouble;
  Effects effects;
  if (!trouble_.empty()) {
    for (auto& [site, neighbour] : neighbours_) {
      lose(neighbour, now);
      neighbour.hello_at.reset();
    }
  }
  settle(effects, now);
  return effects;
}

Effects NeighbourFeature::on(const HelloHeard& event, Instant now) {
  Effects effects;
  Neighbour* neighbour = settings_ ? find(event.site) : nullptr;
  if (neighbour == nullptr) {
    return effects;
  }
  neighbour->watch.heard(event.hello.quick, now);
  learn_address(*neighbour, event.hello);
  learn_radio(*neighbour, event.hello, now);
  neighbour->hello = event.hello;
  neighbour->fades = fades(*neighbour);
  neighbour->told_silent = false;
  avoid_conflict(*neighbour, effects, now);
  settle(effects, now);
  return effects;
}

Effects NeighbourFeature::follow(const Surroundings& around, Instant now) {
  Effects effects;
  if (!settings_) {
    return effects;
  }
  around_ = around;
  for (auto& [site, neighbour] : neighbours_) {
    neighbour.fades = fades(neighbour);
  }
  ledger_.begin_days({now, around_.wall});
  settle(effects, now);
  return effects;
}

bool NeighbourFeature::is_answered(const SiteId& site) const {
  return lender_ == site && around_.borrowed.active && around_.borrowed.answered;
}

void NeighbourFeature::settle(Effects& effects, Instant now) {
  if (!settings_) {
    return;
  }
  settled_at_ = now;
  want(effects, now);
  hear_silence(effects, now);
  choose_lender(effects, now);
  judge_relay(now);
  lend(effects, now);
  tell_batman(effects, now);
  speak(effects, now);
}

void NeighbourFeature::hear_silence(Effects& effects, Instant now) {
  for (auto& [site, neighbour] : neighbours_) {
    if (!neighbour.told_silent && !neighbour.is_heard(now)) {
      neighbour.told_silent = true;
      effects.push_back(Note{MessageId::NeighbourGone,
                             {{"site", site.text()}, {"why", neighbour.met ? "its hellos do not come" : trouble_}}});
    }
  }
}

void NeighbourFeature::choose_lender(Effects& effects, Instant now) {
  if (!settings_->uplink) {
    return;
  }
  doubt_lender(now);
  const Neighbour* best = nullptr;
  const Neighbour* current = nullptr;
  for (const auto& [site, neighbour] : neighbours_) {
    if (!refusal_of(neighbour, *settings_, is_answered(site), now).empty() || neighbour.hello->transit == transit_) {
      continue;
    }
    current = lender_ == site ? &neighbour : current;
    best = best == nullptr || compare_lenders(neighbour, *best, *settings_, now).better ? &neighbour : best;
  }
  if (best == nullptr || current == nullptr) {
    const Neighbour* left = lender_ ? find(*lender_) : nullptr;
    const std::string why = left != nullptr ? refusal_of(*left, *settings_, false, now) : "offers";
    borrow_from(best != nullptr ? std::optional{best->site} : std::nullopt, why, effects);
    return;
  }
  const LenderRanking ranking = compare_lenders(*best, *current, *settings_, now);
  if (best == current || !ranking.better) {
    better_.reset();
    return;
  }
  if (better_ != best->site) {
    better_ = best->site;
    better_since_ = now;
  }
  const bool at_once = ranking.key == LenderKey::Doubt || ranking.key == LenderKey::Leaving;
  if (at_once || now - better_since_ >= kMoveAfter) {
    borrow_from(best->site, std::string{to_string(ranking.key)}, effects);
  }
}

// What comes back says more than what is promised: a lender whose way out led nowhere stands behind the others, longer
// each time. The only one there is stays, so that it can prove itself.
void NeighbourFeature::doubt_lender(Instant now) {
  Neighbour* lender = lender_ ? find(*lender_) : nullptr;
  if (lender == nullptr || !around_.borrowed.down || lender->doubted_until > now) {
    return;
  }
  const bool lately = now - lender->doubted_until < kLongestDoubt && lender->doubt > Duration::zero();
  lender->doubt = lately ? std::min(2 * lender->doubt, kLongestDoubt) : kFirstDoubt;
  lender->doubted_until = now + lender->doubt;
}

void NeighbourFeature::borrow_from(const std::optional<SiteId>& site, const std::string& why, Effects& effects) {
  better_.reset();
  if (site == lender_) {
    return;
  }
  effects.push_back(
      Note{MessageId::BorrowingChanged, {{"from", name_of(lender_)}, {"to", name_of(site)}, {"why", why}}});
  lender_ = site;
  borrows_since_.reset();
  around_.borrowed = {};  // was the other one's
}

void NeighbourFeature::judge_relay(Instant now) {
  const Neighbour* lender = lender_ ? find(*lender_) : nullptr;
  if (!around_.borrowed.active || lender == nullptr) {
    borrows_since_.reset();
  } else if (!borrows_since_) {
    borrows_since_ = now;
  }
  relay_ = settings_->max_hops > 1 && settings_->lending && borrows_since_ && now - *borrows_since_ >= kRelayAfter &&
           lender->is_heard(now) && lender->hello->hops == 0 && lender->hello->way == WayOut::Up;
}

Effects NeighbourFeature::tick(Instant now) {
  Effects effects;
  if (!settings_) {
    return effects;
  }
  effects = refused_.tick(now);
  forget_the_lost(effects, now);
  settle(effects, now);
  count(effects, now);
  if (conflict_until_ <= now) {
    conflict_until_ = Instant::max();
    effects.push_back(SetAlarm{{MessageId::TransitConflict, ""}, false, {}});
  }
  return effects;
}

Instant NeighbourFeature::next_deadline() const {
  if (!settings_) {
    return Instant::max();
  }
  Instant next = std::min({want_at_, count_at_, save_at_, refused_.next_deadline(), conflict_until_});
  if (better_) {
    next = std::min(next, better_since_ + kMoveAfter);
  }
  if (borrows_since_ && settings_->max_hops > 1 && !relay_ && *borrows_since_ + kRelayAfter > settled_at_) {
    next = std::min(next, *borrows_since_ + kRelayAfter);
  }
  for (const auto& [site, neighbour] : neighbours_) {
    next = std::min({next, neighbour.say_at, neighbour.watch.next_deadline(settled_at_)});
    if (!neighbour.met) {
      next = std::min(next, neighbour.lost_at + kForgetAfter);
    }
    if (neighbour.doubted_until > settled_at_) {
      next = std::min(next, neighbour.doubted_until);
    }
  }
  for (const auto& [address, until] : counted_) {
    next = std::min(next, until);
  }
  const Neighbour* lender = lender_ ? find(*lender_) : nullptr;
  if (lender != nullptr && lender->hello && lender->told_silent) {
    next = std::min(next, settled_at_ + kAnsweredPause);  // its traffic speaks for it, as long as it is answered
  }
  return next;
}

std::optional<UplinkAdvice> NeighbourFeature::advice() const {
  if (!settings_ || !settings_->uplink) {
    return std::nullopt;
  }
  UplinkAdvice advice{.uplink = *settings_->uplink};
  if (transit_) {
    advice.address = IpPrefix{*transit_, settings_->transit.length};
  }
  const Neighbour* lender = lender_ ? find(*lender_) : nullptr;
  if (lender == nullptr || !lender->hello) {
    return advice;
  }
  advice.gateway = lender->hello->transit;
  if (lender->hello->quiet_in || lender->fades || lender->hello->way == WayOut::Leaving) {
    advice.draining = lender_->text() + (lender->hello->quiet_in ? " turns its radio off soon"
                                         : lender->fades         ? " turns its radio down, and would hardly be heard"
                                                                 : " loses its way out");
  }
  return advice;
}

Guests NeighbourFeature::guests() const {
  Guests guests;
  if (settings_ && transit_) {
    guests.interface = settings_->interface;
    guests.transit = IpPrefix{*transit_, settings_->transit.length};
    guests.admitted = admitted_;
    for (const auto& [address, until] : counted_) {
      guests.counted.push_back(address);
    }
    guests.port = settings_->port;
    guests.relay = relay_;
  }
  return guests;
}

}  // namespace karkara
