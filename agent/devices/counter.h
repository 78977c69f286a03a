// How far a device's counter went since the last look, wraps and resets told apart: a drop is a wrap only when the
// device's own uptime went on and the implied rate is one that the link can carry; anything else is a reset, of which
// nothing can be said but a new base. Used for every object that a table calls a counter.
#pragma once

#include <cstdint>
#include <optional>

#include "common/time.h"

namespace karkara {

struct CounterLook {
  std::uint64_t value = 0;
  std::uint32_t uptime_hundredths = 0;  // sysUpTime, which itself wraps after 497 days
  Instant at;
};

enum class CounterWidth : std::uint8_t { Bits32, Bits64 };

class Counter {
 public:
  // fastest: the most that the counter can gain in a second.
  Counter(CounterWidth width, double fastest_per_second) : width_{width}, fastest_{fastest_per_second} {}

  // The difference; nothing at the first look, after a reset, and when no time passed.
  std::optional<std::uint64_t> on(const CounterLook& look);

 private:
  CounterWidth width_;
  double fastest_;
  std::optional<CounterLook> last_;
};

// Whether the device ran on between two looks, by its uptime modulo 2^32 against the time that passed here.
[[nodiscard]] bool ran_on(const CounterLook& before, const CounterLook& after);

}  // namespace karkara
