#include "agent/shaping/adaptive_rate.h"

#include <algorithm>

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr BitsPerSecond kLeastRate{8'000};  // below it a packet takes seconds
constexpr Duration kFresh = milliseconds{2500};
constexpr Duration kJustChanged = seconds{3};
constexpr Duration kTells = milliseconds{150};
constexpr int kUsualAnswers = 6;  // that make what is usual
constexpr double kLoaded = 0.75;
constexpr double kSaturated = 0.85;
constexpr double kMostAtOnce = 2.5;  // of the rate, upwards
constexpr double kDistinct = 0.01;   // smaller changes are not worth a word to the kernel

RateLimits in_order(RateLimits limits) {
  limits.floor = std::max(limits.floor, kLeastRate);
  limits.ceiling = std::max(limits.ceiling, limits.floor);
  limits.base = std::clamp(limits.base, limits.floor, limits.ceiling);
  return limits;
}

Duration time_of(double bytes, BitsPerSecond rate) {
  return Duration{static_cast<std::int64_t>(bytes * 8 / rate.value() * 1e9)};
}

}  // namespace

std::string_view to_string(RateReason reason) {
  switch (reason) {
    case RateReason::Start: return "start";
    case RateReason::Limits: return "limits";
    case RateReason::Attached: return "attached";
    case RateReason::Tried: return "tried";
    case RateReason::TryFailed: return "try-failed";
    case RateReason::Collapsed: return "collapsed";
    case RateReason::LinkQueue: return "link-queue";
    case RateReason::SmallerYet: return "smaller-yet";
    case RateReason::Drained: return "drained";
    case RateReason::Modcod: return "modcod";
  }
  return "unknown";
}

AdaptiveRate::AdaptiveRate(const AdaptiveRateSettings& settings, std::optional<BitsPerSecond> remembered, Instant now)
    : settings_{settings}, changed_at_{now} {
  settings_.limits = in_order(settings_.limits);
  const auto& limits = settings_.limits;
  rate_ = std::clamp(remembered.value_or(limits.base), limits.floor, limits.ceiling);
}

std::optional<RateChange> AdaptiveRate::configure(const AdaptiveRateSettings& settings, Instant now) {
  settings_ = settings;
  settings_.limits = in_order(settings_.limits);
  return change(rate_, RateReason::Limits, now);
}

std::optional<RateChange> AdaptiveRate::attached(std::optional<BitsPerSecond> remembered, Instant now) {
  baseline_.forget();
  one_way_.forget();
  directed_ = false;
  recent_.forget();
  load_.forget();
  decided_ = true;
  silence_.reset();
  restoring_.reset();
  late_.reset();
  known_.reset();
  good_.reset();
  answered_at_.reset();
  passive_at_.reset();
  asked_path_.reset();
  contradictions_ = 0;
  disproved_until_ = now;
  disproved_for_ = kFirstDisproved;
  phase_ = Phase::Free;
  added_ = {};
  usual_ = {};
  tries_ = 0;
  return change(remembered.value_or(settings_.limits.base), RateReason::Attached, now);
}

// Less is believed at once, since a queue is dear. More is where tries are bold up to while traffic is there to show
// whether it is so, and where an idle link begins.
std::optional<RateChange> AdaptiveRate::seeded(BitsPerSecond expected, Instant now) {
  const BitsPerSecond to = std::max(expected, load_.most_firm() * 1.1);
  good_.reset();  // it was under another coding
  if (to < rate_) {
    carries_ = to;
    carries_at_ = now;
    carries_more_ = false;
    known_.reset();
    tries_ = 0;
    return change(to, RateReason::Modcod, now);
  }
  if (load_.most_load() < kInUse && phase_ == Phase::Free && !late_) {
    return change(std::min(to, rate_ * kMostAtOnce), RateReason::Modcod, now);
  }
  known_ = Known{std::clamp(to, settings_.limits.floor, settings_.limits.ceiling), now};
  carries_more_ = true;  // what it carried before is no bound any more
  failures_ = 0;
  wait_until_ = phase_ == Phase::Free ? now : wait_until_;
  return std::nullopt;
}

std::optional<RateChange> AdaptiveRate::on(const DelaySeen& delay, Instant now) {
  const Duration taken = delay.round_trip - std::clamp(delay.own_queue, Duration{0}, delay.round_trip);
  if (delay.round_trip < Duration{0} || delay.round_trip > DelayBaseline::kLongest ||
      (delay.passive && is_disproved(now))) {
    return std::nullopt;
  }
  Duration added = baseline_.added(delay.path, taken, now);
  const auto here =
      !delay.one_way ? std::nullopt : one_way_.added(delay.path, *delay.one_way, delay.round_trip, added, now);
  directed_ = here.has_value();
  added = std::min(added, here.value_or(added));
  answered_at_ = now;
  sent_at_ = delay.asked.value_or(now + -delay.round_trip);
  shown_ += *sent_at_ >= changed_at_ ? 1 : 0;
  telling_ += *sent_at_ >= changed_at_ + kTells ? 1 : 0;
  if (delay.passive) {
    passive_at_ = now;
  } else {
    asked_path_ = delay.path;
    echoed_at_ = now;
    compare(added, now);
  }
  if (load_.most_load() < 0.5) {
    baseline_.learn_quiet(added);
  }
  note(added, now);
  if (phase_ == Phase::Free && !late_ && !just_tried(now) && load_.most_load() >= kLoaded) {
    usual_ += (added - usual_) / kUsualAnswers;
  }
  learn_while_draining();
  if (silence_) {
    acquit(now);
  }
  return retreat(now);
}

// A full buffer drops echoes, and so does a dead anchor or a dead link: silence goes on with what answers said, and
// says nothing by itself.
void AdaptiveRate::echo_lost(Instant now) {
  if (late_ && fresh(now)) {
    answered_at_ = now;
    note(added_, now);
  }
}

