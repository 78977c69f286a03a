// The clock of a connection's far end, of which its timestamps are the ticks: what is sent later has a later one,
// however long both are under way. Refuses clocks that do not tick in milliseconds, which it finds out by watching one
// for a while: most do, and RFC 7323 leaves it open. Used by RoundTripMatch, one for each connection.
#pragma once

#include <cstdint>
#include <optional>

#include "common/time.h"

namespace karkara {

class FarClock {
 public:
  static constexpr Duration kKnownAfter = std::chrono::seconds{2};
  // What queues may add meanwhile; and part of the time, as two clocks never go alike.
  static constexpr Duration kAstray = std::chrono::seconds{1};
  static constexpr int kDrift = 200;

  // What it shows in a segment that came 'at': since whenever, and meaningless until it is_known.
  Duration show(std::uint32_t value, Instant at);
  [[nodiscard]] bool is_known() const;
  [[nodiscard]] Instant seen() const { return seen_; }

 private:
  std::optional<Instant> first_at_;
  Duration first_{};
  std::uint32_t value_ = 0;
  Duration shown_{};  // does not begin again at 2^32
  Instant seen_;
};

}  // namespace karkara
