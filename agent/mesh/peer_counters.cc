#include "agent/mesh/peer_counters.h"

#include <algorithm>

namespace karkara {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kWindowAtMost = minutes{5};    // older evidence is of another weather
constexpr Duration kBelievedFor = minutes{10};    // traffic that went elsewhere proves nothing any more
constexpr Duration kConnectedSlack = seconds{3};  // it counts whole seconds, and the look takes its time
constexpr std::uint64_t kWrap = std::uint64_t{1} << 32U;
constexpr std::uint64_t kMostInALook = std::uint64_t{1} << 26U;  // packets; no radio of ours sends as many

// The kernel counts packets in 32 bits. Nothing: it ran backwards.
std::optional<std::uint64_t> growth(std::optional<std::uint64_t> from, std::optional<std::uint64_t> to) {
  if (!from || !to) {
    return std::nullopt;
  }
  if (*to >= *from) {
    return *to - *from;
  }
  const bool wrapped = *from < kWrap && kWrap - *from + *to < kMostInALook;
  return wrapped ? std::optional{kWrap - *from + *to} : std::nullopt;
}

bool ran_backwards(std::optional<std::uint64_t> from, std::optional<std::uint64_t> to) {
  return from && to && !growth(from, to);
}

}  // namespace

double FailedPart::ratio() const {
  // A frame may fail after the look that counted it as sent.
  return sent == 0 ? 0 : std::min(1.0, static_cast<double>(failed) / static_cast<double>(sent));
}

PeerCountersStep PeerCounters::step_to(const Counts& now) const {
  if (!last_ || !last_->sent || !now.sent) {
    return PeerCountersStep::First;
  }
  if (last_->connected && now.connected &&
      *now.connected + kConnectedSlack < *last_->connected + (now.at - last_->at)) {
    return PeerCountersStep::CameAnew;
  }
  if (ran_backwards(last_->sent, now.sent) || ran_backwards(last_->failed, now.failed) ||
      ran_backwards(last_->retries, now.retries)) {
    return PeerCountersStep::Reset;
  }
  return PeerCountersStep::Counted;
}

PeerCountersStep PeerCounters::take(const MeshPeerSeen& seen, bool heard, Instant now) {
  const Counts counts{now, seen.connected, seen.sent, seen.failed, seen.retries};
  const PeerCountersStep step = step_to(counts);
  failed_ratio_.reset();
  retry_ratio_.reset();
  if (step == PeerCountersStep::Counted) {
    measure(counts);
    judge(counts, heard);
  } else {
    window_ = counts;
    bad_in_a_row_ = 0;
    failing_ = failing_ && step != PeerCountersStep::CameAnew;
  }
  last_ = counts;
  if (failing_ && now - judged_at_ > kBelievedFor) {
    failing_ = false;
  }
  return step;
}

void PeerCounters::measure(const Counts& now) {
  const auto sent = growth(last_->sent, now.sent);
  if (!sent || *sent == 0) {
    return;
  }
  if (const auto failed = growth(last_->failed, now.failed)) {
    failed_ratio_ = FailedPart{*failed, *sent}.ratio();
  }
  if (const auto retries = growth(last_->retries, now.retries)) {
    retry_ratio_ = static_cast<double>(*retries) / static_cast<double>(*sent);  // several for a packet may be
  }
}

void PeerCounters::judge(const Counts& now, bool heard) {
  if (!window_ || !heard || now.at - window_->at > kWindowAtMost) {
    window_ = now;
    return;
  }
  const auto sent = growth(window_->sent, now.sent);
  const auto failed = growth(window_->failed, now.failed);
  if (!sent || !failed) {
    window_ = now;
    return;
  }
  if (*sent < kFewest) {
    return;
  }
  window_ = now;
  judged_ = FailedPart{*failed, *sent};
  judged_at_ = now.at;
  const double ratio = judged_->ratio();
  bad_in_a_row_ = ratio > kFailing ? bad_in_a_row_ + 1 : 0;
  failing_ = bad_in_a_row_ >= kInARow || (failing_ && ratio >= kWellAgain);
}

void PeerCounters::forget() {
  window_.reset();
  judged_.reset();
  bad_in_a_row_ = 0;
  failing_ = false;
}

}  // namespace karkara
