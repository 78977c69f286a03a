#include "agent/cellular/cellular_uplink.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace karkara {
namespace {

using std::chrono::seconds;
// Longer than the adapter's own limits: these only count when an answer got lost.
constexpr Duration kConnectAnswer = seconds{210};
constexpr Duration kAnswer = seconds{150};
constexpr Duration kShortPause = seconds{5};  // for the modem's state to follow a command that succeeded
constexpr Duration kLongestPause = seconds{300};
constexpr Duration kQuickLoss = seconds{60};  // a session that ends sooner counts as one that failed
constexpr unsigned kMostDoublings = 8;
constexpr Duration kRebootMissingAgain = std::chrono::hours{24};
constexpr Duration kPowerMissingAgain = std::chrono::hours{1};
constexpr int kMostRsrpDrift = 3;  // dB that a slot's record may lag behind

}  // namespace

CellularUplink::CellularUplink(CellularUplinkSettings settings, CellularMemory memory, Instant now)
    : settings_{std::move(settings)},
      memory_{std::move(memory)},
      watch_{now},
      connect_at_{now},
      enable_at_{now},
      pin_at_{now},
      slot_settled_at_{now} {}

void CellularUplink::see(const ModemFacts& facts, Instant now, CellularEffects& out) {
  const ModemFacts* before = watch_.facts();
  if (device_ != facts.device) {
    out.push_back(note(CellularNoteKind::ModemFound, {{"device", facts.device}, {"path", facts.path}}));
  } else if (path_ != facts.path) {
    out.push_back(note(CellularNoteKind::ModemMoved, {{"from", path_}, {"to", facts.path}}));
  }
  device_ = facts.device;
  path_ = facts.path;
  const bool was_connected = before && before->state == ModemState::Connected;
  const auto connected_since = watch_.connected_since();
  watch_.see(facts, now);
  const bool lost = was_connected && facts.state != ModemState::Connected;
  session_ended_ = session_ended_ || lost;
  if (lost && !pending_) {  // nobody asked for it
    connect_failures_ += connected_since && now - *connected_since < kQuickLoss ? 1 : 0;
    set_back(connect_at_, now);
  }
  if (facts.state >= ModemState::Disabled) {
    forget_pins_of_open_card(facts);
  }
  remember_card(facts);
}

void CellularUplink::remember_card(const ModemFacts& facts) {
  const auto& rsrp = facts.signal.lte.rsrp;
  const std::uint32_t slot = facts.active_slot.value_or(0);
  const auto told = slot >= 1 && slot <= facts.slots.size() ? facts.slots[slot - 1].iccid : std::nullopt;
  const bool between = (pending_ && pending_->kind == Kind::Slot) || (told && facts.iccid && told != facts.iccid);
  if (between || (!facts.iccid && !(facts.active_slot && rsrp))) {
    return;  // in the middle of a change the slot may be the new one and the card the old one
  }
  if (facts.iccid && facts.state == ModemState::Locked) {
    adopt_pin(slot, *facts.iccid);
  }
  const auto known = memory_.slots.find(slot);
  memory_changed_ =
      memory_changed_ || (facts.iccid && (known == memory_.slots.end() || known->second.iccid != *facts.iccid));
  for (std::uint32_t other = 1; other <= facts.slots.size(); ++other) {  // a spare card may have been changed by hand
    const auto& name = facts.slots[other - 1].iccid;
    if (name && other != slot) {
      (void)memory_.card(other, name);
    }
  }
  SlotRecord& record = memory_.card(slot, facts.iccid);
  if (rsrp && (!record.rsrp || std::abs((*rsrp - *record.rsrp).value()) >= kMostRsrpDrift)) {
    record.rsrp = rsrp;
  }
}

