// What a round trip takes without our own traffic in the way, for each path that answers: the least of about a minute.
// It falls with the first shorter answer and rises only when a minute knows none, as after a change of route. Refuses
// to rise on few answers, so that one late answer on an idle link is no new baseline. Called by AdaptiveRate.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/time.h"

namespace karkara {

// The least of about a minute; it rises only when a minute knows none.
class LeastOfAMinute {
 public:
  [[nodiscard]] bool empty() const { return spans_.empty(); }
  [[nodiscard]] Duration least() const;         // not when empty
  Duration above(Duration value, Instant now);  // learns it; never negative
  void lift(Duration by, Duration most);

 private:
  struct Span {
    Instant began;
    Duration least{};
    unsigned answers = 0;
  };
  std::vector<Span> spans_;  // oldest first
};

class DelayBaseline {
 public:
  static constexpr std::size_t kMostPaths = 8;
  static constexpr Duration kLongest = std::chrono::seconds{60};  // no round trip is believed beyond it

  // Learns, and returns what this answer took above the least of its path; never negative.
  Duration added(std::uint64_t path, Duration round_trip, Instant now);
  // While little traffic is ours: what answers take above the least by the path's own doing.
  void learn_quiet(Duration added);
  // Found to be the path's own, whatever caused it: every path's least is so much more from now on.
  void lift(Duration by);
  void forget() { paths_.clear(); }
  void forget(std::uint64_t path);

  // Of the path that answered last.
  [[nodiscard]] std::optional<Duration> least() const;
  [[nodiscard]] std::optional<Duration> least(std::uint64_t path) const;
  [[nodiscard]] Duration jitter() const { return jitter_; }

 private:
  struct Path {
    std::uint64_t key = 0;
    LeastOfAMinute least;
  };
  Path& path(std::uint64_t key);

  std::vector<Path> paths_;  // the one that answered last in front
  int quiet_ = 3;            // answers that made it, three of them assumed
  Duration jitter_ = std::chrono::milliseconds{10};
};

// The same for one way of it, told by a far clock that nobody set by ours: only differences count. A clock that is new,
// or may have been set, counts from the first answer without a queue on; one that runs off makes a way look longer at
// worst, which is why the round trip has the last word.
class OneWayBaseline {
 public:
  // transit: by the two clocks, of any size and sign; of_round_trip: what that took above its least. None: the clock
  // does not tell the ways apart yet.
  std::optional<Duration> added(std::uint64_t path, Duration transit, Duration round_trip, Duration of_round_trip,
                                Instant now);
  void lift(Duration by) { least_.lift(by); }
  void forget();

 private:
  struct Clock {
    std::uint64_t key = 0;
    Duration zero{};
    bool counts = false;
    Duration transit{};  // of the last answer
    Duration round_trip{};
    Instant at{};
  };
  Clock& clock(std::uint64_t path);
  static void see_whether_set(Clock& clock, Duration transit, Duration round_trip, Instant now);

  std::vector<Clock> clocks_;
  DelayBaseline least_;
};

}  // namespace karkara
