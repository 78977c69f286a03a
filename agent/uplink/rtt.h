// Round-trip time estimate and the time-out that follows from it (RFC 6298, with bounds of our own).
#pragma once

#include <optional>

#include "common/time.h"

namespace karkara {

class RttEstimator {
 public:
  void add(Duration round_trip);
  void reset() { *this = RttEstimator{}; }
  // The variation starts at half of the first round trip, and takes this many more to be the path's own.
  [[nodiscard]] bool settled() const { return samples_ >= kSettled; }
  [[nodiscard]] std::optional<Duration> smoothed() const { return smoothed_; }
  // When an echo counts as unanswered: SRTT + 4 RTTVAR within bounds; 2 s before the first answer, which a satellite
  // hop with a queue still meets. shortest: schedulers and radio grants stutter for 200 ms on good links; less where
  // other evidence of silence went before.
  [[nodiscard]] Duration time_out(Duration shortest = std::chrono::milliseconds{200}) const;

 private:
  std::optional<Duration> smoothed_;
  Duration variation_{0};
  unsigned samples_ = 0;
  static constexpr unsigned kSettled = 12;
};

}  // namespace karkara
