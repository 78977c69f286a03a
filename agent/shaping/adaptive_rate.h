// How fast one direction of one uplink may be filled so that the queue stays in our tree and not in the modem: down
// within a second or two of a queue in the link, up only by trying while traffic waits and answers come in time.
// Refuses to take delay for its own doing on an idle link, to act on silence, and to send anything; it may wish for
// echoes. Called by the shaping feature, one for each uplink and direction; docs/shaping.md tells its rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "agent/shaping/adaptive_rate_baseline.h"
#include "agent/shaping/adaptive_rate_load.h"
#include "agent/shaping/settings.h"
#include "common/time.h"
#include "common/units.h"

namespace karkara {

struct AdaptiveRateSettings {
  RateLimits limits{};
  bool metered = false;
  bool upward = false;          // what our tree lets through goes into the link's queue; else it comes out of it
  std::uint32_t packet = 1540;  // bytes of a full packet on this link
  friend bool operator==(const AdaptiveRateSettings&, const AdaptiveRateSettings&) = default;
};

// An answer over this uplink: an echo, which leaves ahead of all queues of ours, or the round trip of a TCP connection.
struct DelaySeen {
  std::uint64_t path = 0;  // which anchor or connection: each has a baseline of its own
  Duration round_trip{};
  Duration own_queue{};            // of it, what was spent in our own tree
  bool passive = false;            // of traffic that flows anyway: no echoes are wished for while such come
  std::optional<Instant> asked{};  // when its question left; none: one round trip ago
  // In this direction alone, by a far clock that is any time off; none: what the other one adds cannot be told apart.
  std::optional<Duration> one_way{};
};

enum class RateReason : std::uint8_t {
  Start,       // base, or what was remembered
  Limits,      // the configuration changed
  Attached,    // the link is new: what was good on it before
  Tried,       // traffic waits and the link has no queue
  TryFailed,   // the link's queue began to grow behind a try
  Collapsed,   // much less came through at once, and the link answers no more or late: down to what comes through
  LinkQueue,   // answers are late under load: down to below what the link carries
  SmallerYet,  // and the link carries less than that
  Drained,     // the link's queue is gone: up to just below what it carried
  Modcod,      // its modulation and coding changed: what was good, times what a symbol carries now
};
[[nodiscard]] std::string_view to_string(RateReason reason);  // "link-queue"

struct RateChange {
  BitsPerSecond from{};
  BitsPerSecond to{};
  RateReason reason = RateReason::Start;
  Duration added{};         // delay above the baseline
  Duration baseline{};      // 0: not known
  BitsPerSecond carried{};  // let through in the last second
  double load = 0;          // of it, the part of 'from'
};

// A round trip goes both ways, and what one direction does is seen by both.
struct OtherDirection {
  bool held = false;     // traffic waits in our tree, so the link gets our rate and no more
  bool tries = false;    // it went up, and the outcome is not known yet
  bool careful = false;  // by little, to where it failed before
  bool grew = false;     // it just found that it carries more than before: a radio is often better both ways
};

class AdaptiveRate {
 public:
  // remembered: what was last good on this link; none: base.
  AdaptiveRate(const AdaptiveRateSettings& settings, std::optional<BitsPerSecond> remembered, Instant now);

  std::optional<RateChange> configure(const AdaptiveRateSettings& settings, Instant now);
  std::optional<RateChange> attached(std::optional<BitsPerSecond> remembered, Instant now);
  // The link tells that it carries about so much from now on.
  std::optional<RateChange> seeded(BitsPerSecond expected, Instant now);
  void on(const LoadSeen& load, Instant now);  // as often as count_wish says, of both directions; then
  std::optional<RateChange> decide(const OtherDirection& other, Instant now);
  std::optional<RateChange> on(const DelaySeen& delay, Instant now);
  void echo_lost(Instant now);
  // When the oldest echo left that may still be answered; none: all were.
  void waiting(std::optional<Instant> since) { waiting_since_ = since; }
  void tick(Instant now);
  [[nodiscard]] Instant next_deadline() const;

  [[nodiscard]] BitsPerSecond rate() const { return rate_; }
  [[nodiscard]] bool at_floor() const { return rate_ <= settings_.limits.floor; }
  // For the decision of the other direction.
  [[nodiscard]] OtherDirection as_other(Instant now) const;
  // How often an echo would be of use; none: not at all.
  [[nodiscard]] std::optional<Duration> echo_wish(Instant now) const;
  // How often counters should be told: they cost no bytes, but a little work.
  [[nodiscard]] Duration count_wish(Instant now) const;
  // The rate of late that a loaded link carried without a queue; what to remember.
  [[nodiscard]] std::optional<BitsPerSecond> good() const { return good_; }
  [[nodiscard]] std::optional<RateChange> last_change() const { return last_; }
  [[nodiscard]] Duration added() const { return added_; }
  [[nodiscard]] Duration limit() const;                             // from where on an answer is late
  [[nodiscard]] bool is_late() const { return late_.has_value(); }  // all of the last answers

