// When AdaptiveRate goes down and up. What is in the link's queue, its delay says; what the link carries, the bytes of
// the second in which it had a queue say, which is worth more than any step of fixed size.
#include <algorithm>

#include "agent/shaping/adaptive_rate.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kDrainTime = milliseconds{700};  // in which the link's queue is to be gone
constexpr Duration kLongestDrain = seconds{4};
constexpr Duration kSignOfQueue = milliseconds{150};  // answers that come all at once were held up by silence
constexpr Duration kRetreatDrain = milliseconds{1500};
constexpr double kMostRetreat = 0.4;
constexpr Duration kLeastMoved = milliseconds{50};
constexpr double kDeepestDrain = 0.4;
constexpr double kShallowestDrain = 0.9;
constexpr double kLargestCut = 0.05;  // of the rate, in one step
// What is left free of what the link carries: senders come in bursts of some packets, which a slow link takes long for.
constexpr double kLeastMargin = 0.06;
constexpr double kMostMargin = 0.3;
constexpr double kMarginRateUp = 150'000;    // bits a second
constexpr double kMarginRateDown = 200'000;  // what comes down queues in the link before we can hold it back
constexpr double kLargestReturn = 2.5;
constexpr double kMostCareful = 1.8;
constexpr Duration kPause = milliseconds{900};  // a little less than a second of LoadSeen
constexpr Duration kTryLasts = milliseconds{350};
constexpr Duration kRises = milliseconds{8};  // and the path's own jitter
// A try over what the link carried fills it by no more than this before answers tell.
constexpr double kTryFills = 0.04;       // seconds of queue
constexpr double kTellsAfter = 0.3;      // seconds, and the path
constexpr double kToldByTraffic = 0.25;  // more, for what flows tells in windows
constexpr double kLeastExcess = 0.04;
constexpr double kMostExcess = 0.18;
constexpr double kGained = 1.03;                     // of what it carried: a try that brings no more proves nothing
constexpr Duration kUnusedFor = milliseconds{2700};  // senders that pace themselves find more only now and then
constexpr Duration kLongPath = milliseconds{200};
constexpr Duration kDrainShows = milliseconds{500};
constexpr double kDrainsEnough = 0.15;  // seconds of queue in a second
constexpr Duration kPauseUp = milliseconds{750};
constexpr Duration kPauseDown = milliseconds{1500};  // a download's try moves all that waited in our tree into the link
constexpr double kProven = 1.2;                      // over what the link was thought to carry: less may be luck
constexpr Duration kPatience = milliseconds{4000};
constexpr Duration kCapacityKept = std::chrono::minutes{1};
constexpr unsigned kFutileCuts = 2;
constexpr Duration kOwnAtMost = milliseconds{300};  // more is no change of route

double seconds_of(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

double below(BitsPerSecond carries, bool upward) {
  const double margin = upward ? kMarginRateUp : kMarginRateDown;
  return 1 - std::clamp(margin / std::max(carries.value(), 1.0), kLeastMargin, kMostMargin);
}

}  // namespace

// Two answers over a moment, while the link is in use. Below that one thing only: for seconds even the quickest answer
// is very late and the traffic is more than the floor; so it is when the link shrank while nobody used it.
bool AdaptiveRate::is_believed(Instant now) const {
  if (!late_ || newest_ <= limit() || late_->answers < 2 || *answered_at_ - late_->since < milliseconds{400}) {
    return false;
  }
  if (is_others(now) && added_ < 3 * limit() && *answered_at_ - late_->since < kPatience) {
    return false;
  }
  const bool stubborn = late_->answers >= 4 && *answered_at_ - late_->since >= seconds{5} &&
                        late_->least > milliseconds{200} && load_.last().carried >= settings_.limits.floor;
  return late_->loaded || stubborn;
}

