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

  // What it tells is of about a second, however often it is fed.
  struct Second {
    Instant at;
    Instant since;
    BitsPerSecond carried{};
    BitsPerSecond arrived{};  // at our tree, where all drops are of full packets
    BitsPerSecond firm{};
    double load = 0;  // part of the rate that was in force
    std::uint64_t backlog = 0;
    std::uint64_t drops = 0;
  };
  // False, and nothing is kept, when it spans no time or so long that it tells nothing.
  bool add(const LoadSeen& seen, BitsPerSecond rate, std::uint32_t packet, Instant now);
  void forget_old(Instant now);
  void forget();

  [[nodiscard]] bool empty() const { return seconds_.empty(); }
  [[nodiscard]] const Second& last() const { return seconds_.back(); }  // not when empty
  [[nodiscard]] const Second& newest() const { return newest_; }        // of what was told last alone; not when empty
  // What was let through since it last changed by half or to the double, of a second at most.
  [[nodiscard]] BitsPerSecond settled() const;
  [[nodiscard]] double most_load() const;
  [[nodiscard]] BitsPerSecond most_carried() const;
  [[nodiscard]] BitsPerSecond most_firm() const;
  [[nodiscard]] std::uint64_t most_backlog() const;

 private:
  struct Told {
    LoadSeen seen{};
    double allowed = 0;  // bytes
    double arrived = 0;
  };
  [[nodiscard]] Second of_a_second(Instant now) const;

  std::deque<Told> told_;  // of a second
  std::deque<Second> seconds_;
  Second newest_{};
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
