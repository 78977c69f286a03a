// What a link's queue adds to the round trips of the village's own connections, pooled over all of them: each far
// end has a least of its own, of about a minute, and for its first seconds one that is new behind a queue is taken to
// be further by what the others have just told of it. Refuses to let one connection or one far end outweigh the others,
// and to tell from fewer than a few samples. Called by the shaping feature, one for each uplink.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "agent/facts/round_trips.h"
#include "agent/shaping/adaptive_rate.h"
#include "agent/shaping/adaptive_rate_baseline.h"

namespace karkara {

class FlowDelays {
 public:
  static constexpr std::uint64_t kPath = 0;  // the one path that all of them are for AdaptiveRate; no anchor's
  static constexpr std::size_t kMostFlows = 256;
  static constexpr unsigned kMostOfAFlow = 3;  // samples that count; more would let one connection decide
  static constexpr unsigned kMostOfARemote = 6;

  struct Pooled {
    Duration round_trip{};  // as if all of it were one connection's
    Instant asked;
    std::optional<Duration> back{};  // of it the way back, by a far clock that is any time off
    [[nodiscard]] DelaySeen in(bool upward) const;
  };
  // What the tap told of one window. Nothing: too little so far.
  std::optional<Pooled> see(std::span<const FlowRoundTrip> flows, Instant now);
  void forget();  // the link is another one

 private:
  struct Known {
    std::uint64_t key = 0;
    LeastOfAMinute least;
    std::optional<Duration> assumed{};  // without the queue that it begins behind: a guess, not kept for long
    bool doubtful = false;              // it may have begun behind a queue of which nothing is known
    Instant born;
    Instant seen;
    Duration above(Duration value, Instant now);
  };
  struct Told {
    Instant came;
    Instant asked;
    std::uint64_t remote = 0;
    unsigned samples = 0;
    Duration added{};
    std::optional<Duration> added_back{};
  };
  static Known& known(std::vector<Known>& all, std::uint64_t key, Instant now);
  std::optional<Duration> take_back(const FlowRoundTrip& told, Duration added, Instant now);
  [[nodiscard]] bool is_recent(Instant now) const;
  void take(const FlowRoundTrip& told, Instant now);
  void weigh();

  std::vector<Known> remotes_;  // round trips
  std::vector<Known> clocks_;   // ways back, of each connection: its clock is its own
  std::vector<Told> pending_;
  std::optional<Duration> base_;
  Duration added_{};  // as last pooled
  std::optional<Duration> added_back_;
  Instant pooled_at_;
};

}  // namespace karkara