// A round trip goes both ways. A direction in which traffic waits in our tree gives the link no more than our rate, and
// one that carries less than the link did before has no queue there either: then the other one is to answer first.
bool AdaptiveRate::is_others(Instant now) const {
  if (directed_) {
    return false;
  }
  if (we_limit()) {
    return !just_tried(now) && (other_.tries || !other_.held);
  }
  const bool known = carries_.value() > 0 && now - carries_at_ < kCapacityKept;
  return known && !other_.held && rate_ <= carries_ * 1.05 && load_.last().carried < carries_ * 0.85;
}

std::optional<RateChange> AdaptiveRate::cut(RateReason reason, Instant now) {
  const RecentLoad::Second& last = load_.last();
  const bool fell = last.carried < late_->carried_before * 0.8;
  double drain = kShallowestDrain;
  BitsPerSecond to = std::max(rate_ * 0.85, last.carried * 1.25);
  if (late_->saturated || is_saturated() || fell) {
    see_capacity(now);
    drain = std::clamp(1 - seconds_of(added_) / seconds_of(kDrainTime), kDeepestDrain, kShallowestDrain);
    to = carries_ * drain;
  } else {
    // Traffic that does not fill the link is left room above.
    carries_ = to;
  }
  to = std::max({to, rate_ * kLargestCut, load_.most_firm() * 1.1});
  if (to >= rate_) {
    return std::nullopt;
  }
  return begin_drain(to, drain, reason, now);
}

std::optional<RateChange> AdaptiveRate::begin_drain(BitsPerSecond to, double drain, RateReason reason, Instant now) {
  const auto made = change(to, reason, now);
  if (phase_ == Phase::Free) {
    futile_ = 0;
    drain_began_ = added_;
  }
  phase_ = Phase::Draining;
  tries_ = 0;
  drained_from_ = added_;
  drain_first_.reset();
  if (late_) {
    late_->least = added_;
  }
  const Duration needed{static_cast<std::int64_t>(static_cast<double>(added_.count()) / (1 - drain))};
  const Duration path = baseline_.least().value_or(Duration{0});
  wait_until_ = now + std::clamp<Duration>(path + added_ + needed, kPause, kLongestDrain);
  return made;
}

// What waited in our tree waits no more: it flows as the link lets it, or nobody has more to send.
bool AdaptiveRate::has_emptied() const {
  return load_.newest().since >= changed_at_ && load_.newest().backlog < few();
}

// Behind a try every tenth of a second counts: senders fill the link's queue as soon as nothing of ours is in their
// way.
std::optional<RateChange> AdaptiveRate::retreat(Instant now) {
  if (phase_ != Phase::Free || !just_tried(now) || load_.empty()) {
    return std::nullopt;
  }
  const bool moved = has_emptied() && shown_ > 0 &&
                     seconds_of(newest_) > std::max(seconds_of(kLeastMoved), 0.75 * seconds_of(limit()));
  const bool rose = is_careful() && telling_ > 0 && risen() > kRises + baseline_.jitter();
  const bool grew = late_ && newest_ > limit() && late_->since > changed_at_ &&
                    *answered_at_ - late_->since >= kSignOfQueue && added_ >= last_->added + limit() / 2;
  if (!moved && !rose && !grew) {
    return std::nullopt;
  }
  const BitsPerSecond from = last_->from;
  alone_ = other_.tries && !directed_;
  if (!alone_) {
    carries_ = grew ? overfilled(now) : std::max(overfilled(now), std::min(carries_ * 0.97, rate_));
    carries_at_ = now;
    carries_more_ = false;
  }
  phase_ = Phase::Draining;
  futile_ = 0;
  tries_ = 0;
  drain_began_ = drained_from_ = added_;
  drain_first_.reset();
  wait_until_ = now + baseline_.least().value_or(Duration{0}) + added_ + kRetreatDrain;
  const BitsPerSecond to = alone_ ? from
                                  : std::min(from, carries_ * (below(carries_, settings_.upward) -
                                                               std::min(2 * seconds_of(added_), kMostRetreat)));
  return change(to, RateReason::TryFailed, now);
}

