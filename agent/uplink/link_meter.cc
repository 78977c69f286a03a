#include "agent/uplink/link_meter.h"

#include <algorithm>

namespace karkara {

namespace {

constexpr std::uint64_t kWrap = std::uint64_t{1} << 32U;
// Counters are read a little before or after the time that is told with them.
constexpr Duration kReadingSlack = std::chrono::seconds{1};
// A rate that is said for shaping lies below the link's, and what arrives beyond it is dropped behind the counter. The
// lies that matter are of gigabytes.
constexpr double kBeyondSaid = 2;

std::uint64_t carried_at_most(BitsPerSecond rate, Duration elapsed) {
  const Duration counted = std::max(elapsed, Duration{0}) + kReadingSlack;
  const double bytes = kBeyondSaid * std::max(rate.value(), 0.0) / 8 * std::chrono::duration<double>(counted).count();
  return bytes < static_cast<double>(kMostTraffic) ? static_cast<std::uint64_t>(bytes) : kMostTraffic;
}

struct Step {
  Metering what = Metering::Grown;
  std::uint64_t bytes = 0;
};

// A restart sets both directions to 0, so a drop is a wrap only while the other direction went on.
Step step_of(std::uint64_t before, std::uint64_t seen, bool other_dropped, std::uint64_t most) {
  if (seen >= before) {
    return {Metering::Grown, seen - before};
  }
  if (before < kWrap && !other_dropped && kWrap - before + seen <= most) {
    return {Metering::Wrapped, kWrap - before + seen};
  }
  return {Metering::Reset, seen};
}

Metered compare(const LinkMeter::Point& from, const CounterReading& seen, const LinkRate& rate, Instant now) {
  CounterReading before = from.reading;
  Duration elapsed = now - from.at;
  Metered found{Metering::Grown, {}};
  if (seen.boot != before.boot) {
    found.what = Metering::Rebooted;
    elapsed = now.since_boot();
    before = {};
  } else if (seen.ifindex != before.ifindex) {
    found.what = Metering::Recreated;
    before = {};
  }
  const std::uint64_t most_down = carried_at_most(rate.down, elapsed);
  const std::uint64_t most_up = carried_at_most(rate.up, elapsed);
  const Step down = step_of(before.received, seen.received, seen.sent < before.sent, most_down);
  const Step up = step_of(before.sent, seen.sent, seen.received < before.received, most_up);
  found.what = std::max({found.what, down.what, up.what});
  found.delta = {down.bytes, up.bytes};
  if (down.bytes > most_down || up.bytes > most_up) {
    return {Metering::Anomaly, {}};
  }
  return found;
}

}  // namespace

std::string_view to_string(Metering metering) {
  switch (metering) {
    case Metering::FirstSight: return "first-sight";
    case Metering::Grown: return "grown";
    case Metering::Wrapped: return "wrapped";
    case Metering::Reset: return "reset";
    case Metering::Recreated: return "re-created";
    case Metering::Rebooted: return "rebooted";
    case Metering::Anomaly: return "anomaly";
  }
  return "unknown";
}

Metered LinkMeter::on(const CounterReading& seen, const LinkRate& rate, Instant now) {
  const Point point{seen, now};
  if (!base_) {
    base_ = point;
    return {};
  }
  Metered found = compare(*base_, seen, rate, now);
  if (suspect_) {
    // Of two believable stories the one with fewer bytes: a counter that jumped for good must not become believable
    // just because time passed.
    const Metered jumped = compare(*suspect_, seen, rate, now);
    if (jumped.what == Metering::Grown &&
        (found.what == Metering::Anomaly || jumped.delta.total() < found.delta.total())) {
      found = jumped;
    }
  }
  if (found.what == Metering::Anomaly) {
    suspect_ = point;
    ++anomalies_;
    return found;
  }
  suspect_.reset();
  base_ = point;
  return found;
}

}  // namespace karkara
