// What the link carries, from what came out of it while it had a queue. A download tells it itself: what arrives at our
// tree is what the link let out, whatever the tree does with it. An upload tells it by how the delay grows or falls.
#include <algorithm>

#include "agent/shaping/adaptive_rate.h"

namespace karkara {
namespace {

constexpr Duration kCapacityKept = std::chrono::minutes{1};
constexpr unsigned kFutileCuts = 2;
constexpr Duration kSlopeSpan = std::chrono::milliseconds{350};  // of answers apart from each other
constexpr double kMostCorrection = 2.5;
constexpr double kCautious = 0.9;  // two answers and their jitter

double seconds_of(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

// What the link carries is what came out of it while it had a queue. Traffic that recovers from losses sends less than
// that, so a little less than lately is no news; much less, with a long queue before it, is.
void AdaptiveRate::see_capacity(Instant now) {
  const bool through_us = settings_.upward && phase_ == Phase::Draining;  // what goes in is our rate
  if (late_ && load_.last().since >= late_->since && !through_us) {
    const double grows = std::clamp(seconds_of(grew_), -0.6, 2.0);
    carries_ = settings_.upward ? load_.last().carried * (1 / (1 + grows))
                                : std::max(load_.last().arrived, load_.last().carried);
    carries_at_ = now;
    carries_more_ = false;
    return;
  }
  BitsPerSecond carried = std::min(load_.last().carried, rate_);
  if (settings_.upward && grew_ > Duration{0}) {
    carried = carried * (1 / (1 + seconds_of(grew_)));  // the rest made the queue longer
  }
  const bool known = carries_.value() > 0 && now - carries_at_ < kCapacityKept;
  const bool shrank = link_limits() && carried < std::min(carries_ * 0.75, rate_ * 0.8) && added_ > 3 * limit();
  const bool overrated = futile_ >= kFutileCuts;
  if (!known || shrank || overrated) {
    carries_ = carried;
  } else {
    carries_ = std::max(carried, carries_ * 0.97);
  }
  carries_at_ = now;
  carries_more_ = false;
}

// What the link carries if the answers behind a try are right: what came out of it, or what went in less what stayed.
BitsPerSecond AdaptiveRate::overfilled(Instant now) const {
  BitsPerSecond carried = std::min(load_.settled(), rate_);
  if (settings_.upward) {
    const double since = std::max(seconds_of(now - changed_at_), 0.3);
    carried = carried * (1 / (1 + std::max(seconds_of(newest_ - last_->added), 0.0) / since));
  }
  return std::clamp(carried, last_->from * 0.85, rate_);
}

// While the link's queue drains, what leaves it is what it carries; the cut was made on a guess of a fifth of a second.
void AdaptiveRate::learn_while_draining() {
  if (phase_ != Phase::Draining || !late_ || shown_ == 0 || load_.empty()) {
    return;
  }
  if (!drain_first_) {
    drain_first_ = Answer{*sent_at_, newest_};
  }
  BitsPerSecond carried = load_.last().arrived;
  if (settings_.upward) {
    const Duration apart = *sent_at_ - drain_first_->sent;
    if (apart < kSlopeSpan || newest_ >= drain_first_->added) {
      return;
    }
    const double fell = seconds_of(drain_first_->added - newest_) / seconds_of(apart);
    carried = load_.newest().carried * (kCautious / std::max(1 - fell, 1 / kMostCorrection));
  } else if (*sent_at_ < load_.last().since) {
    return;
  }
  carries_ = std::max(carries_, std::min(carried, std::max(carries_, rate_) * kMostCorrection));
}

}  // namespace karkara
