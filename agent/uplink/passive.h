// Free evidence: whether what the uplink's flows send is answered, from two counters that are read a few times a
// second. Raises a suspicion, which echoes then check; refuses to call an uplink dead by itself, since a flow may be
// one-way.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/time.h"

namespace karkara {

class PassiveEvidence {
 public:
  // Packets that flows sent over the uplink, and answers to them; counted from any start, which may change. named:
  // answers of near resolvers, which prove nothing of the way out and settle one packet each.
  struct Count {
    std::uint64_t sent = 0;
    std::uint64_t answered = 0;
    std::uint64_t named = 0;
  };
  void see(Count count, Instant now);
  void forget();  // another path, or the counts of another table

  // When packets will have been unanswered for this long, unless an answer comes: the time to look and to suspect.
  // Nothing while there are none, or while an earlier suspicion that proved wrong still holds the next one back. Many
  // at once in a flow that was answered until then are not waited for as long.
  [[nodiscard]] std::optional<Instant> suspicious_at(Duration patience) const;
  // The echoes answered though the flows are not: the next suspicion of these flows waits, ever longer.
  void was_wrong(Instant now);
  [[nodiscard]] bool still_wrong() const { return next_pause_ > Duration::zero(); }  // nothing was answered since

  [[nodiscard]] std::uint64_t unanswered() const { return unanswered_; }
  [[nodiscard]] std::string unanswered_packets() const;  // "3 packets of traffic"
  [[nodiscard]] Instant unanswered_since() const { return unanswered_since_; }
  [[nodiscard]] bool answered_since(Instant time) const { return last_answer_ && *last_answer_ > time; }
  [[nodiscard]] bool answered_within(Duration time, Instant now) const {
    return last_answer_ && now - *last_answer_ < time;
  }
  [[nodiscard]] bool busy(Instant now) const;  // flows were active a moment ago

 private:
  std::optional<Count> last_;
  std::optional<Instant> last_seen_;
  std::optional<Instant> last_sent_;
  std::optional<Instant> last_answer_;
  std::uint64_t unanswered_ = 0;
  std::uint64_t needed_ = 0;
  Instant unanswered_since_{};
  bool steady_ = false;  // was answered until then
  Instant not_before_ = Instant{};
  Duration next_pause_{};
};

}  // namespace karkara
