#include "agent/uplink/health.h"

#include <algorithm>
#include <array>
#include <utility>

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
constexpr Duration kProbationPace = seconds{1};
constexpr Duration kShortestProbation = seconds{3};
constexpr unsigned kAnswersToRise = 3;
constexpr unsigned kSilencesToFall = 3;  // in Probation; an uplink that is Up falls by the burst
// Two pairs with a pause between: a handover of a mobile cell blinds a link for up to 300 ms, and must not look like
// its death.
constexpr std::array<Duration, 3> kBurstPauses = {milliseconds{50}, milliseconds{350}, milliseconds{50}};
constexpr unsigned kBurst = kBurstPauses.size() + 1;
constexpr Duration kDownPace = seconds{2};
constexpr Duration kUrgentDownPace = seconds{10};
constexpr unsigned kMostDoublings = 16;
constexpr Duration kForgiven = seconds{300};  // up for this long: earlier failures are forgotten

// SplitMix64 (Steele, Lea, Flood 2014): nonces only have to differ; their secrecy is not relied upon, since an answer
// carries a MAC over the nonce.
std::uint64_t next_nonce(std::uint64_t& state) {
  state += 0x9e37'79b9'7f4a'7c15U;
  std::uint64_t z = state;
  z = (z ^ (z >> 30U)) * 0xbf58'476d'1ce4'e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d0'49bb'1331'11ebU;
  return z ^ (z >> 31U);
}

}  // namespace

std::string_view to_string(UplinkState state) {
  switch (state) {
    case UplinkState::Absent: return "absent";
    case UplinkState::Linked: return "linked";
    case UplinkState::Addressed: return "addressed";
    case UplinkState::Probation: return "probation";
    case UplinkState::Up: return "up";
    case UplinkState::Suspect: return "suspect";
    case UplinkState::Down: return "down";
  }
  return "unknown";
}

UplinkHealth::UplinkHealth(UplinkSettings settings, Duration hold_down, Duration hold_down_max,
                           std::uint64_t nonce_seed)
    : settings_{std::move(settings)}, hold_down_{hold_down}, hold_down_max_{hold_down_max}, nonce_state_{nonce_seed} {}

UplinkHealth::Echoes UplinkHealth::see_path(const UplinkPath& path, Instant now) {
  if (path == path_ && state_ != UplinkState::Absent) {
    return {};
  }
  const bool same_way = path.usable() && path_.usable() && path.link == path_.link && path.source == path_.source &&
                        path.gateway == path_.gateway;
  path_ = path;
  if (same_way) {
    return {};
  }
  echoes_.forget_path();
  const bool was_good = state_ == UplinkState::Up || state_ == UplinkState::Suspect;
  if (was_good) {
    leave_good(now);
  }
  next_echo_ = judge_at_ = Instant::max();
  if (path.link == 0) {
    enter(UplinkState::Absent, "no such interface", now);
  } else if (!path.carrier) {
    enter(UplinkState::Absent, "no carrier", now);
  } else if (!path.source) {
    enter(UplinkState::Linked, "no address", now);
  } else if (!path.gateway) {
    enter(UplinkState::Addressed, "no gateway", now);
  } else if (anchors_.empty()) {
    enter(UplinkState::Addressed, "no anchor is known", now);
  } else {
    return start_probation(now);
  }
  return {};
}

UplinkHealth::Echoes UplinkHealth::set_anchors(std::vector<AnchorEndpoint> anchors, Instant now) {
  if (anchors == anchors_) {
    return {};
  }
  anchors_ = std::move(anchors);
  next_anchor_ = 0;
  if (!path_.usable()) {
    return {};
  }
  if (anchors_.empty()) {
    next_echo_ = judge_at_ = Instant::max();
    enter(UplinkState::Addressed, "no anchor is known", now);
    return {};
  }
  return state_ == UplinkState::Addressed ? start_probation(now) : Echoes{};
}