void AdaptiveRate::note(Duration added, Instant now) {
  recent_.add(added, now);
  added_ = recent_.middle();
  newest_ = added;
  if (added_ <= limit()) {
    contradictions_ = contradicted_by_late_ ? contradictions_ : 0;
    late_.reset();
    return;
  }
  if (!late_) {
    late_ = Late{now, 0, added, load_.most_load() >= kInUse, is_saturated(), load_.most_carried()};
  }
  ++late_->answers;
  late_->least = std::min(late_->least, added);
}

void AdaptiveRate::on(const LoadSeen& load, Instant now) {
  if (!load_.add(load, rate_, settings_.packet, now)) {
    return;
  }
  learn_while_draining();
  suspicions_ = is_suspect() ? suspicions_ + 1 : 0;
  decided_ = false;
  if (now - grew_at_ >= milliseconds{900}) {
    const double passed = std::chrono::duration<double>(now - grew_at_).count();
    grew_ = Duration{
        static_cast<std::int64_t>(static_cast<double>((added_ - added_before_).count()) / std::max(passed, 1.0))};
    added_before_ = added_;
    grew_at_ = now;
  }
  if (late_) {
    late_->loaded = late_->loaded || load_.most_load() >= kInUse;
    late_->saturated = late_->saturated || is_saturated();
  }
}

std::optional<RateChange> AdaptiveRate::decide(const OtherDirection& other, Instant now) {
  if (decided_) {
    return std::nullopt;
  }
  if (!fresh(now)) {
    return restoring_ ? restore(now) : end_blind_drain(now);
  }
  decided_ = true;
  other_ = other;
  remember(now);
  if (auto made = collapse(now)) {
    return made;
  }
  if (auto made = restore(now)) {
    return made;
  }
  if (phase_ == Phase::Draining) {
    return drain(now);
  }
  if (is_believed(now)) {
    return cut(just_tried(now) ? RateReason::TryFailed : RateReason::LinkQueue, now);
  }
  return try_more(now);
}

OtherDirection AdaptiveRate::as_other(Instant now) const {
  const bool tries = phase_ == Phase::Free && just_tried(now);
  return {!load_.empty() && we_limit(), tries, tries && !carries_more_, proven_at_ && now - *proven_at_ < kJustChanged};
}

void AdaptiveRate::tick(Instant now) {
  load_.forget_old(now);
  if (load_.empty()) {
    decided_ = true;
    late_.reset();
    phase_ = Phase::Free;
    tries_ = 0;
  }
}

Instant AdaptiveRate::next_deadline() const {
  return load_.empty() ? Instant::max() : load_.last().at + RecentLoad::kKept + Duration{1};
}

Duration AdaptiveRate::count_wish(Instant now) const {
  const bool fixed = settings_.limits.floor == settings_.limits.ceiling;
  const bool in_use =
      !load_.empty() && now - load_.last().at <= RecentLoad::kKept && (load_.most_load() >= kInUse || late_);
  return milliseconds{in_use && !fixed ? 200 : 1000};
}

// One and a half packets of others are always ahead of an answer; twice its jitter is the path's own.
Duration AdaptiveRate::limit() const {
  const BitsPerSecond link = phase_ == Phase::Draining ? std::max(rate_, carries_) : rate_;
  return milliseconds{15} + time_of(1.5 * settings_.packet, link) + 2 * baseline_.jitter();
}

bool AdaptiveRate::fresh(Instant now) const {
  const Duration path = baseline_.least().value_or(Duration{0});
  return answered_at_ && now - *answered_at_ <= kFresh + path;
}

// As much as fits went through, or waited.
bool AdaptiveRate::is_saturated() const {
  return load_.most_load() >= kSaturated || load_.most_backlog() >= few();
}

// Our tree holds nothing back.
bool AdaptiveRate::link_limits() const {
  return load_.last().backlog < few() && load_.last().load < 0.97;
}

// It holds back enough that what the link gets is our rate.
bool AdaptiveRate::we_limit() const {
  return load_.last().load >= 0.97 || (load_.last().backlog >= few() && load_.last().load >= 0.9);
}

bool AdaptiveRate::just_tried(Instant now) const {
  return last_ && last_->reason == RateReason::Tried && now - changed_at_ < kJustChanged;
}

void AdaptiveRate::remember(Instant now) {
  constexpr Duration kKnownFor = std::chrono::minutes{10};
  if (known_ && now - known_->at > kKnownFor) {
    known_.reset();
  }
  if (!late_ && phase_ == Phase::Free && load_.last().load >= kLoaded) {
    good_ = rate_;
    if (!known_ || rate_ >= known_->rate) {
      known_ = Known{rate_, now};
    }
  }
}

std::optional<RateChange> AdaptiveRate::change(BitsPerSecond to, RateReason reason, Instant now) {
  const BitsPerSecond within = std::clamp(to, settings_.limits.floor, settings_.limits.ceiling);
  const bool at_limit = within == settings_.limits.floor || within == settings_.limits.ceiling;
  const double part = within / rate_;
  if (within == rate_ || (!at_limit && part > 1 - kDistinct && part < 1 + kDistinct)) {
    return std::nullopt;
  }
  RateChange made;
  made.from = rate_;
  made.to = within;
  made.reason = reason;
  made.added = added_;
  made.baseline = baseline_.least().value_or(Duration{0});
  made.carried = load_.empty() ? BitsPerSecond{0} : load_.last().carried;
  made.load = made.carried / rate_;
  rate_ = within;
  changed_at_ = now;
  shown_ = 0;
  telling_ = 0;
  last_ = made;
  return made;
}

}  // namespace karkara
