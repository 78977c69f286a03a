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
  Duration own_queue{};  // of it, what was spent in our own tree
  bool passive = false;  // of traffic that flows anyway: no echoes are wished for while such come
};
// What is known of the link from itself: MODCOD, CQI.
struct RateHint {
  BitsPerSecond rate{};
  bool sure = false;  // the link carries no more; else only a direction in which to try
};

enum class RateReason : std::uint8_t {
  Start,       // base, or what was remembered
  Limits,      // the configuration changed
  Attached,    // the link is new: what was good on it before
  Hint,        // the link said what it carries
  Tried,       // traffic waits and the link has no queue
  TryFailed,   // the link's queue began to grow behind a try
  LinkQueue,   // answers are late under load: down to below what the link carries
  SmallerYet,  // and the link carries less than that
  Drained,     // the link's queue is gone: up to just below what it carried
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
};

class AdaptiveRate {
 public:
  // remembered: what was last good on this link; none: base.
  AdaptiveRate(const AdaptiveRateSettings& settings, std::optional<BitsPerSecond> remembered, Instant now);

  std::optional<RateChange> configure(const AdaptiveRateSettings& settings, Instant now);
  std::optional<RateChange> attached(std::optional<BitsPerSecond> remembered, Instant now);
  std::optional<RateChange> on(const RateHint& hint, Instant now);
  void on(const LoadSeen& load, Instant now);  // each second, of both directions; then
  std::optional<RateChange> decide(const OtherDirection& other, Instant now);
  std::optional<RateChange> on(const DelaySeen& delay, Instant now);
  void echo_lost(Instant now);
  void tick(Instant now);
  [[nodiscard]] Instant next_deadline() const;

  [[nodiscard]] BitsPerSecond rate() const { return rate_; }
  // For the decision of the other direction.
  [[nodiscard]] OtherDirection as_other(Instant now) const;
  // How often an echo would be of use; none: not at all.
  [[nodiscard]] std::optional<Duration> echo_wish(Instant now) const;
  // The rate of late that a loaded link carried without a queue; what to remember.
  [[nodiscard]] std::optional<BitsPerSecond> good() const { return good_; }
  [[nodiscard]] std::optional<RateChange> last_change() const { return last_; }
  [[nodiscard]] Duration added() const { return added_; }
  [[nodiscard]] Duration limit() const;  // from where on an answer is late

 private:
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
  struct Known {
    BitsPerSecond rate{};
    Instant at;
  };
  void note(Duration added, Instant now);
  [[nodiscard]] std::uint64_t few() const {
    return 2 * std::uint64_t{settings_.packet};
  }  // bytes that are no queue yet
  [[nodiscard]] bool fresh(Instant now) const;
  [[nodiscard]] bool is_believed(Instant now) const;
  [[nodiscard]] bool is_saturated() const;
  [[nodiscard]] bool link_limits() const;
  [[nodiscard]] bool we_limit() const;
  [[nodiscard]] bool just_tried(Instant now) const;
  [[nodiscard]] double next_step() const;
  void see_capacity(Instant now);
  [[nodiscard]] bool is_others(Instant now) const;
  [[nodiscard]] Duration pause_after_failure();
  void remember(Instant now);
  std::optional<RateChange> retreat(Instant now);
  std::optional<RateChange> drain(Instant now);
  std::optional<RateChange> end_blind_drain(Instant now);
  std::optional<RateChange> judge(Instant now);
  std::optional<RateChange> cut(RateReason reason, Instant now);
  std::optional<RateChange> try_more(Instant now);
  std::optional<RateChange> change(BitsPerSecond to, RateReason reason, Instant now);

  AdaptiveRateSettings settings_;
  BitsPerSecond rate_;
  DelayBaseline baseline_;
  RecentLoad load_;
  RecentDelay recent_;
  Duration added_{};   // of the last answers
  Duration newest_{};  // of the last one alone
  Duration grew_{};    // since the second before
  Duration added_before_{};
  std::optional<Instant> answered_at_;
  std::optional<Instant> sent_at_;  // of the last answer's question
  std::optional<Instant> passive_at_;
  std::optional<Late> late_;
  Phase phase_ = Phase::Free;
  bool decided_ = true;  // about the last load
  OtherDirection other_;
  BitsPerSecond carries_{};  // what the link carried when its queue was seen; 0: it never was
  Instant carries_at_;
  bool carries_more_ = false;  // it let through more since
  Duration drained_from_{};    // delay at the last judgement of a drain
  Duration drain_began_{};     // delay at its cut
  unsigned futile_ = 0;        // cuts without an effect
  Instant wait_until_;         // the last change has not shown yet
  Instant changed_at_;
  bool alone_ = false;          // the last try failed beside one of the other direction: whose fault is not known
  unsigned failures_ = 0;       // of tries, one behind the other
  unsigned tries_ = 0;          // that went well, one behind the other
  std::optional<Known> known_;  // carried before, or hinted: up to near it tries are bold
  std::optional<BitsPerSecond> good_;
  std::optional<RateChange> last_;
};

}  // namespace karkara
