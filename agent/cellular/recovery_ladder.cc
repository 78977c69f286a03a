#include "agent/cellular/recovery_ladder.h"

#include <algorithm>
#include <array>

namespace karkara {
namespace {

using std::chrono::seconds;
// From the deed to a verdict: how long a modem may take to be back and registered.
constexpr std::array<Duration, 5> kTimeToHelp = {seconds{60}, seconds{120}, seconds{180}, seconds{240}, seconds{600}};
constexpr Duration kRest = std::chrono::minutes{30};

}  // namespace

std::string_view to_string(Rung rung) {
  return to_string(deed_of(rung));
}

CappedDeed deed_of(Rung rung) {
  switch (rung) {
    case Rung::Reconnect: return CappedDeed::Reconnect;
    case Rung::RadioCycle: return CappedDeed::RadioCycle;
    case Rung::Reset: return CappedDeed::Reset;
    case Rung::PowerCycle: return CappedDeed::PowerCycle;
    case Rung::Reboot: return CappedDeed::Reboot;
  }
  return CappedDeed::Reboot;
}

std::optional<Rung> RecoveryLadder::next(Rung from, Rung to, const std::function<bool(Rung)>& allowed) const {
  unsigned at = static_cast<unsigned>(from);
  if (rung_) {
    at = std::max(at, static_cast<unsigned>(*rung_) + 1);
  }
  for (; at <= static_cast<unsigned>(to); ++at) {
    if (allowed(static_cast<Rung>(at))) {
      return static_cast<Rung>(at);
    }
  }
  return std::nullopt;
}

void RecoveryLadder::climb(Rung rung, Instant now) {
  rung_ = rung;
  resting_ = false;
  ++climbed_;
  judged_at_ = now + kTimeToHelp[static_cast<std::size_t>(rung)];
}

void RecoveryLadder::give_up(Instant now) {
  rung_.reset();
  climbed_ = 0;
  resting_ = true;
  judged_at_ = now + kRest;
}

void RecoveryLadder::judge_now(Instant now) {
  if (!resting_) {
    judged_at_ = std::min(judged_at_, now);
  }
}

void RecoveryLadder::end() {
  *this = {};
}

}  // namespace karkara
