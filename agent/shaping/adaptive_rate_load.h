// The last seconds of one direction of an uplink: what our tree let through and kept waiting, and how late answers
// were. Refuses to keep more than a few seconds. Used by AdaptiveRate.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "common/time.h"
#include "common/units.h"

namespace karkara {

// Of our tree in this direction, since the last time that it was told.
struct LoadSeen {
  std::uint64_t bytes = 0;
  std::uint64_t firm_bytes = 0;  // of them, of classes that stayed within what they are guaranteed
  std::uint64_t drops = 0;
  std::uint64_t backlog = 0;  // bytes waiting now
  Duration span = std::chrono::seconds{1};
};

class RecentLoad {
 public:
  static constexpr Duration kKept = std::chrono::milliseconds{3500};

  struct Second {
    Instant at;
    BitsPerSecond carried{};
    BitsPerSecond firm{};
    double load = 0;  // part of the rate that was in force
    std::uint64_t backlog = 0;
    std::uint64_t drops = 0;
  };
  // False, and nothing is kept, when it spans no time or so long that it tells nothing.
  bool add(const LoadSeen& seen, BitsPerSecond rate, Instant now);
  void forget_old(Instant now);
  void forget() { seconds_.clear(); }

  [[nodiscard]] bool empty() const { return seconds_.empty(); }
  [[nodiscard]] const Second& last() const { return seconds_.back(); }  // not when empty
  [[nodiscard]] double most_load() const;
  [[nodiscard]] BitsPerSecond most_carried() const;
  [[nodiscard]] BitsPerSecond most_firm() const;
  [[nodiscard]] std::uint64_t most_backlog() const;

 private:
  std::deque<Second> seconds_;
};

// Delay above the baseline of the answers of about a second: the middle one, of an even number the lower.
class RecentDelay {
 public:
  void add(Duration added, Instant now);
  void forget() { answers_.clear(); }
  [[nodiscard]] Duration middle() const;  // not when empty

 private:
  struct Answer {
    Instant at;
    Duration added{};
  };
  std::deque<Answer> answers_;
};

}  // namespace karkara