UplinkHealth::Echoes UplinkHealth::start_probation(Instant now) {
  answers_ = silences_ = 0;
  enter(UplinkState::Probation, "asking the anchors", now);
  return send(now);
}

UplinkHealth::Echoes UplinkHealth::on(const EchoAnswered& answer, Instant now) {
  const auto round_trip = echoes_.answered(answer.nonce, now);
  last_round_trip_ = round_trip;
  if (!round_trip) {
    return {};
  }
  for (std::size_t i = 0; i < anchors_.size(); ++i) {
    if (anchors_[i].id == answer.anchor) {
      next_anchor_ = i;  // stay with an anchor that answers
    }
  }
  silences_ = 0;
  ++answers_;
  switch (state_) {
    case UplinkState::Suspect:
      judge_at_ = Instant::max();
      burst_left_ = 0;
      next_echo_ = now + echo_interval();
      enter(UplinkState::Up, "an anchor answers again", now);
      break;
    case UplinkState::Down:
      answers_ = 1;
      next_echo_ = now + kProbationPace;
      enter(UplinkState::Probation, "an anchor answers", now);
      break;
    case UplinkState::Probation: judge(now); break;
    case UplinkState::Absent:
    case UplinkState::Linked:
    case UplinkState::Addressed:
    case UplinkState::Up: break;
  }
  return {};
}

UplinkHealth::Echoes UplinkHealth::on(const EchoFailed& failure, Instant now) {
  if (!echoes_.failed(failure.nonce)) {
    return {};
  }
  ++silences_;
  answers_ = 0;
  if (state_ == UplinkState::Up) {
    return suspect(failure.why, now);
  }
  if (state_ == UplinkState::Probation) {
    judge(now);
  }
  return {};
}

UplinkHealth::Echoes UplinkHealth::tick(Instant now) {
  const unsigned expired = echoes_.expire(now);
  if (expired > 0) {
    silences_ += expired;
    answers_ = 0;
    if (state_ == UplinkState::Up) {
      return suspect("an echo was not answered", now);
    }
    if (state_ == UplinkState::Probation) {
      judge(now);
    }
  }
  if (state_ == UplinkState::Suspect && judge_at_ <= now) {
    leave_good(now);
    judge_at_ = Instant::max();
    next_echo_ = now + kDownPace;
    enter(UplinkState::Down, std::to_string(kBurst + 1) + " echoes unanswered", now);
  }
  if (state_ == UplinkState::Probation && hold_down_left(now) == Duration::zero()) {
    judge(now);
  }
  return send_due(now);
}

UplinkHealth::Echoes UplinkHealth::send_due(Instant now) {
  if (next_echo_ > now) {
    return {};
  }
  return state_ == UplinkState::Suspect ? send_burst_step(now) : send(now);
}

// Probation ends upwards with enough answers over long enough, downwards with silence.
void UplinkHealth::judge(Instant now) {
  if (silences_ >= kSilencesToFall) {
    next_echo_ = now + kDownPace;
    enter(UplinkState::Down, "no anchor answers", now);
  } else if (silences_ > 0) {
    since_ = now;  // it has to stay good for the whole of the time
  } else if (answers_ >= kAnswersToRise && hold_down_left(now) == Duration::zero()) {
    next_echo_ = now + echo_interval();
    enter(UplinkState::Up, std::to_string(answers_) + " echoes answered", now);
  }
}

UplinkHealth::Echoes UplinkHealth::suspect(std::string why, Instant now) {
  enter(UplinkState::Suspect, std::move(why), now);
  burst_left_ = kBurst;
  next_anchor_ += 1;  // the first of the burst asks another anchor: the silent one may be what is dead
  return send_burst_step(now);
}

UplinkHealth::Echoes UplinkHealth::send_burst_step(Instant now) {
  Echoes echoes = send(now);
  next_anchor_ += 1;
  burst_left_ -= 1;
  if (burst_left_ > 0) {
    next_echo_ = now + kBurstPauses[kBurstPauses.size() - burst_left_];
  } else {
    next_echo_ = Instant::max();
    judge_at_ = now + echoes_.rtt().time_out();
  }
  return echoes;
}

