// Two kinds of time that must never be mixed: Instant counts from boot and never jumps, WallTime is what a
// calendar says and is only as good as the last time that an anchor was heard. Refuses to read a clock itself.
// Cores take an Instant as an argument; io/ and runtime/ own a Clock.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <limits>

namespace karkara {

using Duration = std::chrono::nanoseconds;

class Instant {
 public:
  constexpr Instant() = default;
  constexpr explicit Instant(Duration since_boot) : since_boot_{since_boot} {}
  static constexpr Instant max() { return Instant{Duration::max()}; }

  [[nodiscard]] constexpr Duration since_boot() const { return since_boot_; }
  friend constexpr auto operator<=>(Instant, Instant) = default;

  // Adding to max() stays max(): "never" plus a while is never.
  friend constexpr Instant operator+(Instant at, Duration wait) {
    if (at == max() || (at.since_boot_ > Duration{0} && wait > Duration::max() - at.since_boot_)) {
      return max();
    }
    return Instant{at.since_boot_ + wait};
  }
  friend constexpr Duration operator-(Instant a, Instant b) { return a.since_boot_ - b.since_boot_; }

 private:
  Duration since_boot_{0};
};

// Microseconds since 1970-01-01T00:00:00Z, leap seconds ignored (POSIX time).
class WallTime {
 public:
  constexpr WallTime() = default;
  constexpr explicit WallTime(std::chrono::microseconds since_epoch) : since_epoch_{since_epoch} {}

  [[nodiscard]] constexpr std::chrono::microseconds since_epoch() const { return since_epoch_; }
  [[nodiscard]] constexpr std::int64_t seconds() const {
    return std::chrono::floor<std::chrono::seconds>(since_epoch_).count();
  }
  friend constexpr auto operator<=>(WallTime, WallTime) = default;
  friend constexpr WallTime operator+(WallTime at, std::chrono::microseconds d) {
    return WallTime{at.since_epoch_ + d};
  }
  friend constexpr std::chrono::microseconds operator-(WallTime a, WallTime b) {
    return a.since_epoch_ - b.since_epoch_;
  }

 private:
  std::chrono::microseconds since_epoch_{0};
};

// Where time comes from. Implementations: common/host/system_clock.h, tests/fakes/fake_clock.h.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;    // CLOCK_BOOTTIME: also counts while suspended
  [[nodiscard]] virtual WallTime wall() const = 0;  // CLOCK_REALTIME: may say 1970 on a router without a clock
};

}  // namespace karkara
