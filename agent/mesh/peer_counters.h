// What a peer's packet counters say from look to look: the part that failed, and whether that is too much for long.
// Refuses evidence across a beginning: counters that ran backwards, a link that was made anew, a driver that was reset.
// Used by PeerWatch.
#pragma once

#include <cstdint>
#include <optional>

#include "agent/facts/mesh.h"
#include "common/time.h"

namespace karkara {

// How the counters stand to those of the look before.
enum class PeerCountersStep : std::uint8_t {
  First,     // there were none before, or are none now
  Counted,   // they went on
  CameAnew,  // the peer's link was made anew meanwhile
  Reset,     // they ran backwards though the link went on: its driver was reset
};

struct FailedPart {
  std::uint64_t failed = 0;
  std::uint64_t sent = 0;
  [[nodiscard]] double ratio() const;
};

class PeerCounters {
 public:
  // Failing: above this part, of at least so many packets, in so many windows in a row.
  static constexpr double kFailing = 0.5;
  static constexpr double kWellAgain = 0.25;
  static constexpr std::uint64_t kFewest = 20;
  static constexpr unsigned kInARow = 2;

  // heard: the peer was heard just now, so that what fails is not merely sent to a mast that is off.
  PeerCountersStep take(const MeshPeerSeen& seen, bool heard, Instant now);
  void forget();  // the peer is gone or silent: what failed says nothing more

  [[nodiscard]] bool is_failing() const { return failing_; }
  [[nodiscard]] const std::optional<FailedPart>& judged() const { return judged_; }  // the last window with enough
  // Of the packets sent since the look before; nothing was sent, or the driver does not tell: nothing.
  [[nodiscard]] std::optional<double> failed_ratio() const { return failed_ratio_; }
  [[nodiscard]] std::optional<double> retry_ratio() const { return retry_ratio_; }

 private:
  struct Counts {
    Instant at;
    std::optional<Duration> connected;
    std::optional<std::uint64_t> sent;
    std::optional<std::uint64_t> failed;
    std::optional<std::uint64_t> retries;
  };
  [[nodiscard]] PeerCountersStep step_to(const Counts& now) const;
  void measure(const Counts& now);
  void judge(const Counts& now, bool heard);

  std::optional<Counts> last_;
  std::optional<Counts> window_;  // where the evidence in hand begins
  std::optional<FailedPart> judged_;
  Instant judged_at_;
  std::optional<double> failed_ratio_;
  std::optional<double> retry_ratio_;
  unsigned bad_in_a_row_ = 0;
  bool failing_ = false;
};

}  // namespace karkara
