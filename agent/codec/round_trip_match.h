// Which incoming segment answers which outgoing one, of all TCP connections of one link: a timestamp that comes back
// was under way from our side of the link and back. Refuses to remember more than a fixed number, to believe a clock
// that jumped, and to tell of few answers in all: those tell how long somebody thought. Fed by
// agent/io's RoundTripTap, one for each link.
//
// All segments of one tick of the sender's clock carry one timestamp, and its echo answers the first of them. When that
// one was not seen, a later one would be taken for it, and the round trip would come out too short by up to a tick.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "agent/codec/far_clock.h"
#include "agent/codec/sip_hash.h"
#include "agent/codec/tcp_stamp.h"
#include "agent/facts/round_trips.h"
#include "common/time.h"

namespace karkara {

// When the kernel noted a packet: time since 1970, and like all wall clocks it may be set.
using StampedAt = Duration;

class RoundTripMatch {
 public:
  static constexpr std::size_t kMostQuestions = 4096;
  static constexpr std::size_t kMostFlows = 256;  // within a window; more are left out
  static constexpr unsigned kLeastSamples = 3;    // of all connections together
  static constexpr Duration kWindow = std::chrono::milliseconds{200};
  static constexpr Duration kSlowest = 3 * kWindow;  // in which a slow connection may gather its samples
  static constexpr Duration kLongest = std::chrono::seconds{10};
  static constexpr Duration kClockSlack = std::chrono::milliseconds{2};
  static constexpr Duration kClockSettles = std::chrono::seconds{1};
  static constexpr Duration kLongestTick = std::chrono::seconds{1};  // RFC 7323, section 5.4

  // seed: a secret, the same for all links, so that a far end has the same number on each.
  explicit RoundTripMatch(const SipKey& seed);

  // Before packets that were noted until now. 'wall': what the clock that stamps them shows at 'now'.
  void look(Instant now, StampedAt wall);
  void on(const TcpStamp& stamp, bool outgoing, StampedAt at);
  // Segments before the next one may not have been seen: each connection's tick that goes on then asks nothing.
  void missed();
  // What is to be told now, sorted by flow; after it, next_deadline() > now.
  std::vector<FlowRoundTrip> take(Instant now);
  [[nodiscard]] Instant next_deadline() const { return window_ends_; }

 private:
  struct Question {
    std::uint64_t key = 0;  // 0: none
    StampedAt asked{};
    bool with_data = false;
    bool answered = false;  // kept, as what is sent late with the same timestamp must not ask again
  };
  struct Gathered {
    std::uint64_t remote = 0;
    Duration least = Duration::max();
    unsigned samples = 0;
    Instant since;
    Instant came{};  // the least, and when it was sent
    Duration far_time{};
  };
  [[nodiscard]] std::span<Question> places_of(std::uint64_t key);
  [[nodiscard]] std::uint64_t key_of(std::uint64_t flow, std::uint32_t value) const;
  [[nodiscard]] bool may_have_begun_unseen(std::uint64_t flow, std::uint32_t value, StampedAt at);
  void ask(const Question& question);
  std::optional<Duration> answer(std::uint64_t key, bool with_data, StampedAt at);
  void gather(std::uint64_t flow, const TcpStamp& answer, Duration round_trip, Instant at);
  FarClock& clock_of(std::uint64_t flow);
  void forget();

  SipKey seed_;
  std::vector<Question> questions_;
  std::map<std::uint64_t, Gathered> flows_;
  std::map<std::uint64_t, FarClock> clocks_;
  bool missed_ = false;                              // and the next segment is the first that was seen again
  std::optional<StampedAt> whole_from_;              // from when on every tick began behind what was missed
  std::map<std::uint64_t, std::uint32_t> going_on_;  // until then: by connection, the first that was seen
  Instant now_;
  Instant window_ends_ = Instant::max();
  StampedAt wall_{};
  std::optional<Duration> wall_ahead_;  // of 'now'
  StampedAt believed_from_{};
};

}  // namespace karkara
