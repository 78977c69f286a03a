// The packets of one link, at the times that a test says, as its matcher is told of them.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "agent/codec/round_trip_match.h"

namespace karkara {

inline constexpr SipKey kSeed{11, 22};

struct Connection {
  IpEndpoint near = *IpEndpoint::parse("10.1.0.2:40001");
  IpEndpoint far = *IpEndpoint::parse("203.0.113.9:443");
};

// A link's packets at the times that a test says; both clocks run alike until it moves one.
class Tap {
 public:
  explicit Tap(Duration start = std::chrono::seconds{100}) : start_{start} { at(Duration{0}); }

  void at(Duration time) {
    now_ = Instant{start_ + time};
    match.look(now_, wall());
  }
  void step_wall(Duration by) { ahead_ += by; }
  // Noted now, unless 'ago' says when.
  void out(std::uint32_t value, const Connection& by = {}, bool data = false, Duration ago = {}) {
    match.on({by.near, by.far, value, 1, false, true, data}, true, wall() - ago);
  }
  void in(std::uint32_t echo, const Connection& by = {}, bool data = true, Duration ago = {}) {
    match.on({by.far, by.near, 1, echo, false, true, data}, false, wall() - ago);
  }
  std::vector<FlowRoundTrip> told_at(Duration time) {
    at(time);
    auto told = match.take(now_);
    EXPECT_GT(match.next_deadline(), now_);
    return told;
  }
  [[nodiscard]] StampedAt wall() const { return now_.since_boot() + ahead_; }
  [[nodiscard]] Duration deadline() const { return match.next_deadline().since_boot() - start_; }

  RoundTripMatch match{kSeed};

 private:
  Duration start_;
  Instant now_;
  Duration ahead_ = std::chrono::seconds{1'700'000'000};
};

inline constexpr Duration kApart = std::chrono::milliseconds{10};

// Three questions of one connection from 'first' on, 10 ms apart, each answered after 'round_trip'.
inline void exchange(Tap& tap, Duration begin, std::uint32_t first, Duration round_trip, const Connection& by = {}) {
  for (std::uint32_t i = 0; i < 3; ++i) {
    tap.at(begin + i * kApart);
    tap.out(first + i, by);
  }
  for (std::uint32_t i = 0; i < 3; ++i) {
    tap.at(begin + i * kApart + round_trip);
    tap.in(first + i, by);
  }
}

}  // namespace karkara
