#include "agent/power/shed/feed_cycle.h"

#include <algorithm>
#include <chrono>
#include <map>

#include "agent/facts/effect_list.h"

namespace karkara {
namespace {

using std::chrono::seconds;
constexpr Duration kOpens = seconds{30};   // with the relay's own repeats
constexpr Duration kCloses = seconds{45};  // then it is told, and tried further

}  // namespace

FeedCycle::FeedCycle(const std::vector<RelaySettings>& feeds) : relays_{feeds} {}

Effects FeedCycle::all_on(Instant now) {
  std::map<DeviceId, bool> states;
  for (const RelayStanding& relay : relays_.standings()) {
    const bool cut =
        std::ranges::any_of(cuts_, [&](const Cut& of) { return of.relay == relay.id && of.phase != Phase::Closing; });
    states[relay.id] = !cut;
  }
  return relays_.want(states, now);
}

Effects FeedCycle::start(Instant now) {
  return settle(all_on(now), now);
}

Effects FeedCycle::reconfigure(const std::vector<RelaySettings>& feeds, Instant now) {
  Effects effects;
  for (const RelayStanding& before : relays_.standings()) {
    if (std::ranges::find(feeds, before.id, &RelaySettings::id) == feeds.end()) {
      told_stuck_.erase(before.id);
      effects.emplace_back(SetAlarm{{MessageId::RelayStuck, before.id.text()}, false, {}});
    }
  }
  append(effects, relays_.reconfigure(feeds, now));
  append(effects, all_on(now));
  return settle(std::move(effects), now);
}

Effects FeedCycle::cut(const PowerCycleModem& order, Instant now) {
  const auto id = DeviceId::parse(order.relay);
  const auto known = relays_.standings();
  if (!id || std::ranges::find(known, *id, &RelayStanding::id) == known.end()) {
    done_.push_back({order.id, Error{ErrorCode::NotFound, "there is no relay '" + order.relay + "'"}, {}});
    return {};
  }
  if (std::ranges::find(cuts_, *id, &Cut::relay) != cuts_.end()) {
    done_.push_back({order.id, Error{ErrorCode::ResourceExhausted, "relay '" + order.relay + "' is cut already"}, {}});
    return {};
  }
  cuts_.push_back({order.id, *id, order.off_for, Phase::Opening, now + kOpens});
  Effects effects;
  want(*id, false, now, effects);
  return settle(std::move(effects), now);
}

void FeedCycle::want(const DeviceId& relay, bool on, Instant now, Effects& effects) {
  append(effects, relays_.want({{relay, on}}, now));
}

void FeedCycle::finish(const Cut& cut, Status status) {
  done_.push_back({cut.id, std::move(status), "relay '" + cut.relay.text() + "'"});
}

// Returns whether the cut is over.
bool FeedCycle::follow(Cut& cut, const RelayStanding& relay, Instant now, Effects& effects) {
  const auto failed = [&](const char* what) {
    const std::string why = relay.why.empty() ? "no answer" : relay.why;
    return Error{ErrorCode::Unavailable, "relay '" + cut.relay.text() + "' " + what + ": " + why};
  };
  switch (cut.phase) {
    case Phase::Opening:
      if (relay.confirmed == false) {
        cut.phase = Phase::Off;
        cut.due = now + cut.off_for;
      } else if (now >= cut.due) {
        want(cut.relay, true, now, effects);  // it may have gone off all the same
        finish(cut, failed("does not go off"));
        return true;
      }
      return false;
    case Phase::Off:
      if (now >= cut.due) {
        cut.phase = Phase::Closing;
        cut.due = now + kCloses;
        want(cut.relay, true, now, effects);
      }
      return false;
    case Phase::Closing:
      if (relay.confirmed == true) {
        finish(cut, {});
        return true;
      }
      if (now >= cut.due) {
        Error error = failed("was opened and does not go on");
        error.code = ErrorCode::Internal;
        finish(cut, std::move(error));
      }
      return now >= cut.due;
  }
  return true;
}

Effects FeedCycle::settle(Effects effects, Instant now) {
  const std::vector<RelayStanding> standings = relays_.standings();
  std::erase_if(cuts_, [&](Cut& cut) {
    const auto relay = std::ranges::find(standings, cut.relay, &RelayStanding::id);
    if (relay == standings.end()) {
      finish(cut, Error{ErrorCode::Aborted, "relay '" + cut.relay.text() + "' is configured no longer"});
      return true;
    }
    return follow(cut, *relay, now, effects);
  });
  for (const RelayStanding& relay : relays_.standings()) {
    if (bool& told = told_stuck_[relay.id]; told != relay.is_stuck()) {
      told = relay.is_stuck();
      effects.emplace_back(
          SetAlarm{{MessageId::RelayStuck, relay.id.text()}, told, told ? Fields{{"why", relay.trouble()}} : Fields{}});
    }
  }
  return effects;
}

Instant FeedCycle::next_deadline() const {
  Instant next = relays_.next_deadline();
  for (const Cut& cut : cuts_) {
    next = std::min(next, cut.due);
  }
  return next;
}

}  // namespace karkara
