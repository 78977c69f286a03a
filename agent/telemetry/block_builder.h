// Gathers samples into the content of one telemetry block. Keeps the time of each sample on the clock that never jumps;
// what the calendar said is worked out when the block is taken, by the clock as it is known then: a router that boots
// in 1970 and hears an anchor ten minutes later still dates its first ten minutes right.
// Refuses to encode and to number. Called by TelemetryFeature.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "agent/facts/status.h"
#include "common/telemetry_block.h"
#include "common/time.h"

namespace karkara {

// What the wall clock said at a moment.
struct WallReading {
  Instant at;
  WallTime wall;
  bool trusted = false;
};

class BlockBuilder {
 public:
  // One value for each series and instance, all taken at `now`. What was there in an earlier sample and is not here is
  // stale; what is new was "not yet" before. Instances that cannot be in a block are left out.
  void add(const std::vector<Sample>& samples, Instant now);

  [[nodiscard]] bool empty() const { return times_.empty(); }
  [[nodiscard]] bool full() const;                                               // large enough to be taken at once
  [[nodiscard]] BlockContent take(const WallReading& clock, Duration interval);  // and starts anew

 private:
  [[nodiscard]] Column* column(const Sample& sample);

  std::vector<Instant> times_;
  std::map<std::pair<SeriesId, std::string>, Column> columns_;
};

}  // namespace karkara
