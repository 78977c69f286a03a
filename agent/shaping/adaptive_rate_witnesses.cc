// Whom a rate believes and whom it asks: the village's own connections tell for nothing, anchors cost bytes and cannot
// be fooled.
#include <algorithm>

#include "agent/shaping/adaptive_rate.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kPassiveFresh = seconds{2};
constexpr Duration kTryShows = milliseconds{1500};  // what it did to the link is seen by then
constexpr Duration kLongestDisproved = std::chrono::minutes{16};
constexpr Duration kForgiven = std::chrono::minutes{10};
constexpr Duration kShortPath = milliseconds{200};     // on others the budget is a satellite's
constexpr Duration kEchoesGoOn = seconds{12};          // a satellite's keepalive and its answer
constexpr Duration kTellsWithin = milliseconds{1800};  // ring, window and the middle of several

}  // namespace

// As long as there are echoes to hear instead: on a SIM whose budget is spent there are none.
bool AdaptiveRate::is_disproved(Instant now) const {
  return now < disproved_until_ && echoed_at_ && now - *echoed_at_ <= kEchoesGoOn;
}

// Connections may wait in a queue of their own, be answered ahead of the link by a satellite terminal that speeds them
// up, or have a far end that lies. What a call would feel is what an echo feels: two of them, further apart than
// connections take to tell, that say otherwise all the while.
void AdaptiveRate::compare(Duration added, Instant now) {
  const bool they_tell = passive_at_ && now - *passive_at_ <= kPassiveFresh;
  const bool late = added > 2 * limit();
  const bool in_time = added <= limit();
  const bool otherwise = late_ ? in_time && *sent_at_ > late_->since : late;
  if (!they_tell || !otherwise) {
    contradictions_ = 0;
    if (they_tell && now - disproved_until_ > kForgiven) {
      disproved_for_ = kFirstDisproved;
    }
    return;
  }
  if (contradictions_ == 0 || contradicted_by_late_ != late) {
    contradictions_ = 0;
    contradicted_by_late_ = late;
    contradicted_at_ = now;
  }
  ++contradictions_;
  if (contradictions_ >= 2 && now - contradicted_at_ >= kTellsWithin) {
    disproved_until_ = now + disproved_for_;
    disproved_for_ = std::min(disproved_for_ * 2, kLongestDisproved);
    contradictions_ = 0;
    passive_at_.reset();
    late_.reset();
    recent_.forget();
  }
}

std::optional<Duration> AdaptiveRate::echo_wish(Instant now) const {
  const bool passive = passive_at_ && now - *passive_at_ <= kPassiveFresh;
  const bool in_use = !load_.empty() && now - load_.last().at <= RecentLoad::kKept && load_.most_load() >= kInUse;
  if (!in_use || settings_.limits.floor == settings_.limits.ceiling) {
    return std::nullopt;
  }
  if (passive && !is_suspect()) {
    // Now and then somebody who cannot be fooled is to say so too.
    const Duration each = seconds{settings_.metered ? 3 : 1};
    return late_ || phase_ == Phase::Draining ? std::optional{each} : std::nullopt;
  }
  if (settings_.metered) {
    const bool counts = is_suspect() || (last_ && now - changed_at_ < kTryShows);
    return milliseconds{counts ? 200 : 1000};
  }
  if (!fresh(now) && !waiting_since_ && baseline_.least().value_or(Duration{0}) < kShortPath) {
    return milliseconds{400};  // a load begins: where senders begin, so do queues
  }
  // Quick where each tenth of a second counts; else the budget has to last for as long as the load does.
  const bool acted = last_ && (last_->reason == RateReason::Tried || last_->reason == RateReason::Collapsed);
  if (is_suspect() || (acted && now - changed_at_ < seconds{1})) {
    return milliseconds{200};
  }
  return milliseconds{late_ || phase_ == Phase::Draining ? 400 : 1200};
}

}  // namespace karkara
