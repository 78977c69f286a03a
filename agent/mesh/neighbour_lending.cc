// What is lent to whom, and what is said about it: to the neighbours, to the adapter that speaks, to batman-adv.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "agent/facts/guest_counter.h"
#include "agent/mesh/neighbour_feature.h"
#include "agent/mesh/transit_address.h"

namespace karkara {
namespace {

constexpr Duration kCountPause = std::chrono::seconds{2};
constexpr Duration kSavePause = std::chrono::minutes{5};
constexpr Duration kWallPause = std::chrono::hours{1};  // certificates are judged anew
constexpr Duration kRepeatAfter = std::chrono::milliseconds{60};
constexpr Duration kBatmanRetry = std::chrono::minutes{1};
constexpr Duration kBatmanAgain = std::chrono::minutes{10};   // somebody else may have changed it
constexpr Duration kCountedAfter = std::chrono::minutes{15};  // a sender of TCP gives up by then

// What a neighbour acts upon; numbers that creep can wait for the next hello.
bool acts_upon(const Hello& a, const Hello& b) {
  return a.transit != b.transit || a.way != b.way || a.hops != b.hops || a.origin != b.origin || a.via != b.via ||
         a.borrows != b.borrows || a.quick != b.quick || a.taken != b.taken || (a.credit == 0U) != (b.credit == 0U) ||
         a.quiet_in.has_value() != b.quiet_in.has_value() || a.weaker.has_value() != b.weaker.has_value() ||
         a.radios != b.radios;
}

}  // namespace

std::string NeighbourFeature::lending_refusal() const {
  if (!settings_->lending) {
    return "nothing is to be lent";
  }
  const LendingSettings& lending = *settings_->lending;
  if (!transit_) {
    return "there is no address for the masts' network";
  }
  if (lending.until_stage > 0 && around_.stage >= lending.until_stage) {
    return fmt::format("the battery rests: stage {}", around_.stage);
  }
  if ((around_.borrowed.active || around_.own.borrowed) && !relay_) {
    return "this site borrows itself";
  }
  if (around_.own.way == WayOut::None || around_.own.way == WayOut::Unproven) {
    return around_.own.why.empty() ? "no way out is proven" : around_.own.why;
  }
  if (around_.own.bundle_left == 0U) {
    return "nothing of the bundle or its money is left to lend";
  }
  return lending.bytes_per_month && ledger_.month_of_all() >= *lending.bytes_per_month
             ? "what may be lent in this month is used up"
             : "";
}

std::string NeighbourFeature::used_up(const Neighbour& to) const {
  const auto& limit = settings_->lending->bytes_per_day;
  return limit && ledger_.today(to.site) >= *limit ? "what it may have in a day is used up" : "";
}

std::string NeighbourFeature::lending_refusal(const Neighbour& to) const {
  if (std::string why = lending_refusal(); !why.empty()) {
    return why;
  }
  if (to.hello && !to.own_address) {
    return "its address is not the one that follows from its id";
  }
  const std::vector<SiteId>& allowed = settings_->lending->to;
  if (!allowed.empty() && std::ranges::find(allowed, to.site) == allowed.end()) {
    return "it is not among those to whom is lent";
  }
  if (around_.borrowed.active && lender_ == to.site) {
    return "this site borrows from it";
  }
  return used_up(to);
}

std::optional<std::uint64_t> NeighbourFeature::credit_of(const Neighbour& to) const {
  std::optional<std::uint64_t> least = around_.own.bundle_left;
  const auto limit = [&](const std::optional<std::uint64_t>& most, std::uint64_t used) {
    if (most) {
      const std::uint64_t left = *most > used ? *most - used : 0;
      least = std::min(least.value_or(left), left);
    }
  };
  limit(settings_->lending->bytes_per_day, ledger_.today(to.site));
  limit(settings_->lending->bytes_per_month, ledger_.month_of_all());
  return least;
}

Duration NeighbourFeature::pace_of(const Neighbour& to, Instant now) const {
  const bool from_it = around_.borrowed.active && lender_ == to.site;
  const bool by_it = to.is_heard(now) && to.hello->borrows && is_offer(to.said);
  return from_it || by_it ? HelloWatch::kQuickPace : HelloWatch::kIdlePace;
}

Hello NeighbourFeature::hello_to(const Neighbour& to, Instant now) const {
  Hello hello;
  hello.transit = transit_.value_or(IpAddress{});
  hello.stage = static_cast<std::uint8_t>(std::min(around_.stage, 255U));
  hello.charge = around_.charge;
  tell_radio(hello);
  if (around_.borrowed.active && lender_) {
    hello.via = *lender_;
    hello.borrows = lender_ == to.site;
  }
  if (lending_refusal(to).empty()) {
    const Neighbour* lender = relay_ && around_.own.borrowed ? find(*lender_) : nullptr;
    hello.way = around_.own.way;
    hello.hops = lender != nullptr ? static_cast<std::uint8_t>(lender->hello->hops + 1) : std::uint8_t{0};
    hello.origin = lender != nullptr ? lender->hello->origin : settings_->site;
    hello.spare_kbit = around_.own.kbit;
    hello.credit = credit_of(to);
    if (lender != nullptr) {
      hello.spare_kbit = std::min(hello.spare_kbit, lender->hello->spare_kbit);
      hello.credit = lender->hello->credit && (!hello.credit || *lender->hello->credit < *hello.credit)
                         ? lender->hello->credit
                         : hello.credit;
    }
  }
  hello.taken = taken_from(to, now);
  hello.quick = pace_of(to, now) == HelloWatch::kQuickPace;
  return hello;
}

// Whoever is offered something is let in at once, whether it uses it now or not: its echoes prove the way beforehand.
void NeighbourFeature::lend(Effects& effects, Instant now) {
  admit(addresses_to_lend(effects, now), effects, now);
  if (admitted_.empty() && counted_.empty()) {
    count_at_ = Instant::max();
  } else if (count_at_ == Instant::max()) {
    count_at_ = now + kCountPause;
  }
  const std::string refusal = lending_refusal();
  if (settings_->lending && told_lending_ != refusal) {
    told_lending_ = refusal;
    effects.push_back(
        Note{MessageId::LendingChanged,
             {{"state", refusal.empty() ? "lends" : "does not lend"}, {"why", refusal.empty() ? "proven" : refusal}}});
  }
}

std::vector<IpAddress> NeighbourFeature::addresses_to_lend(Effects& effects, Instant now) {
  std::vector<IpAddress> addresses;
  for (auto& [site, neighbour] : neighbours_) {
    if (settings_->lending) {
      const std::string exhausted = used_up(neighbour);
      if (neighbour.exhausted != !exhausted.empty()) {
        neighbour.exhausted = !exhausted.empty();
        effects.push_back(SetAlarm{{MessageId::LendingExhausted, site.text()},
                                   neighbour.exhausted,
                                   neighbour.exhausted ? Fields{{"limit", exhausted}} : Fields{}});
      }
    }
    if (!neighbour.is_heard(now) || !lending_refusal(neighbour).empty()) {
      continue;
    }
    const IpAddress& address = neighbour.hello->transit;
    if (address != transit_ && std::ranges::find(addresses, address) == addresses.end()) {
      addresses.push_back(address);
    }
  }
  std::ranges::sort(addresses);
  return addresses;
}

// What is on its way to a guest when it may have no more comes all the same, and is its own.
void NeighbourFeature::admit(std::vector<IpAddress> admitted, Effects& effects, Instant now) {
  if (admitted != admitted_) {
    effects.push_back(ReadFlowCounters{});  // the table that is loaded now begins at 0
  }
  for (const IpAddress& before : admitted_) {
    if (std::ranges::find(admitted, before) == admitted.end()) {
      counted_[before] = now + kCountedAfter;
    }
  }
  std::erase_if(counted_, [&](const auto& known) {
    return known.second <= now || std::ranges::find(admitted, known.first) != admitted.end();
  });
  admitted_ = std::move(admitted);
}

void NeighbourFeature::speak(Effects& effects, Instant now) {
  for (auto& [site, neighbour] : neighbours_) {
    if (!neighbour.met) {
      continue;
    }
    Hello hello = hello_to(neighbour, now);
    const bool news = acts_upon(hello, neighbour.said);
    if (!news && now < neighbour.say_at) {
      continue;
    }
    neighbour.repeats = news ? 2 : neighbour.repeats;
    const Duration pace = pace_of(neighbour, now);
    neighbour.say_at = now + (neighbour.repeats > 0 ? std::min(kRepeatAfter, pace) : pace);
    neighbour.repeats -= neighbour.repeats > 0 ? 1 : 0;
    neighbour.said = hello;
    effects.push_back(SayHello{site, std::move(hello)});
  }
}

void NeighbourFeature::on(const FlowCountersRead& event, Instant now) {
  if (!settings_) {
    return;
  }
  std::vector<IpAddress> seen;
  for (const auto& [site, neighbour] : neighbours_) {
    // Of two with one address the first in the alphabet has it.
    if (!neighbour.transit || std::ranges::find(seen, *neighbour.transit) != seen.end()) {
      continue;
    }
    seen.push_back(*neighbour.transit);
    for (const bool up : {true, false}) {
      const std::string name = guest_counter(*neighbour.transit, up);
      const auto counter = std::ranges::find(event.counters, name, &FlowCounter::name);
      if (counter != event.counters.end()) {
        ledger_.see(site, name, counter->bytes, {now, around_.wall});
      }
    }
  }
  if (ledger_.changed() && save_at_ == Instant::max()) {
    save_at_ = now + kSavePause;
  }
}

void NeighbourFeature::count(Effects& effects, Instant now) {
  if (count_at_ <= now) {
    count_at_ = now + kCountPause;
    effects.push_back(ReadFlowCounters{});
  }
  if (save_at_ <= now) {
    save_at_ = Instant::max();
    effects.push_back(Persist{kStateKey, ledger_.text()});
  }
}

void NeighbourFeature::want(Effects& effects, Instant now) {
  const bool wall = around_.wall.has_value();
  if (wanted_ && want_at_ > now && wall == told_wall_) {
    return;
  }
  wanted_ = true;
  told_wall_ = wall;
  want_at_ = now + kWallPause;
  effects.push_back(WantHellos{settings_->interface, settings_->port, around_.wall, revoked_.serials()});
}

// batman-adv's own choice of a gateway takes minutes to notice a dead one: it is told to be one only while that is
// true.
void NeighbourFeature::tell_batman(Effects& effects, Instant now) {
  if (!settings_->batman_gateway || around_.link == 0) {
    batman_.clear();
    return;
  }
  const std::string mode = settings_->lending && lending_refusal().empty() ? "server"
                           : settings_->uplink                             ? "client"
                                                                           : "off";
  if (mode == batman_ && batman_link_ == around_.link && now < batman_at_) {
    return;
  }
  batman_ = mode;
  batman_link_ = around_.link;
  batman_at_ = now + kBatmanAgain;
  effects.push_back(SetBatmanGateway{around_.link, mode, around_.own.kbit, around_.own.kbit});
}

Effects NeighbourFeature::on(const BatmanGatewaySet& event, Instant now) {
  if (batman_.empty()) {
    return {};  // it was told to be none, or its interface went: nobody waits for an answer
  }
  if (!event.status) {
    batman_at_ = now + kBatmanRetry;
  }
  return {SetAlarm{{MessageId::BatmanRefuses, ""},
                   !event.status.ok(),
                   event.status ? Fields{} : Fields{{"why", event.status.error().text}}}};
}

// Without it those around would take the silence for a radio that is mute, and may reset their own.
void NeighbourFeature::say_end(Effects& effects) const {
  for (const auto& [site, neighbour] : neighbours_) {
    if (neighbour.met) {
      Hello last = neighbour.said;
      last.way = WayOut::None;
      last.ends = true;
      effects.push_back(SayHello{site, std::move(last)});
    }
  }
}

Effects NeighbourFeature::keep() const {
  return settings_ ? Effects{Persist{kStateKey, ledger_.text()}} : Effects{};
}

Effects NeighbourFeature::stop() const {
  Effects effects;
  if (!settings_) {
    return effects;
  }
  say_end(effects);
  if (batman_ == "server") {
    effects.push_back(SetBatmanGateway{batman_link_, settings_->uplink ? "client" : "off", 0, 0});
  }
  return effects;
}

}  // namespace karkara
