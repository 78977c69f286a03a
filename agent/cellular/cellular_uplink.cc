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
  if (lost && !pending_) {  // nobody asked for it
    connect_failures_ += connected_since && now - *connected_since < kQuickLoss ? 1 : 0;
    set_back(connect_at_, now);
  }
  if (facts.state >= ModemState::Disabled && memory_.pin_attempts.erase(active_slot()) > 0) {
    memory_changed_ = true;  // open: the PIN was right, or is not asked for
  }
  if (facts.active_slot && (facts.iccid || facts.signal.lte.rsrp)) {
    SlotRecord& record = memory_.slots[*facts.active_slot];
    if (facts.iccid && record.iccid != *facts.iccid) {
      record = {*facts.iccid, {}, {}, {}};  // another card: what was known is of no use
      memory_changed_ = true;
    }
    const auto& rsrp = facts.signal.lte.rsrp;
    if (rsrp && (!record.rsrp || std::abs((*rsrp - *record.rsrp).value()) >= kMostRsrpDrift)) {
      record.rsrp = rsrp;
    }
  }
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
  connect_at_ = enable_at_ = pin_at_ = now;
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

void CellularUplink::conclude(Kind kind, const Status& status, const std::string& text, Instant now,
                              CellularEffects& out) {
  if (!status) {
    constexpr std::string_view kNames[] = {"enable",      "disable", "connect",      "disconnect",  "reset", "pin",
                                           "switch-slot", "ussd",    "setup-signal", "power-cycle", "reboot"};
    out.push_back(note(CellularNoteKind::CommandFailed,
                       {{"what", std::string{kNames[static_cast<std::size_t>(kind)]}}, {"why", status.error().text}}));
    refund_missing(kind, status);
    // A network that does not answer USSD is no fault of the modem.
    if (status.error().code == ErrorCode::DeadlineExceeded && kind != Kind::Ussd && kind != Kind::Signal) {
      hung_ = rung_beyond(kind);
      ladder_.judge_now(now);
    }
  }
  switch (kind) {
    case Kind::Connect:
      connect_failures_ += status ? 0 : 1;
      connect_at_ = std::max(connect_at_, now + kShortPause);
      if (!status) {
        set_back(connect_at_, now);
      }
      break;
    case Kind::Enable:
      enable_at_ = now + kShortPause;
      if (!status) {
        set_back(enable_at_, now);
        hung_ = setbacks_ >= 3 && !hung_ ? Rung::Reset : hung_;
      }
      break;
    case Kind::Pin:
      if (status) {
        memory_.pin_attempts.erase(active_slot());
      } else if (status.error().code == ErrorCode::PermissionDenied) {
        memory_.pin_attempts[active_slot()].refused = true;
      }
      memory_changed_ = true;
      break;
    case Kind::Disable:
    case Kind::Disconnect:
    case Kind::Reset:
    case Kind::Power:
    case Kind::Reboot:
      if (status && kind == Kind::Power) {
        out.push_back(note(CellularNoteKind::PowerCut, {{"by", text}}));
      }
      // Aborted: the modem went while it obeyed.
      if (!status && status.error().code != ErrorCode::Aborted) {
        ladder_.judge_now(now);
      }
      break;
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
  if (!pending_ && bus_available_.value_or(false)) {
    act(context, now, out);
  }
  tell_alarms(now, out);
}

}  // namespace karkara
