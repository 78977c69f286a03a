#include "agent/uplink/health.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "common/splitmix.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
constexpr unsigned kSilencesToFall = 3;       // in Probation; an uplink that is Up falls by the burst
constexpr Duration kForgiven = seconds{300};  // up for this long: earlier failures are forgotten

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
    case UplinkState::Recover: return "recover";
    case UplinkState::Portal: return "portal";
    case UplinkState::Held: return "held";
    case UplinkState::Drain: return "drain";
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
  const bool same_way = path.usable() && path_.usable() && path.link == path_.link && path.way() == path_.way();
  path_ = path;
  if (same_way) {
    return {};
  }
  pick_anchors();
  echoes_.forget_path();
  traffic_.forget();
  burst_.stop();
  const bool was_good = state_ == UplinkState::Up || state_ == UplinkState::Suspect;
  if (was_good) {
    leave_good(now);
  }
  next_echo_ = judge_at_ = Instant::max();
  if (path.link == 0) {
    enter(UplinkState::Absent, "no such interface", now);
  } else if (!path.carrier) {
    enter(UplinkState::Absent, "no carrier", now);
  } else if (!path.way().source) {
    enter(UplinkState::Linked, "no address", now);
  } else if (!path.usable()) {
    enter(UplinkState::Addressed, "no gateway", now);
  } else if (anchors_.empty()) {
    enter(UplinkState::Addressed, no_anchor(), now);
  } else {
    return start_probation(now);
  }
  return {};
}

UplinkHealth::Echoes UplinkHealth::set_anchors(std::vector<AnchorEndpoint> anchors, Instant now) {
  known_anchors_ = std::move(anchors);
  if (!pick_anchors() || !path_.usable()) {
    return {};
  }
  if (anchors_.empty()) {
    next_echo_ = judge_at_ = Instant::max();
    enter(UplinkState::Addressed, no_anchor(), now);
    return {};
  }
  return state_ == UplinkState::Addressed ? start_probation(now) : Echoes{};
}

// An echo cannot be answered across families: it would only speak against the uplink.
bool UplinkHealth::pick_anchors() {
  const IpFamily family = path_.way().source.value_or(IpAddress{}).family();
  std::vector<AnchorEndpoint> fit;
  std::ranges::copy_if(known_anchors_, std::back_inserter(fit),
                       [&](const AnchorEndpoint& anchor) { return anchor.endpoint.address.family() == family; });
  if (fit == anchors_) {
    return false;
  }
  anchors_ = std::move(fit);
  next_anchor_ = 0;
  return true;
}

std::string UplinkHealth::no_anchor() const {
  return known_anchors_.empty() ? "no anchor is known"
         : path_.lacks_v4()     ? "it has IPv6 alone, and no anchor has an IPv6 address"
                                : "no anchor has an IPv4 address";
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
  if (echoes_.regular() && echoes_.late()) {
    quality_.see_late_answer(now);
  } else if (echoes_.regular()) {
    weigh(false, now);
  }
  switch (state_) {
    case UplinkState::Suspect:
      if (burst_.confirming()) {
        traffic_.was_wrong(now);
      }
      clear("an anchor answers", now);
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
    case UplinkState::Up:
    case UplinkState::Recover:
    case UplinkState::Portal:
    case UplinkState::Held:
    case UplinkState::Drain: break;
  }
  return {};
}

UplinkHealth::Echoes UplinkHealth::on(const EchoFailed& failure, Instant now) {
  if (!echoes_.failed(failure.nonce)) {
    return {};
  }
  ++silences_;
  answers_ = 0;
  if (echoes_.regular()) {
    weigh(true, now);
  }
  if (state_ == UplinkState::Up && asking_.allowed) {
    return suspect(failure.why, kDoubtfulPauses, now);
  }
  if (state_ == UplinkState::Probation) {
    judge(now);
  }
  return {};
}

UplinkHealth::Echoes UplinkHealth::tick(Instant now) {
  Echoes echoes;
  if (const unsigned expired = echoes_.expire(now); expired > 0) {
    silences_ += expired;
    answers_ = 0;
    for (unsigned i = 0; i < echoes_.expired_regular(); ++i) {
      weigh(true, now);
    }
    echoes = on_silence(now);
  }
  forgive(now);
  if (state_ == UplinkState::Suspect && judge_at_ <= now) {
    judge_suspect(now);
  }
  if (state_ == UplinkState::Probation && hold_down_left(now) == Duration::zero()) {
    judge(now);
  }
  const Echoes due = send_due(now);
  echoes.insert(echoes.end(), due.begin(), due.end());
  return echoes;
}

UplinkHealth::Echoes UplinkHealth::send_due(Instant now) {
  if (state_ == UplinkState::Suspect) {
    return burst_.due(now) ? send_burst_step(now) : Echoes{};
  }
  return next_echo_ <= now ? send(now) : Echoes{};
}