// What was tried before the card's name was known, also by an agent that remembered by slot, is of the card that was
// last seen there, or of this one.
void CellularUplink::adopt_pin(std::uint32_t slot, const std::string& iccid) {
  auto nameless = memory_.pin_attempts.extract(std::to_string(slot));
  if (nameless.empty()) {
    return;
  }
  const auto record = memory_.slots.find(slot);
  bool others = record != memory_.slots.end() && !record->second.iccid.empty();
  for (std::optional<PlannedPin>* pin : {&planned_pin_, &sent_pin_}) {
    if (*pin && (*pin)->key == nameless.key()) {
      (*pin)->key = iccid;
      others = false;  // the card that was in a moment ago
    }
  }
  const std::string owner = others ? record->second.iccid : iccid;
  if (!memory_.pin_attempts.contains(owner)) {
    memory_.remember_pin(owner, nameless.mapped());
  }
  memory_changed_ = true;
}

void CellularUplink::lose(Instant now) {
  hung_.reset();  // whatever comes back is another life of it
  watch_.lose(now);
}

void CellularUplink::set_bus(bool available, Instant now) {
  if (bus_available_ == available) {
    return;
  }
  bus_available_ = available;
  watch_.lose(now);  // also starts the patience for the modem anew
  pending_.reset();
  ussd_.reset();
  ussd_next_.reset();
}

void CellularUplink::reconfigure(CellularUplinkSettings settings, Instant now) {
  if (settings == settings_) {
    return;
  }
  settings_ = std::move(settings);
  drop_planned_pin();
  connect_at_ = enable_at_ = now;
  pin_at_ = std::min(pin_at_, now + kShortPause);  // the answer to the last one is in the count by then
  missing_.clear();
}

void CellularUplink::look(UplinkSight sight, Instant now) {
  watch_.set_verdict(sight.verdict, now);
  sight_ = std::move(sight);
}

void CellularUplink::set_back(Instant& not_before, Instant now) {
  const Duration pause =
      setbacks_ == 0 ? Duration{seconds{1}} : kShortPause * (1 << std::min(setbacks_ - 1, kMostDoublings));
  not_before = now + std::min(pause, kLongestPause);
  ++setbacks_;
}

void CellularUplink::issue(Kind kind, ModemDeed deed, const StepContext& context, Instant now, CellularEffects& out) {
  const Duration patience = kind == Kind::Connect ? kConnectAnswer : kAnswer;
  pending_ = Pending{context.next_id++, kind, now + patience};
  wake_ = std::min(wake_, pending_->give_up);
  out.push_back(ModemCommand{pending_->id, device_, std::move(deed)});
}

bool CellularUplink::finish(const ModemCommandDone& done, Instant now, CellularEffects& out) {
  if (!pending_ || pending_->id != done.id) {
    return false;
  }
  const Kind kind = pending_->kind;
  pending_.reset();
  if (done.status) {
    hung_.reset();
  }
  conclude(kind, done.status, done.text, now, out);
  return true;
}

Rung CellularUplink::rung_beyond(Kind hanging) {
  switch (hanging) {
    case Kind::Connect:
    case Kind::Disconnect:
    case Kind::Ussd:
    case Kind::Signal: return Rung::RadioCycle;
    case Kind::Enable:
    case Kind::Disable:
    case Kind::Pin:
    case Kind::Slot: return Rung::Reset;
    case Kind::Reset:
    case Kind::Power: return Rung::PowerCycle;
    case Kind::Reboot: return Rung::Reboot;
  }
  return Rung::Reset;
}