std::optional<RateChange> AdaptiveRate::drain(Instant now) {
  if (!late_ && (seconds_of(newest_) < 0.7 * seconds_of(limit()) || now >= wait_until_ + kPause)) {
    if (load_.last().load < kInUse || *answered_at_ <= changed_at_ || shown_ == 0) {
      return std::nullopt;
    }
    phase_ = Phase::Free;
    wait_until_ = now + pause_after_failure();
    const BitsPerSecond back = std::min(carries_ * below(carries_, settings_.upward), rate_ * kLargestReturn);
    return change(std::max(rate_, back), RateReason::Drained, now);
  }
  if (!late_ || load_.most_load() < kInUse) {
    return std::nullopt;
  }
  const bool told = shown_ > 0 || seconds_of(added_) > 1.5 * seconds_of(drained_from_);
  if (link_limits() && told && added_ > 2 * limit() && seconds_of(added_) > 0.95 * seconds_of(drained_from_)) {
    return cut(RateReason::SmallerYet, now);
  }
  drained_from_ = std::max(drained_from_, added_);
  if (now < wait_until_ || !drain_first_ || *sent_at_ - drain_first_->sent < kDrainShows) {
    return std::nullopt;
  }
  const double fell = seconds_of(drain_first_->added - newest_) / seconds_of(*sent_at_ - drain_first_->sent);
  if (fell > kDrainsEnough) {
    drain_first_ = Answer{*sent_at_, newest_};
    return std::nullopt;
  }
  if (seconds_of(added_) <= 0.7 * seconds_of(drained_from_) || added_ < limit() + limit() / 4) {
    drained_from_ = added_;
    wait_until_ = now + kPause;
    return std::nullopt;
  }
  return judge(now);
}

// The cut had its time and answers are as late as before: the link carries less than was thought, or it is not our
// traffic that waits there.
std::optional<RateChange> AdaptiveRate::judge(Instant now) {
  ++futile_;
  const double off = seconds_of(added_) / seconds_of(drain_began_);
  if (futile_ > kFutileCuts && added_ < kOwnAtMost && off > 0.7 && off < 1.3) {
    baseline_.lift(late_->least);
    one_way_.lift(late_->least);
    late_.reset();
    recent_.forget();
    phase_ = Phase::Free;
    tries_ = 1;
    wait_until_ = now;
    return std::nullopt;
  }
  return cut(RateReason::LinkQueue, now);
}

std::optional<RateChange> AdaptiveRate::try_more(Instant now) {
  const RecentLoad::Second& last = load_.last();
  // Over a long path a queue that grows meanwhile is told of too late.
  const bool soon = baseline_.least().value_or(Duration{0}) > kLongPath;
  // At looks a second apart this is mostly missed. A wider window took back more, and links that wander were used less.
  if (just_tried(now) && link_limits() && now - changed_at_ >= (soon ? kPause : kUnusedFor)) {
    if (auto made = take_back(now)) {
      return made;
    }
  }
  const bool wanted = last.backlog >= few() || last.drops > 0 || last.load >= 0.9;
  if (!wanted) {
    tries_ = last.load < kInUse ? 0 : tries_;
    return std::nullopt;
  }
  const RecentLoad::Second& newest = load_.newest();
  const bool used = newest.backlog >= few() || (newest.load >= 0.8 && !directed_);
  const bool careful = just_tried(now) && is_careful();
  const bool shown = (careful ? telling_ : shown_) >= 2 && now - changed_at_ >= kTryLasts && used;
  const bool low =
      !late_ && (!careful || risen() <= kRises + baseline_.jitter()) && seconds_of(added_) <= 0.7 * seconds_of(limit());
  // Behind a try that went well nothing is left of the pause that an earlier failure imposed. Not on a metered link:
  // with few echoes, on a radio that wanders, that led to seconds of queue.
  const bool invited = (other_.grew && !carries_more_) || (tries_ > 0 && !settings_.metered);
  const bool gained = carries_.value() <= 0 || rate_ <= carries_ * 1.1 || newest.carried >= carries_ * kGained;
  if (!shown || !gained || !low || (now < wait_until_ && !invited)) {
    return std::nullopt;
  }
  carries_more_ = carries_more_ || rate_ > carries_;
  if (carries_.value() > 0 && rate_ > carries_ * kProven) {
    failures_ = 0;
    proven_at_ = now;
  }
  alone_ = alone_ && tries_ < 2;
  if (!directed_ && ((!carries_more_ && other_.careful) || (alone_ && other_.tries))) {
    return std::nullopt;
  }
  const double step = next_step(now);
  ++tries_;
  return change(rate_ * step, RateReason::Tried, now);
}

