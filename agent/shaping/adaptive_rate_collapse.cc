// What the counters say before the answers do: a link that shrank under saturating traffic lets less through within a
// fifth of a second, while its queue keeps the next answers from coming. So does one that is away for a while.
#include <algorithm>

#include "agent/shaping/adaptive_rate.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;

constexpr unsigned kSteady = 2;                  // loads: a pause of the radio ends in a burst
constexpr double kMuchLess = 0.6;                // of the rate
constexpr Duration kSilent = milliseconds{100};  // beyond what is late: a radio takes such pauses by itself
// Of a download less would let the senders' windows move into our tree, from where they return all at once. The
// acknowledgements of the other direction wait in an upload's queue: it is to be gone first.
constexpr double kDrainDown = 0.6;
constexpr double kDrainUp = 0.4;
constexpr double kLargestCut = 0.05;  // of the rate before
constexpr double kAfterOutage = 0.5;  // of the rate before
constexpr double kLargestReturn = 2.5;
constexpr Duration kAcquittedFor = std::chrono::seconds{10};

}  // namespace

// The link was full, or our tree was, and now both our queue is empty and little comes through.
bool AdaptiveRate::is_suspect() const {
  if (load_.empty()) {
    return false;
  }
  const RecentLoad::Second& newest = load_.newest();
  return newest.load < kMuchLess && newest.backlog < few() && load_.most_load() >= 0.85;
}

// How late the oldest echo already is that was not answered: no less than its answer will tell.
Duration AdaptiveRate::overdue(Instant now) const {
  const auto path = asked_path_ ? baseline_.least(*asked_path_) : std::nullopt;
  return waiting_since_ && path ? std::max(now - *waiting_since_ - *path, Duration{0}) : Duration{0};
}

std::optional<RateChange> AdaptiveRate::collapse(Instant now) {
  if (suspicions_ < kSteady) {
    return std::nullopt;
  }
  const Duration seen = phase_ == Phase::Draining ? added_ : Duration{0};
  const Duration silent = now < silence_counts_at_ ? Duration{0} : overdue(now);
  const bool late = late_ && newest_ > seen + 2 * limit();
  const bool held_up = late || silent > seen + limit() + kSilent;
  // The first of these loads has traffic in it from before.
  const BitsPerSecond carried = std::min(load_.settled(), load_.newest().carried);
  if (!held_up || carried >= rate_ * kMuchLess) {
    return std::nullopt;
  }
  carries_ = carried;
  carries_at_ = now;
  carries_more_ = false;
  added_ = std::max(added_, silent);
  // All cuts of one silence share one depth: nobody knows more than at the first.
  const bool goes_on = silence_ && phase_ == Phase::Draining;
  const BitsPerSecond before = goes_on ? silence_->before : rate_;
  const double drain = settings_.upward ? kDrainUp : kDrainDown;
  const BitsPerSecond to = std::max({carried * drain, before * kLargestCut, load_.most_firm() * 1.1});
  if (to >= rate_ && (!goes_on || late)) {
    return std::nullopt;
  }
  restoring_.reset();
  silence_ = late ? std::nullopt : std::optional{Silence{before, carried * drain < to, goes_on && silence_->queue}};
  acquitted_until_ = now + Duration{static_cast<std::int64_t>(0.6 / (1 - drain) * static_cast<double>(silent.count()))};
  return begin_drain(std::min(to, rate_), drain, RateReason::Collapsed, now);
}

// A cut for silence alone was wrong when an answer comes in time that no queue would have let through by then: it was a
// pause of the radio, or the other direction. Later it may have been an outage.
void AdaptiveRate::acquit(Instant now) {
  const bool soon = *sent_at_ <= acquitted_until_;
  if (newest_ > limit()) {
    silence_->queue = true;
    if (!soon) {
      silence_.reset();
    }
    return;
  }
  if (settings_.upward && *sent_at_ < changed_at_) {
    return;  // it may have gone up before anything waited there
  }
  restoring_ = soon ? std::optional{silence_->before} : after_outage();
  silence_.reset();
  if (!restoring_) {
    return;
  }
  silence_counts_at_ = soon ? now + kAcquittedFor : silence_counts_at_;
  phase_ = Phase::Free;
  carries_ = BitsPerSecond{0};
  late_.reset();
  recent_.forget();
  recent_.add(newest_, now);
  added_ = newest_;
}

// Next to nothing came through, and no answer late: the link was away and is what it was. Half of that is safe, and the
// first late answer cuts again.
std::optional<BitsPerSecond> AdaptiveRate::after_outage() const {
  if (!silence_ || !silence_->away || silence_->queue) {
    return std::nullopt;
  }
  return silence_->before * kAfterOutage;
}

std::optional<RateChange> AdaptiveRate::restore(Instant now) {
  if (!restoring_ || late_ || rate_ >= *restoring_) {
    restoring_.reset();
    return std::nullopt;
  }
  return change(std::min(*restoring_, rate_ * kLargestReturn), RateReason::Drained, now);
}

}  // namespace karkara