void CellularUplink::tell_failure(Kind kind, const Error& error, Instant now, CellularEffects& out) {
  constexpr std::string_view kNames[] = {"enable",      "disable", "connect",      "disconnect",  "reset", "pin",
                                         "switch-slot", "ussd",    "setup-signal", "power-cycle", "reboot"};
  // What a site turns out not to have was not done: its day's count is given back. Said once.
  const bool missing = error.code == ErrorCode::NotFound || error.code == ErrorCode::InvalidArgument ||
                       error.code == ErrorCode::Unavailable;
  const bool cure = kind == Kind::Power || kind == Kind::Reboot;
  const Rung rung = kind == Kind::Power ? Rung::PowerCycle : Rung::Reboot;
  const bool known = missing && cure && missing_.contains(rung);
  if (!known) {
    out.push_back(note(CellularNoteKind::CommandFailed,
                       {{"what", std::string{kNames[static_cast<std::size_t>(kind)]}}, {"why", error.text}}));
  }
  if (missing && cure) {
    memory_.caps.give_back(deed_of(rung));
    memory_changed_ = true;
    // A way to cut the power may come and go with the modem; each try is counted on the disk. Before each reboot all
    // that must survive is written: that is not done for nothing.
    missing_[rung] = {now + (kind == Kind::Power ? kPowerMissingAgain : kRebootMissingAgain), error.text};
  } else if (cure) {
    missing_.erase(rung);
  }
  // A network that does not answer USSD is no fault of the modem.
  if (error.code == ErrorCode::DeadlineExceeded && kind != Kind::Ussd && kind != Kind::Signal) {
    hung_ = rung_beyond(kind);
    ladder_.judge_now(now);
  }
}

void CellularUplink::conclude_connect(const Status& status, Instant now) {
  connect_failures_ += status ? 0 : 1;
  connect_at_ = std::max(connect_at_, now + kShortPause);
  if (!status) {
    set_back(connect_at_, now);
  } else if (facts()) {
    auto& joined = memory_.card(active_slot(), facts()->iccid).joined;
    memory_changed_ = memory_changed_ || joined != joining_;
    joined = joining_;
    session_ended_ = false;
  }
}

void CellularUplink::conclude_pin(const Status& status) {
  const auto attempt = memory_.pin_attempts.find(sent_pin_ ? sent_pin_->key : "");
  if (attempt == memory_.pin_attempts.end()) {
    return;
  }
  if (status) {
    memory_.pin_attempts.erase(attempt);
  } else if (status.error().code == ErrorCode::PermissionDenied) {
    attempt->second.refused = true;
  }
  memory_changed_ = true;
}

void CellularUplink::conclude_cure(Kind kind, const Status& status, const std::string& text, Instant now,
                                   CellularEffects& out) {
  if (status && kind == Kind::Power) {
    missing_.erase(Rung::PowerCycle);
    out.push_back(note(CellularNoteKind::PowerCut, {{"by", text}}));
  }
  // Aborted: the modem went while it obeyed.
  if (!status && status.error().code != ErrorCode::Aborted) {
    ladder_.judge_now(now);
  }
}

void CellularUplink::conclude(Kind kind, const Status& status, const std::string& text, Instant now,
                              CellularEffects& out) {
  if (!status) {
    tell_failure(kind, status.error(), now, out);
  }
  switch (kind) {
    case Kind::Connect: conclude_connect(status, now); break;
    case Kind::Enable:
      enable_at_ = now + kShortPause;
      if (!status) {
        set_back(enable_at_, now);
        hung_ = setbacks_ >= 3 && !hung_ ? Rung::Reset : hung_;
      }
      break;
    case Kind::Pin: conclude_pin(status); break;
    case Kind::Disable:
    case Kind::Disconnect:
    case Kind::Reset:
    case Kind::Power:
    case Kind::Reboot: conclude_cure(kind, status, text, now, out); break;
    case Kind::Ussd: conclude_ussd(status, text, now, out); break;
    case Kind::Slot:
    case Kind::Signal: break;
  }
}

void CellularUplink::step(const StepContext& context, Instant now, CellularEffects& out) {
  wake_ = Instant::max();
  if (pending_ && is_due(pending_->give_up, now, wake_)) {
    const Kind kind = pending_->kind;
    pending_.reset();
    conclude(kind, Error{ErrorCode::DeadlineExceeded, "no answer"}, {}, now, out);
  }
  still_leaving_ = false;
  if (!pending_ && bus_available_.value_or(false)) {
    act(context, now, out);
    leaving_ = still_leaving_ ? leaving_ : std::nullopt;
  }
  tell_alarms(now, out);
}

}  // namespace karkara
