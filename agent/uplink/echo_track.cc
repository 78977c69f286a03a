#include "agent/uplink/echo_track.h"

#include <algorithm>

namespace karkara {
namespace {

constexpr Duration kRemembered = std::chrono::seconds{30};  // an answer later than this is not believed
constexpr std::size_t kMostOutstanding = 64;
// With IPv4 and UDP headers (docs/echo-protocol.md).
constexpr std::uint64_t kRequestBytes = 28 + 22;
constexpr std::uint64_t kReplyBytes = 28 + 26;

}  // namespace

void EchoTrack::sent(std::uint64_t nonce, Instant now, std::size_t anchor, bool regular) {
  while (!outstanding_.empty() &&
         (now - outstanding_.front().at > kRemembered || outstanding_.size() >= kMostOutstanding)) {
    outstanding_.pop_front();
  }
  outstanding_.push_back({nonce, now, now + rtt_.time_out(), anchor, regular});
  bytes_ += kRequestBytes;
}

std::optional<Duration> EchoTrack::answered(std::uint64_t nonce, Instant now) {
  const auto echo =
      std::find_if(outstanding_.begin(), outstanding_.end(), [&](const Outstanding& o) { return o.nonce == nonce; });
  if (echo == outstanding_.end() || now - echo->at > kRemembered) {
    return std::nullopt;
  }
  const Duration round_trip = now - echo->at;
  rtt_.add(round_trip);
  late_ = echo->overdue;
  regular_ = echo->regular;
  if (!late_) {
    settle(false);
  }
  bytes_ += kReplyBytes;
  heard_ = Heard{echo->anchor, now};
  answered_at_ = std::max(answered_at_.value_or(echo->at), echo->at);
  outstanding_.erase(echo);
  return round_trip;
}

bool EchoTrack::was_overtaken(const Outstanding& echo) const {
  return heard_ && heard_->anchor != echo.anchor && heard_->at >= echo.at;
}

unsigned EchoTrack::expire(Instant now) {
  unsigned count = 0;
  expired_regular_ = 0;
  for (Outstanding& echo : outstanding_) {
    if (!echo.overdue && echo.due <= now) {
      echo.overdue = true;
      if (was_overtaken(echo)) {
        continue;
      }
      settle(true);
      ++count;
      expired_regular_ += echo.regular ? 1 : 0;
    }
  }
  return count;
}

bool EchoTrack::failed(std::uint64_t nonce) {
  const auto echo =
      std::find_if(outstanding_.begin(), outstanding_.end(), [&](const Outstanding& o) { return o.nonce == nonce; });
  if (echo == outstanding_.end() || echo->overdue) {
    return false;
  }
  // Not forgotten: an ICMP error can be forged or transient, and the answer may still come.
  echo->overdue = true;
  late_ = false;
  regular_ = echo->regular;
  settle(true);
  return true;
}

std::optional<Instant> EchoTrack::waiting_since() const {
  const auto first = std::find_if(outstanding_.begin(), outstanding_.end(),
                                  [&](const Outstanding& echo) { return !answered_at_ || echo.at > *answered_at_; });
  return first == outstanding_.end() ? std::nullopt : std::optional{first->at};
}

void EchoTrack::forget_outstanding() {
  outstanding_.clear();
}

void EchoTrack::forget_path() {
  outstanding_.clear();
  heard_.reset();
  rtt_.reset();
  lost_.reset();
  settled_ = 0;
}

Instant EchoTrack::next_deadline() const {
  Instant earliest = Instant::max();
  for (const Outstanding& echo : outstanding_) {
    if (!echo.overdue) {
      earliest = std::min(earliest, echo.due);
    }
  }
  return earliest;
}

std::optional<double> EchoTrack::loss() const {
  if (settled_ == 0) {
    return std::nullopt;
  }
  return static_cast<double>(lost_.count()) / static_cast<double>(std::min(settled_, lost_.size()));
}

void EchoTrack::settle(bool lost) {
  lost_ <<= 1U;
  lost_[0] = lost;
  ++settled_;
}

}  // namespace karkara