// A try that nobody makes use of: the link limits, or there is no such demand.
std::optional<RateChange> AdaptiveRate::take_back(Instant now) {
  const bool over = !carries_more_ && carries_.value() > 0 && rate_ > carries_;
  if (!over && load_.last().load > 0.9) {
    return std::nullopt;
  }
  tries_ = 0;
  wait_until_ = over ? now + pause_after_failure() : now;
  const BitsPerSecond used = std::max(load_.last().carried, last_->from);
  return change(over ? carries_ * below(carries_, settings_.upward) : std::min(used, rate_), RateReason::TryFailed,
                now);
}

Duration AdaptiveRate::pause_after_failure() {
  const unsigned most = settings_.metered ? 8 : 5;
  failures_ = std::min(failures_ + 1, most);
  return failures_ * (settings_.upward ? kPauseUp : kPauseDown) - milliseconds{100};
}

// So fast that the queue it makes in a link which is as it was shows in the first answers, and no faster.
double AdaptiveRate::careful_excess(Instant now) const {
  const bool told = passive_at_ && now - *passive_at_ <= seconds{2};
  const double until = kTellsAfter + seconds_of(baseline_.least().value_or(Duration{0})) + (told ? kToldByTraffic : 0);
  return std::clamp(kTryFills / until, kLeastExcess, kMostExcess);
}

// Over what the link was last seen to carry, and nothing has shown yet that it carries more.
bool AdaptiveRate::is_careful() const {
  return !carries_more_ && carries_.value() > 0 && rate_ > carries_;
}

Duration AdaptiveRate::risen() const {
  return newest_ - usual_;
}

// Carefully over what the link carried when it had a queue, for there it has one again unless it grew; behind that the
// sooner the more was carried before.
double AdaptiveRate::next_step(Instant now) const {
  const double over = carries_ / rate_ * (1 + careful_excess(now));
  if (!carries_more_ && over > 1) {
    return std::min(over, kMostCareful);
  }
  constexpr double kSteps[] = {1.08, 1.12, 1.2, 1.3};
  constexpr double kBold[] = {1.1, 1.3, 1.7, 2.0};
  constexpr double kBoldMetered[] = {1.1, 1.08, 1.3, 2.0};
  const unsigned went = std::min<unsigned>(tries_, 3);
  const bool bold = known_ && rate_ * 1.6 < known_->rate;
  return !bold ? kSteps[went] : settings_.metered ? kBoldMetered[went] : kBold[went];
}

// With no answer for long (the budget of echoes may be spent) nobody can tell when the queue is gone: by now it is.
std::optional<RateChange> AdaptiveRate::end_blind_drain(Instant now) {
  constexpr Duration kLongDrain = std::chrono::seconds{15};
  if (phase_ != Phase::Draining || !is_saturated()) {
    return std::nullopt;
  }
  if (now - changed_at_ < kLongDrain) {
    // What began with late answers goes on in silence; not for long, for the anchors may be gone.
    const bool held_up = futile_ < kFutileCuts && overdue(now) > std::max(added_, 2 * limit());
    if (!held_up || now - changed_at_ < seconds{2}) {
      return std::nullopt;
    }
    ++futile_;
    return change(std::min(rate_, std::max(rate_ * 0.75, load_.most_firm() * 1.1)), RateReason::SmallerYet, now);
  }
  phase_ = Phase::Free;
  late_.reset();
  restoring_ = after_outage();
  silence_.reset();
  if (restoring_) {
    carries_ = BitsPerSecond{0};
    return restore(now);
  }
  return change(std::max(rate_, carries_ * below(carries_, settings_.upward)), RateReason::Drained, now);
}

}  // namespace karkara
