// What the village's own TCP connections tell of an uplink, at no byte of it: how long the far end took to echo a
// timestamp (RFC 7323), from our side of the link and back, queues of our own left out. Plain values; refuses
// addresses, which are nobody's business: a flow and a far end are numbers that only tell one from another, until the
// next start.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/time.h"

namespace karkara {

struct WatchedLink {
  static constexpr std::uint8_t kMostSampleBits = 7;

  std::uint32_t link = 0;        // interface index
  std::uint8_t sample_bits = 0;  // only timestamps whose low bits, so many, are zero: 5 of mostly 1 ms are one in 32
  friend bool operator==(const WatchedLink&, const WatchedLink&) = default;
};

// Effects.
// All that should be watched from now on; the others no more. One that was told unavailable is tried again.
struct WatchRoundTrips {
  std::vector<WatchedLink> links;
  friend bool operator==(const WatchRoundTrips&, const WatchRoundTrips&) = default;
};  // -> RoundTripsSeen while connections are busy | RoundTripsUnavailable

// Events.
// Of one connection within about 200 ms, a slow one within 600 ms.
struct FlowRoundTrip {
  std::uint64_t flow = 0;    // which connection
  std::uint64_t remote = 0;  // which far address
  Duration least{};
  unsigned samples = 0;
  Duration age{};  // how long ago the least came
  // When the far end sent it, by a clock of the connection's own that ticks in milliseconds; only differences count.
  // None: its clock ticks otherwise, or too little was seen of it.
  std::optional<Duration> far_time{};
  friend bool operator==(const FlowRoundTrip&, const FlowRoundTrip&) = default;
};
struct RoundTripsSeen {
  std::uint32_t link = 0;
  std::vector<FlowRoundTrip> flows;  // never empty
  friend bool operator==(const RoundTripsSeen&, const RoundTripsSeen&) = default;
};
// Not watched, until it is asked for again: the link is gone or down, or a right is missing.
struct RoundTripsUnavailable {
  std::uint32_t link = 0;
  std::string why;
  friend bool operator==(const RoundTripsUnavailable&, const RoundTripsUnavailable&) = default;
};

}  // namespace karkara
