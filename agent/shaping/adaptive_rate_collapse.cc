// What the counters say before the answers do: a link that shrank under saturating traffic lets less through within a
// fifth of a second, while its queue keeps the next answers from coming.
#include <algorithm>

#include "agent/shaping/adaptive_rate.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;

constexpr unsigned kSteady = 2;                  // loads: a pause of the radio ends in a burst
constexpr double kMuchLess = 0.6;                // of the rate
constexpr Duration kSilent = milliseconds{100};  // beyond what is late: a radio takes such pauses by itself
// Less would hold back the acknowledgements of the other direction, which then come all at once.
constexpr double kDrain = 0.6;
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
  const auto path = baseline_.least();
  return waiting_since_ && path ? std::max(now - *waiting_since_ - *path, Duration{0}) : Duration{0};
}

std::optional<RateChange> AdaptiveRate::collapse(Instant now) {
  if (suspicions_ < kSteady) {
    return std::nullopt;
  }
  const Duration seen = phase_ == Phase::Draining ? added_ : Duration{0};
  const Duration silent = now < silence_counts_at_ ? Duration{0} : overdue(now);
  const bool held_up = silent > seen + limit() + kSilent || (late_ && newest_ > seen + 2 * limit());
  const BitsPerSecond carried = load_.settled();
  if (!held_up || carried >= rate_ * kMuchLess) {
    return std::nullopt;
  }
  carries_ = carried;
  carries_at_ = now;
  carries_more_ = false;
  added_ = std::max(added_, silent);
  const BitsPerSecond to = std::max({carried * kDrain, rate_ * 0.05, load_.most_firm() * 1.1});
  if (to >= rate_) {
    return std::nullopt;
  }
  restoring_.reset();
  before_silence_ = late_ ? std::nullopt : std::optional{before_silence_.value_or(rate_)};
  acquitted_until_ =
      now + Duration{static_cast<std::int64_t>(0.6 / (1 - kDrain) * static_cast<double>(silent.count()))};
  return begin_drain(to, kDrain, RateReason::Collapsed, now);
}

// A cut for silence alone was wrong when an answer comes in time that no queue would have let through by then: it was a
// pause of the radio, or the other direction.
void AdaptiveRate::acquit(Instant now) {
  if (*sent_at_ > acquitted_until_) {
    before_silence_.reset();
    return;
  }
  if (newest_ <= limit()) {
    restoring_ = before_silence_;
    before_silence_.reset();
    silence_counts_at_ = now + kAcquittedFor;
    phase_ = Phase::Free;
    carries_ = BitsPerSecond{0};
    late_.reset();
    recent_.forget();
    recent_.add(newest_, now);
    added_ = newest_;
  }
}

std::optional<RateChange> AdaptiveRate::restore(Instant now) {
  if (!restoring_ || late_ || rate_ >= *restoring_) {
    restoring_.reset();
    return std::nullopt;
  }
  return change(std::min(*restoring_, rate_ * kLargestReturn), RateReason::Drained, now);
}

}  // namespace karkara