UplinkHealth::Echoes UplinkHealth::send(Instant now) {
  if (anchors_.empty() || !path_.usable()) {
    next_echo_ = Instant::max();
    return {};
  }
  const WantedEcho echo{anchors_[next_anchor_ % anchors_.size()], next_nonce(nonce_state_)};
  if (state_ != UplinkState::Up && state_ != UplinkState::Suspect && silences_ > 0) {
    next_anchor_ += 1;
  }
  echoes_.sent(echo.nonce, now);
  next_echo_ = now + echo_interval();
  return {echo};
}

Duration UplinkHealth::echo_interval() const {
  const Duration standby = settings_.standby_echo_interval;
  switch (state_) {
    case UplinkState::Up: return active_ ? settings_.active_echo_interval : standby;
    case UplinkState::Down: {
      // Asked often at first, since most failures are short, then ever more rarely.
      const Duration slowest = urgent_ ? std::min(standby, kUrgentDownPace) : standby;
      const unsigned doublings = std::min(silences_ / 4, kMostDoublings);
      return std::min<Duration>(kDownPace * (1LL << doublings), std::max(slowest, kDownPace));
    }
    case UplinkState::Absent:
    case UplinkState::Linked:
    case UplinkState::Addressed:
    case UplinkState::Probation:
    case UplinkState::Suspect: break;
  }
  return kProbationPace;
}

Duration UplinkHealth::probation_length() const {
  if (failures_ == 0) {
    return kShortestProbation;
  }
  const unsigned doublings = std::min(failures_ - 1, kMostDoublings);
  return std::max(kShortestProbation, std::min<Duration>(hold_down_ * (1LL << doublings), hold_down_max_));
}

Duration UplinkHealth::hold_down_left(Instant now) const {
  if (state_ != UplinkState::Probation) {
    return Duration::zero();
  }
  return std::max<Duration>(Duration::zero(), since_ + probation_length() - now);
}

void UplinkHealth::leave_good(Instant now) {
  if (now - since_ >= kForgiven) {
    failures_ = 0;
  }
  failures_ += 1;
}

void UplinkHealth::enter(UplinkState state, std::string evidence, Instant now) {
  // Up -> Suspect -> Up is one stretch of being up: a lost echo must not restart the wait for "preferred-back".
  const bool same_stretch = (state_ == UplinkState::Suspect && state == UplinkState::Up) ||
                            (state_ == UplinkState::Up && state == UplinkState::Suspect);
  if (state != state_ && !same_stretch) {
    since_ = now;
  }
  state_ = state;
  evidence_ = std::move(evidence);
}

void UplinkHealth::set_role(bool active, bool urgent, Instant now) {
  if (active == active_ && urgent == urgent_) {
    return;
  }
  active_ = active;
  urgent_ = urgent;
  if (next_echo_ != Instant::max() && (state_ == UplinkState::Up || state_ == UplinkState::Down)) {
    next_echo_ = std::min(next_echo_, now + echo_interval());
  }
}

void UplinkHealth::reconfigure(const UplinkSettings& settings, Duration hold_down, Duration hold_down_max,
                               Instant now) {
  settings_ = settings;
  hold_down_ = hold_down;
  hold_down_max_ = hold_down_max;
  if (next_echo_ != Instant::max() && state_ == UplinkState::Up) {
    next_echo_ = std::min(next_echo_, now + echo_interval());
  }
}

Instant UplinkHealth::next_deadline() const {
  Instant next = std::min({echoes_.next_deadline(), next_echo_, judge_at_});
  if (state_ == UplinkState::Probation && answers_ >= kAnswersToRise) {
    next = std::min(next, since_ + probation_length());
  }
  return next;
}

}  // namespace karkara