 private:
  static constexpr double kInUse = 0.3;  // of the rate; below, delay is not our doing
  enum class Phase : std::uint8_t { Free, Draining };
  // Late answers without one in time between them.
  struct Late {
    Instant since;
    unsigned answers = 0;
    Duration least{};
    bool loaded = false;     // the link was in use when they began, or is
    bool saturated = false;  // by as much as fits
    BitsPerSecond carried_before{};
  };
  struct Answer {
    Instant sent;
    Duration added{};
  };
  struct Known {
    BitsPerSecond rate{};
    Instant at;
  };
  struct Silence {
    BitsPerSecond before{};  // the rate
    bool away = false;       // next to nothing came through: the cut was as deep as cuts may be
    bool queue = false;      // an answer came late behind it
  };
  void note(Duration added, Instant now);
  void compare(Duration added, Instant now);
  [[nodiscard]] bool is_disproved(Instant now) const;
  [[nodiscard]] std::uint64_t few() const {
    return 2 * std::uint64_t{settings_.packet};
  }  // bytes that are no queue yet
  [[nodiscard]] bool fresh(Instant now) const;
  [[nodiscard]] bool is_believed(Instant now) const;
  [[nodiscard]] bool is_saturated() const;
  [[nodiscard]] bool link_limits() const;
  [[nodiscard]] bool we_limit() const;
  [[nodiscard]] bool just_tried(Instant now) const;
  [[nodiscard]] bool is_suspect() const;
  [[nodiscard]] bool has_emptied() const;
  [[nodiscard]] Duration overdue(Instant now) const;
  [[nodiscard]] double next_step(Instant now) const;
  [[nodiscard]] double careful_excess(Instant now) const;
  [[nodiscard]] bool is_careful() const;
  [[nodiscard]] Duration risen() const;
  [[nodiscard]] BitsPerSecond overfilled(Instant now) const;
  void learn_while_draining();
  void see_capacity(Instant now);
  [[nodiscard]] bool is_others(Instant now) const;
  [[nodiscard]] Duration pause_after_failure();
  void remember(Instant now);
  std::optional<RateChange> retreat(Instant now);
  std::optional<RateChange> collapse(Instant now);
  std::optional<RateChange> restore(Instant now);
  void acquit(Instant now);
  [[nodiscard]] std::optional<BitsPerSecond> after_outage() const;
  std::optional<RateChange> drain(Instant now);
  std::optional<RateChange> end_blind_drain(Instant now);
  std::optional<RateChange> judge(Instant now);
  std::optional<RateChange> cut(RateReason reason, Instant now);
  std::optional<RateChange> begin_drain(BitsPerSecond to, double drain, RateReason reason, Instant now);
  std::optional<RateChange> try_more(Instant now);
  std::optional<RateChange> take_back(Instant now);
  std::optional<RateChange> change(BitsPerSecond to, RateReason reason, Instant now);

  AdaptiveRateSettings settings_;
  BitsPerSecond rate_;
  DelayBaseline baseline_;
  OneWayBaseline one_way_;
  bool directed_ = false;  // what answers tell is of this direction alone
  RecentLoad load_;
  RecentDelay recent_;
  Duration added_{};   // of the last answers
  Duration newest_{};  // of the last one alone
  Duration grew_{};    // since about a second before
  Duration added_before_{};
  Instant grew_at_;
  std::optional<Instant> answered_at_;
  std::optional<Instant> sent_at_;  // of the last answer's question
  std::optional<Instant> waiting_since_;
  unsigned shown_ = 0;    // answers to what was asked after the last change
  unsigned telling_ = 0;  // of them, late enough for a queue to have grown
  Duration usual_{};      // what answers take while traffic flows at a rate that is not tried
  std::optional<Instant> passive_at_;
  std::optional<std::uint64_t> asked_path_;  // of the last echo
  std::optional<Instant> echoed_at_;
  // Echoes in a row that say otherwise than connections, and the first of them.
  unsigned contradictions_ = 0;
  bool contradicted_by_late_ = false;  // and connections are in time
  Instant contradicted_at_;
  static constexpr Duration kFirstDisproved = std::chrono::seconds{30};
  Instant disproved_until_;                   // what connections tell does not count
  Duration disproved_for_ = kFirstDisproved;  // the next time
  std::optional<Late> late_;
  Phase phase_ = Phase::Free;
  bool decided_ = true;                     // about the last load
  std::optional<Silence> silence_;          // while only it speaks for the last cut
  std::optional<BitsPerSecond> restoring_;  // to it: the silence was no queue's
  Instant acquitted_until_;  // sent by then and answered in time: there was no queue that could drain so fast
  Instant silence_counts_at_;
  unsigned suspicions_ = 0;           // loads one behind the other that look like a collapse
  std::optional<Instant> proven_at_;  // that the link carries more than was thought
  OtherDirection other_;
  BitsPerSecond carries_{};  // what the link carried when its queue was seen; 0: it never was
  Instant carries_at_;
  bool carries_more_ = false;          // it let through more since
  std::optional<Answer> drain_first_;  // late, to what was asked after the cut
  Duration drained_from_{};            // delay at the last judgement of a drain
  Duration drain_began_{};             // delay at its cut
  unsigned futile_ = 0;                // cuts without an effect
  Instant wait_until_;                 // the last change has not shown yet
  Instant changed_at_;
  bool alone_ = false;          // the last try failed beside one of the other direction: whose fault is not known
  unsigned failures_ = 0;       // of tries, one behind the other
  unsigned tries_ = 0;          // that went well, one behind the other
  std::optional<Known> known_;  // carried before: up to near it tries are bold
  std::optional<BitsPerSecond> good_;
  std::optional<RateChange> last_;
};

}  // namespace karkara
