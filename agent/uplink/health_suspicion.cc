// How a suspicion of an uplink arises and ends: traffic that is not answered, a burst of echoes, the verdict.
#include <algorithm>
#include <utility>

#include "agent/uplink/health.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
constexpr Duration kShortestPatience = milliseconds{250};  // longer than a handover gap of a mobile cell
constexpr Duration kShortestVerdict = milliseconds{120};   // after that patience
constexpr Duration kDoubtVerdict = milliseconds{1500};     // nobody waits, and a mobile cell may hold packets that long
constexpr Duration kThriftyPatience = milliseconds{2500};  // longer than nearly every spell of bad weather
constexpr Duration kPatienceWithoutEchoes = seconds{5};
constexpr Duration kBusyLook = milliseconds{100};
constexpr Duration kIdleLook = milliseconds{250};
constexpr Duration kSuspectLook = milliseconds{50};
constexpr Duration kDownLook = seconds{10};  // it may carry traffic that is answered, and only the anchors be dead

}  // namespace

UplinkHealth::Echoes UplinkHealth::see_traffic(PassiveEvidence::Count count, Instant now) {
  traffic_.see(count, now);
  last_look_ = now;
  if (state_ == UplinkState::Suspect && traffic_.answered_since(suspected_at_)) {
    clear("traffic is answered again", now);
    return {};
  }
  if (state_ == UplinkState::Down && !asking_.allowed && traffic_.answered_since(since_)) {
    answers_ = silences_ = 0;
    enter(UplinkState::Probation, "traffic is answered again", now);
  }
  if (unasked()) {
    judge_unasked(now);
    return {};
  }
  if (state_ == UplinkState::Probation && traffic_.answered_since(since_)) {
    judge(now);
    return {};
  }
  const auto suspicious_at = traffic_.suspicious_at(patience());
  // A doubt that arose while nobody waited is settled at once when somebody does.
  const bool in_doubt = state_ == UplinkState::Suspect && !burst_.confirming();
  if ((state_ != UplinkState::Up && !in_doubt) || !suspicious_at || *suspicious_at > now) {
    return {};
  }
  std::string why = traffic_.unanswered_packets() + " unanswered";
  if (asking_.allowed) {
    return suspect(std::move(why), kConfirmingPauses, now);
  }
  fall(std::move(why) + "; no budget left to ask an anchor", now);
  return {};
}

// The village's own traffic is what is left to judge by: after some restarts within an hour there is no budget for
// echoes.
void UplinkHealth::judge_unasked(Instant now) {
  const auto suspicious_at = traffic_.suspicious_at(patience());
  if (suspicious_at && *suspicious_at <= now) {
    const std::string why = traffic_.unanswered_packets() + " unanswered";
    traffic_.forget();
    enter(UplinkState::Down, why + "; no budget left to ask an anchor", now);
    next_echo_ = now + echo_interval(now);
  } else if (traffic_.answered_since(since_) && hold_down_left(now) == Duration::zero()) {
    enter(UplinkState::Up, "traffic is answered; no budget left to ask an anchor", now);
    next_echo_ = now + echo_interval(now);
  }
}

UplinkHealth::Echoes UplinkHealth::on_silence(Instant now) {
  if (state_ == UplinkState::Probation) {
    judge(now);
  }
  // Traffic that is answered outweighs an echo that is not.
  if (state_ != UplinkState::Up || !asking_.allowed || traffic_is_answered(now)) {
    return {};
  }
  return suspect("an echo was not answered", kDoubtfulPauses, now);
}

UplinkHealth::Echoes UplinkHealth::suspect(std::string why, std::span<const Duration> burst, Instant now) {
  enter(UplinkState::Suspect, std::move(why), now);
  suspected_at_ = now;
  judge_at_ = Instant::max();
  burst_.start(burst, now);
  next_anchor_ += 1;  // the first of the burst asks another anchor: the silent one may be what is dead
  return send_burst_step(now);
}

UplinkHealth::Echoes UplinkHealth::send_burst_step(Instant now) {
  Echoes echoes = send(now);
  next_anchor_ += 1;
  next_echo_ = Instant::max();
  burst_.sent(now);
  if (burst_.over()) {
    judge_at_ = now + verdict_time();
  }
  return echoes;
}

// How long the burst may be unanswered. Traffic that was silent for longer than a time-out outweighs a variation that
// one slow spell left behind: with an echo a minute it stands for long, and would be waited for twice.
Duration UplinkHealth::verdict_time() const {
  const RttEstimator& rtt = echoes_.rtt();
  if (!burst_.confirming()) {
    return rtt.time_out(kDoubtVerdict);
  }
  const Duration time_out = rtt.time_out(kShortestVerdict);
  return rtt.smoothed() ? std::min(time_out, std::max(kShortestVerdict, 2 * *rtt.smoothed())) : time_out;
}

void UplinkHealth::judge_suspect(Instant now) {
  fall(burst_.confirming() ? evidence_ + " and " + std::to_string(burst_.echoes()) + " echoes"
                           : std::to_string(burst_.echoes() + 1) + " echoes unanswered",
       now);
}

void UplinkHealth::clear(std::string why, Instant now) {
  judge_at_ = Instant::max();
  burst_.stop();
  enter(UplinkState::Up, std::move(why), now);
  next_echo_ = now + echo_interval(now);
}

void UplinkHealth::fall(std::string why, Instant now) {
  leave_good(now);
  judge_at_ = Instant::max();
  burst_.stop();
  traffic_.forget();
  silences_ = 0;
  enter(UplinkState::Down, std::move(why), now);
  next_echo_ = now + echo_interval(now);
}

void UplinkHealth::condemn(std::string why, Instant now) {
  if (state_ == UplinkState::Up || state_ == UplinkState::Suspect) {
    fall(std::move(why), now);
  } else if (state_ == UplinkState::Down) {
    evidence_ = std::move(why);
  }
}

bool UplinkHealth::traffic_is_answered(Instant now) const {
  return traffic_.answered_within(std::max<Duration>(patience(), seconds{1}), now);
}

bool UplinkHealth::only_traffic_speaks_for_it() const {
  return state_ == UplinkState::Up && silences_ >= kSilencesToDoubtAnchors;
}

Duration UplinkHealth::patience() const {
  if (asking_.allowed) {
    return std::max(echoes_.rtt().time_out(kShortestPatience),
                    std::chrono::duration_cast<Duration>(asking_.thrift * kThriftyPatience));
  }
  return kPatienceWithoutEchoes;
}

Instant UplinkHealth::next_look() const {
  if (state_ == UplinkState::Suspect) {
    return last_look_ + kSuspectLook;
  }
  if (state_ == UplinkState::Down && active_ && asking_.allowed) {
    return last_look_ + kDownLook;
  }
  // What is down without a budget has only its traffic to speak for it: where all are down it still carries some.
  const bool unheard = state_ == UplinkState::Down && !asking_.allowed;
  if ((state_ != UplinkState::Up && state_ != UplinkState::Probation && !unheard) || !active_) {
    return Instant::max();
  }
  if (last_look_ == Instant{}) {
    return last_look_;
  }
  const Instant regular = last_look_ + (traffic_.busy(last_look_) ? kBusyLook : kIdleLook);
  const auto suspicious_at = traffic_.suspicious_at(patience());
  return suspicious_at && *suspicious_at > last_look_ ? std::min(regular, *suspicious_at) : regular;
}

}  // namespace karkara
