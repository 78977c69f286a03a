// The part of CellularUplink that brings a modem from locked to connected.
#include <chrono>
#include <utility>

#include "agent/cellular/cellular_uplink.h"

namespace karkara {
namespace {

constexpr Duration kPinPause = std::chrono::minutes{10};
constexpr Duration kPinWaits = std::chrono::seconds{2};   // a power that comes and goes at each start costs no try
constexpr Duration kPinToDisk = std::chrono::seconds{1};  // until what is remembered of it is surely written
constexpr Duration kAfterCut = std::chrono::seconds{5};   // for the modem's state to follow
constexpr Duration kAfterForcedDisconnect = std::chrono::minutes{5};
constexpr Duration kSignalAgain = std::chrono::minutes{10};
constexpr Duration kLeaves = std::chrono::seconds{15};
constexpr Duration kBeforeUssd = std::chrono::seconds{10};  // connected for so long

// Of all that a session is begun with. Like that of a PIN it knows the settings again and does not tell them.
std::uint32_t fingerprint(const ModemConnect& wanted) {
  std::string text;
  for (const std::string* part : {&wanted.apn, &wanted.user, &wanted.password, &wanted.number}) {
    text.append(*part).push_back('\0');
  }
  for (const int part :
       {static_cast<int>(wanted.auth), static_cast<int>(wanted.ip_type), wanted.allow_roaming ? 1 : 0}) {
    text.push_back(static_cast<char>('0' + part));
  }
  return pin_fingerprint(text);
}

ModemConnect session_of(const SimSettings& card) {
  return {card.apn, card.user, card.password, card.auth, card.ip_type, card.allow_roaming, card.number};
}

}  // namespace

void CellularUplink::act(const StepContext& context, Instant now, CellularEffects& out) {
  const std::optional<ModemTrouble> found = trouble(now);
  if (!found && watch_.is_healthy(now, wake_)) {
    setbacks_ = connect_failures_ = 0;
    see_use(now);
    if (ladder_.active()) {
      out.push_back(note(CellularNoteKind::Recovered, {{"rungs", std::to_string(ladder_.climbed())}}));
      ladder_.end();
    }
  }
  if (check_spare(context, now, out)) {
    return;
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
  if (!plan_pin(now)) {
    return;
  }
  pin_at_ = now + kPinPause;
  sent_pin_ = std::exchange(planned_pin_, std::nullopt);
  const auto tries = facts()->pin_tries_left;
  out.push_back(note(CellularNoteKind::PinSent, {{"slot", std::to_string(sim()->slot)},
                                                 {"tries-left", tries ? std::to_string(*tries) : "unknown"}}));
  issue(Kind::Pin, ModemSendPin{sim()->pin}, context, now, out);
}

// It counts as tried before it is: a power cut in between must not make it be sent again and again.
bool CellularUplink::plan_pin(Instant now) {
  const std::string key = pin_key(*facts());
  if (planned_pin_ && planned_pin_->key != key) {
    drop_planned_pin();  // another card, or only now its name is known
  }
  if (!planned_pin_) {
    planned_pin_ = PlannedPin{key, now + kPinWaits};
  }
  if (!planned_pin_->send_at && is_due(planned_pin_->write_at, now, wake_)) {
    const PinAttempt* before = pin_attempt();
    planned_pin_->before = before ? std::optional{*before} : std::nullopt;
    planned_pin_->send_at = now + kPinToDisk;
    memory_.remember_pin(key, next_attempt(*facts(), sim()->pin, before));
    memory_changed_ = true;
  }
  return planned_pin_->send_at && is_due(*planned_pin_->send_at, now, wake_);
}

// It was not sent.
void CellularUplink::drop_planned_pin() {
  if (const auto planned = std::exchange(planned_pin_, std::nullopt); planned && planned->send_at) {
    memory_.pin_attempts.erase(planned->key);
    if (planned->before) {
      memory_.remember_pin(planned->key, *planned->before);
    }
    memory_changed_ = true;
  }
}

// A card that is open: its PIN was right, or is not asked for. Where the modem tells of no card, another one may be
// open now than the one that refused.
void CellularUplink::forget_pins_of_open_card(const ModemFacts& facts) {
  const auto forget = [&](const std::string& key) {
    const auto at = memory_.pin_attempts.find(key);
    const bool sure = facts.iccid && key == *facts.iccid;
    if (at != memory_.pin_attempts.end() && (sure || !at->second.refused)) {
      memory_.pin_attempts.erase(at);
      memory_changed_ = true;
    }
  };
  drop_planned_pin();
  forget(pin_key(facts));
  forget(std::to_string(facts.active_slot.value_or(0)));
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
    joining_ = fingerprint(session_of(*card));
    issue(Kind::Connect, session_of(*card), context, now, out);
    return;
  }
  if (watch_.in(ModemState::Connected) && card && apply_settings(*card, context, now, out)) {
    return;
  }
  idle_deeds(context, now, out);
}

// A session that was begun with other settings than those of now, also before a restart of the agent. One that somebody
// else began is left as it is. Whatever becomes of it, it is cut once for a change.
bool CellularUplink::apply_settings(const SimSettings& card, const StepContext& context, Instant now,
                                    CellularEffects& out) {
  const auto record = memory_.slots.find(active_slot());
  const bool begun_by_us = record != memory_.slots.end() && record->second.joined && !memory_.check && !session_ended_;
  if (!begun_by_us || *record->second.joined == fingerprint(session_of(card)) || ussd_ ||
      !is_due(connect_at_, now, wake_)) {
    return false;
  }
  const CellularVerdict verdict = watch_.verdict();
  const bool urgent = verdict != CellularVerdict::Passing && verdict != CellularVerdict::Unknown;
  if ((!urgent && is_missed(context)) || !may_cut("its SIM's settings changed", urgent, now)) {
    return false;
  }
  out.push_back(note(CellularNoteKind::Reconfigured, {{"sim", card.name}}));
  record->second.joined.reset();
  memory_changed_ = true;
  connect_at_ = now + kAfterCut;
  issue(Kind::Disconnect, ModemDisconnect{}, context, now, out);
  return true;
}

// It is the only way out, and neither the hour nor its use is such that nobody needs it.
bool CellularUplink::is_missed(const StepContext& context) const {
  const auto& hour = context.circumstances.local_hour;
  const bool unused = sight_.idle && *sight_.idle >= kIdleFor;
  return !sight_.others_up && !unused && !(hour && is_quiet(*hour));
}

// Who uses it and can go elsewhere is sent there first: new flows leave at once, so that it carries nothing any more
// for the choice, and the old ones have a moment to end. When the other uplink goes meanwhile, what can wait does.
bool CellularUplink::may_cut(const std::string& why, bool urgent, Instant now) {
  if (leaving_ && !sight_.others_up && !urgent) {
    cut_not_before_ = now + kIdleFor;
  }
  if (!urgent && !is_due(cut_not_before_, now, wake_)) {
    return false;
  }
  if (!leaving_ && (!sight_.carries || !sight_.others_up)) {
    return true;
  }
  still_leaving_ = true;
  if (!leaving_) {
    leaving_ = Leaving{why, now + kLeaves};
  }
  return is_due(leaving_->at, now, wake_);
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
    ussd_card_ = card();
    memory_.card(ussd_card_.slot, ussd_card_.iccid).asked_at = now;
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
      !is_due(*since + kBeforeUssd, now, wake_)) {
    return false;
  }
  const auto record = memory_.slots.find(active_slot());  // each SIM has its own day
  const bool asked = record != memory_.slots.end() && record->second.asked_at &&
                     (!facts()->iccid || record->second.iccid == *facts()->iccid);
  if (asked && !is_due(*record->second.asked_at + DailyCaps::kDay, now, wake_)) {
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
