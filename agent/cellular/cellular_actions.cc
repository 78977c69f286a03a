// The part of CellularUplink that brings a modem from locked to connected.
#include <chrono>
#include <utility>

#include "agent/cellular/cellular_uplink.h"

namespace karkara {
namespace {

constexpr Duration kPinPause = std::chrono::minutes{10};
constexpr Duration kAfterForcedDisconnect = std::chrono::minutes{5};
constexpr Duration kSignalAgain = std::chrono::minutes{10};

}  // namespace

void CellularUplink::act(const StepContext& context, Instant now, CellularEffects& out) {
  const std::optional<ModemTrouble> found = trouble(now);
  if (!found && watch_.is_healthy(now, wake_)) {
    setbacks_ = connect_failures_ = 0;
    if (ladder_.active()) {
      out.push_back(note(CellularNoteKind::Recovered, {{"rungs", std::to_string(ladder_.climbed())}}));
      ladder_.end();
    }
  }
  const bool judged = is_due(ladder_.judged_at(), now, wake_);
  if (facts() && move_slot(found && judged && ladder_.climbed() >= 3, context, now, out)) {
    return;
  }
  if (facts() && !found && !ussd_ && return_to_preferred(context, now, out)) {
    return;
  }
  if (found && judged && climb(*found, context, now, out)) {
    return;
  }
  if (facts()) {
    follow_state(context, now, out);
  }
}

void CellularUplink::follow_state(const StepContext& context, Instant now, CellularEffects& out) {
  switch (facts()->state.value_or(ModemState::Unknown)) {
    case ModemState::Locked: unlock(context, now, out); break;
    case ModemState::Disabled:
      if (is_due(enable_at_, now, wake_)) {
        issue(Kind::Enable, ModemEnable{true}, context, now, out);
      }
      break;
    case ModemState::Enabled:
    case ModemState::Searching: idle_deeds(context, now, out); break;
    case ModemState::Registered:
    case ModemState::Connected: be_connected(context, now, out); break;
    case ModemState::Failed:
    case ModemState::Unknown:
    case ModemState::Initializing:
    case ModemState::Disabling:
    case ModemState::Enabling:
    case ModemState::Disconnecting:
    case ModemState::Connecting: break;
  }
}

void CellularUplink::unlock(const StepContext& context, Instant now, CellularEffects& out) {
  if (pin_verdict() != PinVerdict::Send || !is_due(pin_at_, now, wake_)) {
    return;
  }
  pin_at_ = now + kPinPause;
  const auto tries = facts()->pin_tries_left;
  PinAttempt& attempt = memory_.pin_attempts[active_slot()];
  attempt = {tries, pin_fingerprint(sim()->pin), attempt.sent + 1, false};
  memory_changed_ = true;
  out.push_back(note(CellularNoteKind::PinSent, {{"slot", std::to_string(sim()->slot)},
                                                 {"tries-left", tries ? std::to_string(*tries) : "unknown"}}));
  issue(Kind::Pin, ModemSendPin{sim()->pin}, context, now, out);
}

void CellularUplink::be_connected(const StepContext& context, Instant now, CellularEffects& out) {
  const SimSettings* card = sim();
  const bool may = card && (card->allow_roaming || !is_roaming(*facts()));
  if (watch_.in(ModemState::Connected) && !may) {
    if (is_due(connect_at_, now, wake_)) {
      connect_at_ = now + kAfterForcedDisconnect;
      issue(Kind::Disconnect, ModemDisconnect{}, context, now, out);
    }
    return;
  }
  if (watch_.in(ModemState::Registered) && may && !ussd_ && is_due(connect_at_, now, wake_)) {
    issue(Kind::Connect,
          ModemConnect{card->apn, card->user, card->password, card->auth, card->ip_type, card->allow_roaming,
                       card->number},
          context, now, out);
    return;
  }
  idle_deeds(context, now, out);
}

// What may be done while nothing else is to do.
void CellularUplink::idle_deeds(const StepContext& context, Instant now, CellularEffects& out) {
  if (ussd_next_) {
    issue(Kind::Ussd, *std::exchange(ussd_next_, std::nullopt), context, now, out);
  } else if (const std::uint32_t seconds = context.attended ? 1 : settings_.signal_seconds;
             wants_signal_every(seconds, now)) {
    signal_asked_ = {facts()->path, seconds};
    signal_again_at_ = now + kSignalAgain;
    issue(Kind::Signal, ModemSetupSignal{seconds}, context, now, out);
  } else if (wants_balance(context, now)) {
    memory_.caps.spend(CappedDeed::UssdQuery, now);
    memory_changed_ = true;
    ussd_.emplace(*sim()->balance);
    issue(Kind::Ussd, ussd_->begin(), context, now, out);
  }
}

// Told once. A modem that goes on measuring faster than it should, since somebody looked, wastes power: it is told
// again.
bool CellularUplink::wants_signal_every(std::uint32_t seconds, Instant now) {
  const auto& current = facts()->signal_interval_seconds;
  if (!current || *current == seconds) {
    return false;
  }
  const bool told = signal_asked_ == SignalAsked{facts()->path, seconds};
  const bool hasty = *current != 0 && (seconds == 0 || *current < seconds);
  return !told || (hasty && is_due(signal_again_at_, now, wake_));
}

bool CellularUplink::wants_balance(const StepContext& context, Instant now) {
  const SimSettings* card = sim();
  const auto since = watch_.connected_since();
  if (!card || !card->balance || ussd_ || !facts()->ussd || !since || ladder_.active() ||
      !is_due(*since + std::chrono::minutes{2}, now, wake_)) {
    return false;
  }
  const auto& asked = memory_.caps.times(CappedDeed::UssdQuery);
  if (!asked.empty() && !is_due(asked.back() + DailyCaps::kDay, now, wake_)) {
    return false;
  }
  const Circumstances& site = context.circumstances;
  if (!site.local_hour) {  // any hour may be the busiest: only when the site can do without this uplink
    return site.control_over && *site.control_over != settings_.id;
  }
  const int hour = *site.local_hour;
  const auto [from, to] = std::pair{card->balance->from_hour, card->balance->to_hour};
  return from <= to ? hour >= from && hour < to : hour >= from || hour < to;
}

}  // namespace karkara
