// Interface counters into bytes that really flowed: re-created interfaces, resets, 32-bit wraps and reboots told apart.
// Refuses to count what the link could not have carried in the time between two readings: counters lie by gigabytes
// when a driver restarts. Called by UsageLedger, one meter an uplink.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "agent/facts/usage.h"
#include "common/time.h"
#include "common/units.h"

namespace karkara {

struct CounterReading {
  std::uint64_t boot = 0;  // boot_mark
  std::uint32_t ifindex = 0;
  std::uint64_t received = 0;  // as the kernel says
  std::uint64_t sent = 0;
  friend bool operator==(const CounterReading&, const CounterReading&) = default;
};

// The most that the link can carry: a bound, not a guess. When in doubt the interface's own speed.
struct LinkRate {
  BitsPerSecond down{1e9};
  BitsPerSecond up{1e9};
  friend bool operator==(const LinkRate&, const LinkRate&) = default;
};

enum class Metering : std::uint8_t {
  FirstSight,  // nothing to compare with: nothing is counted
  Grown,
  Wrapped,    // a 32-bit counter went round
  Reset,      // counts from 0 again on the same interface
  Recreated,  // another interface index: counts from 0
  Rebooted,   // counts from 0 since boot
  Anomaly,    // more than the link could carry: nothing is counted
};
[[nodiscard]] std::string_view to_string(Metering metering);  // "re-created"

struct Metered {
  Metering what = Metering::FirstSight;
  Traffic delta;
};

class LinkMeter {
 public:
  struct Point {
    CounterReading reading;
    Instant at;
    friend bool operator==(const Point&, const Point&) = default;
  };

  LinkMeter() = default;
  // Goes on from what was kept, also across restarts of the agent and reboots.
  explicit LinkMeter(const Point& base) : base_{base} {}

  Metered on(const CounterReading& seen, const LinkRate& rate, Instant now);

  [[nodiscard]] const std::optional<Point>& base() const { return base_; }
  [[nodiscard]] std::uint64_t anomalies() const { return anomalies_; }  // since this meter was made

 private:
  std::optional<Point> base_;
  // An unbelievable reading. The next one tells whether the counter jumped for good or once.
  std::optional<Point> suspect_;
  std::uint64_t anomalies_ = 0;
};

}  // namespace karkara
