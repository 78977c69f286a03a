// Round-trip time estimate and the time-out that follows from it (RFC 6298, with bounds of our own).
#pragma once

#include <optional>

#include "common/time.h"

namespace karkara {

class RttEstimator {
 public:
  void add(Duration round_trip);
  void reset() { smoothed_.reset(); }
  [[nodiscard]] std::optional<Duration> smoothed() const { return smoothed_; }
  // When an echo counts as unanswered: SRTT + 4 RTTVAR within bounds; 2 s before the first answer, which a satellite
  // hop with a queue still meets.
  [[nodiscard]] Duration time_out() const;

 private:
  std::optional<Duration> smoothed_;
  Duration variation_{0};
};

}  // namespace karkara
