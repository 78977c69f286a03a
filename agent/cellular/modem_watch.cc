#include "agent/cellular/modem_watch.h"

#include <algorithm>

namespace karkara {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
constexpr Duration kFailedPatience = seconds{15};
constexpr Duration kChangePatience = minutes{3};  // enabling, connecting and the like
constexpr Dbm kWeakRsrp{-118};
constexpr Duration kWeakFor = seconds{60};
constexpr Duration kStaysConnected = minutes{10};

void follow(std::optional<Instant>& since, bool holds, Instant now) {
  if (!holds) {
    since.reset();
  } else if (!since) {
    since = now;
  }
}

}  // namespace

std::string_view to_string(ModemTrouble trouble) {
  switch (trouble) {
    case ModemTrouble::Absent: return "modem-absent";
    case ModemTrouble::Failed: return "modem-failed";
    case ModemTrouble::Stuck: return "modem-hangs";
    case ModemTrouble::Denied: return "registration-denied";
    case ModemTrouble::Unregistered: return "no-network";
    case ModemTrouble::ConnectFails: return "connect-fails";
    case ModemTrouble::Silent: return "passes-nothing";
  }
  return "unknown";
}

bool is_due(Instant at, Instant now, Instant& wake) {
  if (now >= at) {
    return true;
  }
  wake = std::min(wake, at);
  return false;
}

bool is_roaming(const ModemFacts& facts) {
  return facts.registration == Registration::Roaming || facts.registration == Registration::RoamingSmsOnly ||
         facts.registration == Registration::RoamingNoCsfb;
}

void ModemWatch::see(const ModemFacts& facts, Instant now) {
  const bool other_sim =
      facts_ && (facts_->active_slot != facts.active_slot || (facts_->iccid && facts.iccid != facts_->iccid));
  if (!facts_ || facts_->state != facts.state || facts_->path != facts.path) {
    state_since_ = now;
  }
  if (facts_ && facts_->path != facts.path) {
    connected_since_.reset();
  }
  facts_ = facts;
  if (other_sim) {
    set_verdict(CellularVerdict::Unknown, now);
  }
  follow(connected_since_, in(ModemState::Connected), now);
  follow(unregistered_since_, in(ModemState::Enabled) || in(ModemState::Searching), now);
  follow(denied_since_, facts.registration == Registration::Denied, now);
  follow(weak_since_, facts.signal.lte.rsrp && *facts.signal.lte.rsrp < kWeakRsrp, now);
}

void ModemWatch::lose(Instant now) {
  if (facts_) {
    facts_.reset();
    absent_since_ = now;
  }
  connected_since_.reset();
  unregistered_since_.reset();
  denied_since_.reset();
  weak_since_.reset();
}

void ModemWatch::set_verdict(CellularVerdict verdict, Instant now) {
  if (verdict != verdict_) {
    if (verdict_ == CellularVerdict::Rests) {
      // It may have been without power, and has its time from now on.
      absent_since_ = state_since_ = now;
      unregistered_since_ = unregistered_since_ ? std::optional{now} : std::nullopt;
      denied_since_ = denied_since_ ? std::optional{now} : std::nullopt;
    }
    verdict_ = verdict;
    verdict_since_ = now;
  }
}

bool ModemWatch::is_absent(Duration patience, Instant now, Instant& wake) const {
  return !facts_ && is_due(absent_since_ + patience, now, wake);
}

bool ModemWatch::is_denied(Duration patience, Instant now, Instant& wake) const {
  return denied_since_ && is_due(*denied_since_ + patience, now, wake);
}

bool ModemWatch::is_weak(Instant now, Instant& wake) const {
  return weak_since_ && is_due(*weak_since_ + kWeakFor, now, wake);
}

bool ModemWatch::is_healthy(Instant now, Instant& wake) const {
  if (!connected_since_ || verdict_ == CellularVerdict::Silent) {
    return false;
  }
  return passes_now() || is_due(*connected_since_ + kStaysConnected, now, wake);
}

std::optional<ModemTrouble> ModemWatch::trouble(const CellularUplinkSettings& settings, Instant now,
                                                Instant& wake) const {
  const auto after = [&](Instant since, Duration patience, ModemTrouble trouble) -> std::optional<ModemTrouble> {
    return is_due(since + patience, now, wake) ? std::optional{trouble} : std::nullopt;
  };
  if (!facts_) {
    return after(absent_since_, settings.absent_patience, ModemTrouble::Absent);
  }
  switch (facts_->state.value_or(ModemState::Unknown)) {
    case ModemState::Failed:
      if (facts_->failure == ModemFailure::SimMissing || facts_->failure == ModemFailure::EsimWithoutProfiles) {
        return std::nullopt;  // no cure but a person, or another slot
      }
      return after(state_since_, kFailedPatience, ModemTrouble::Failed);
    case ModemState::Unknown:
    case ModemState::Initializing:
    case ModemState::Disabling:
    case ModemState::Enabling:
    case ModemState::Disconnecting:
    case ModemState::Connecting: return after(state_since_, kChangePatience, ModemTrouble::Stuck);
    case ModemState::Enabled:
    case ModemState::Searching:
      if (denied_since_) {
        return after(*denied_since_, settings.search_patience, ModemTrouble::Denied);
      }
      return after(unregistered_since_.value_or(now), settings.search_patience, ModemTrouble::Unregistered);
    case ModemState::Connected:
      if (verdict_ == CellularVerdict::Silent) {
        return after(std::max(verdict_since_, connected_since_.value_or(now)), settings.silent_patience,
                     ModemTrouble::Silent);
      }
      return std::nullopt;
    case ModemState::Locked:
    case ModemState::Disabled:
    case ModemState::Registered: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace karkara
