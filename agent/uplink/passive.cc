#include "agent/uplink/passive.h"

#include <algorithm>

namespace karkara {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
// Fewer could be one packet that the network lost.
constexpr std::uint64_t kEnough = 3;
// After silence the first packet counts: whoever sends it waits.
constexpr std::uint64_t kEnoughAfterIdle = 1;
constexpr Duration kIdle = seconds{5};
constexpr Duration kBusy = seconds{2};
// So many packets of a flow that was answered a moment before, and not one answer: whatever the echoes' round trips
// were, a queue that fills goes on letting some through.
constexpr std::uint64_t kPlenty = 30;
constexpr Duration kPatienceWithPlenty = std::chrono::milliseconds{1500};
// A flow that nobody ever answers costs a burst each time; it must not cost a bundle.
constexpr Duration kFirstPause = seconds{2};
constexpr Duration kLongestPause = minutes{15};

}  // namespace

void PassiveEvidence::see(Count count, Instant now) {
  const bool restarted =
      !last_ || count.sent < last_->sent || count.answered < last_->answered || count.named < last_->named;
  const std::uint64_t sent = restarted ? 0 : count.sent - last_->sent;
  const std::uint64_t answered = restarted ? 0 : count.answered - last_->answered;
  const std::uint64_t named = restarted ? 0 : count.named - last_->named;
  const bool idle = !last_sent_ || now - *last_sent_ >= kIdle;
  if (answered > 0) {
    last_answer_ = now;
    unanswered_ = 0;
    next_pause_ = Duration::zero();
    not_before_ = Instant{};
  } else if (sent > 0) {
    if (unanswered_ == 0) {
      // In a steady flow the packets before the last answer are unanswered as well, so that its age is the silence's.
      steady_ = last_seen_ && last_answer_ == last_seen_ && last_sent_ == last_seen_;
      unanswered_since_ = steady_ ? *last_seen_ : now;
      needed_ = idle ? kEnoughAfterIdle : kEnough;
    }
    unanswered_ += sent;
  }
  unanswered_ -= std::min(unanswered_, named);
  if (sent > 0) {
    last_sent_ = now;
  }
  last_ = count;
  last_seen_ = now;
}

void PassiveEvidence::forget() {
  *this = PassiveEvidence{};
}

std::optional<Instant> PassiveEvidence::suspicious_at(Duration patience) const {
  if (unanswered_ == 0 || unanswered_ < needed_) {
    return std::nullopt;
  }
  const bool plenty = steady_ && unanswered_ >= kPlenty;
  return std::max(unanswered_since_ + (plenty ? std::min(patience, kPatienceWithPlenty) : patience), not_before_);
}

void PassiveEvidence::was_wrong(Instant now) {
  next_pause_ = std::clamp<Duration>(next_pause_ * 2, kFirstPause, kLongestPause);
  not_before_ = now + next_pause_;
}

std::string PassiveEvidence::unanswered_packets() const {
  return std::to_string(unanswered_) + (unanswered_ == 1 ? " packet of traffic" : " packets of traffic");
}

bool PassiveEvidence::busy(Instant now) const {
  return last_sent_ && now - *last_sent_ < kBusy;
}

}  // namespace karkara