// Probation ends upwards with enough answers over long enough, downwards with silence. Traffic that is answered
// outweighs echoes that are not: an agent that starts behind a full queue would else leave the link that fills it. Who
// answers may be a portal: a look at the truth comes at once.
void UplinkHealth::judge(Instant now) {
  const bool carries = active_ && traffic_.answered_since(since_) && traffic_is_answered(now);
  const bool proven = answers_ >= kAnswersToRise || carries;
  if (silences_ >= kSilencesToFall && !carries) {
    next_echo_ = now + kDownPace;
    enter(UplinkState::Down, "no anchor answers", now);
  } else if (silences_ > 0 && !carries) {
    since_ = now;  // it has to stay good for the whole of the time
  } else if (proven && hold_down_left(now) == Duration::zero()) {
    silences_ = answers_ >= kAnswersToRise ? silences_ : std::max(silences_, kSilencesToDoubtAnchors);
    next_echo_ = now + echo_interval(now);  // of Probation: what is up is looked at once more soon
    enter(UplinkState::Up,
          answers_ >= kAnswersToRise ? std::to_string(answers_) + " echoes answered" : "traffic is answered", now);
  }
}

UplinkHealth::Echoes UplinkHealth::send(Instant now) {
  if (anchors_.empty() || !path_.usable()) {
    next_echo_ = Instant::max();
    return {};
  }
  // A burst that was begun is finished: half of one would be silence that nobody asked about.
  if (!asking_.allowed && state_ != UplinkState::Suspect) {
    next_echo_ = now + std::max(echo_interval(now), kBusyEchoPause);
    return {};
  }
  const std::size_t anchor = next_anchor_ % anchors_.size();
  const WantedEcho echo{anchors_[anchor], splitmix64(nonce_state_)};
  if (state_ != UplinkState::Up && state_ != UplinkState::Suspect && silences_ > 0) {
    next_anchor_ += 1;
  }
  echoes_.sent(echo.nonce, now, anchor, state_ != UplinkState::Suspect);
  next_echo_ = now + echo_interval(now);
  return {echo};
}

Duration UplinkHealth::hold_down_left(Instant now) const {
  if (state_ != UplinkState::Probation) {
    return Duration::zero();
  }
  return std::max<Duration>(Duration::zero(), since_ + probation_length() - now);
}

void UplinkHealth::forgive(Instant now) {
  const bool up = state_ == UplinkState::Up || state_ == UplinkState::Suspect;
  if (up && now - since_ >= kForgiven) {
    failures_ = 0;
  }
}

void UplinkHealth::leave_good(Instant now) {
  forgive(now);
  failures_ += 1;
}

void UplinkHealth::restore(const Damping& damping) {
  failures_ = damping.failures;
  served_ = damping.was_up;
}

Damping UplinkHealth::damping() const {
  const bool up = state_ == UplinkState::Up || state_ == UplinkState::Suspect;
  return {failures_, failures_ > 0 && (up || served_)};
}

void UplinkHealth::enter(UplinkState state, std::string evidence, Instant now) {
  // Up -> Suspect -> Up is one stretch of being up: a lost echo must not restart the wait for "preferred-back".
  const bool same_stretch = (state_ == UplinkState::Suspect && state == UplinkState::Up) ||
                            (state_ == UplinkState::Up && state == UplinkState::Suspect);
  const bool first = since_ == Instant{};  // absent since it is known, not since the router booted
  if ((state != state_ && !same_stretch) || first) {
    since_ = now;
  }
  if (state != UplinkState::Up && state != UplinkState::Suspect) {
    quality_.forget();  // how it is when it comes back is another question
  }
  served_ = served_ && state != UplinkState::Up && state != UplinkState::Down;
  state_ = state;
  evidence_ = std::move(evidence);
}

void UplinkHealth::weigh(bool lost, Instant now) {
  if (state_ == UplinkState::Up || state_ == UplinkState::Suspect) {
    quality_.see(lost, now);
  }
}

void UplinkHealth::reconfigure(const UplinkSettings& settings, Duration hold_down, Duration hold_down_max,
                               Instant now) {
  settings_ = settings;
  hold_down_ = hold_down;
  hold_down_max_ = hold_down_max;
  if (next_echo_ != Instant::max() && state_ == UplinkState::Up) {
    next_echo_ = std::min(next_echo_, now + echo_interval(now));
  }
}

Instant UplinkHealth::next_deadline() const {
  Instant next = std::min({echoes_.next_deadline(), next_echo_, judge_at_});
  if (state_ == UplinkState::Suspect) {
    next = std::min(next, burst_.next());
  }
  if (failures_ > 0 && (state_ == UplinkState::Up || state_ == UplinkState::Suspect)) {
    next = std::min(next, since_ + kForgiven);
  }
  if (state_ == UplinkState::Probation && answers_ >= kAnswersToRise) {
    next = std::min(next, since_ + probation_length());
  }
  return next;
}

}  // namespace karkara
