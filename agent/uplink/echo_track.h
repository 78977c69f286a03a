// The echoes of one uplink that are under way, and what became of the last hundred: pure bookkeeping.
// Refuses to decide when to send or what an unanswered echo means: agent/uplink/health does.
#pragma once

#include <bitset>
#include <cstdint>
#include <deque>
#include <optional>

#include "agent/uplink/rtt.h"
#include "common/ids.h"
#include "common/time.h"

namespace karkara {

class EchoTrack {
 public:
  // anchor: any number that tells it from the others. regular: not one of a burst, which is asked because one was lost.
  void sent(std::uint64_t nonce, Instant now, std::size_t anchor = 0, bool regular = true);
  // The round trip, or nothing when the nonce is not ours or was answered before. A late answer still counts.
  std::optional<Duration> answered(std::uint64_t nonce, Instant now);
  // Of the echo that was answered or failed last: it had been counted as lost; it was a regular one.
  [[nodiscard]] bool late() const { return late_; }
  [[nodiscard]] bool regular() const { return regular_; }
  [[nodiscard]] unsigned expired_regular() const { return expired_regular_; }  // of what the last expire() counted
  // Echoes whose time-out passed since the last call; each is counted once. One that another anchor's answer overtook
  // tells of its anchor and not of the way there: it is left out.
  unsigned expire(Instant now);
  // Counts the echo as unanswered at once; false when the nonce is not ours or already settled.
  bool failed(std::uint64_t nonce);
  void forget_outstanding();
  void forget_path();  // another address or gateway: old round trips mean nothing

  // When the oldest echo left that was asked behind all that were answered; late ones count, lost ones in between do
  // not.
  [[nodiscard]] std::optional<Instant> waiting_since() const;
  [[nodiscard]] Instant next_deadline() const;  // when the next outstanding echo times out
  [[nodiscard]] const RttEstimator& rtt() const { return rtt_; }
  [[nodiscard]] std::optional<double> loss() const;  // of the last 100 settled echoes
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  struct Outstanding {
    std::uint64_t nonce;
    Instant at;
    Instant due;
    std::size_t anchor = 0;
    bool regular = true;
    bool overdue = false;
  };
  [[nodiscard]] bool was_overtaken(const Outstanding& echo) const;
  void settle(bool lost);

  std::deque<Outstanding> outstanding_;
  std::optional<Instant> answered_at_;  // when the newest echo left that was answered
  struct Heard {
    std::size_t anchor = 0;
    Instant at;  // when the answer came
  };
  std::optional<Heard> heard_;  // last
  RttEstimator rtt_;
  std::bitset<100> lost_;
  std::size_t settled_ = 0;
  std::uint64_t bytes_ = 0;
  bool late_ = false;
  bool regular_ = true;
  unsigned expired_regular_ = 0;
};

}  // namespace karkara
