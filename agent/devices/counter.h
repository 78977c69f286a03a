// How far a device's count went since the last look, its wraps and resets told apart: what comes lower is a wrap only
// where the implied gain is one that can be, and the device's own uptime, where it has one, went on; else it is a
// reset, of which nothing can be said but a new base. Refuses a gain that cannot be until a second look confirms it:
// one wild answer moves nothing. Used for every count of every source (agent/devices/count_book.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "common/time.h"

namespace karkara {

// sysUpTime, which itself wraps after 497 days.
struct UptimeLook {
  std::uint32_t hundredths = 0;
  Instant at;
};
// Whether the device ran on between two looks, by its uptime modulo 2^32 against the time that passed here.
[[nodiscard]] bool ran_on(const UptimeLook& before, const UptimeLook& after);

struct CounterKind {
  double wraps_at = 0;            // in the unit of the count; 0: it does not
  double step = 0;                // that its last digit is worth
  double fastest_per_second = 0;  // the most that it can gain
  bool outlives_power = false;    // the device keeps it: its own reboot is no reset
};
// bits: as a table has it; the unit says what can be: no mast has a charger of more than 10 kW or 250 A.
[[nodiscard]] CounterKind counter_kind(unsigned bits, double step, std::string_view unit);

struct CounterLook {
  double value = 0;  // as the device tells it, 0 or more
  std::optional<std::uint32_t> uptime_hundredths{};
  Instant at{};
};

enum class CounterStep : std::uint8_t {
  First,
  Counted,
  Wrapped,
  Doubtful,  // no gain that can be: the next look tells whether this one was wild
  Reset,     // a new base; what went by meanwhile is not known
};

class Counter {
 public:
  explicit Counter(const CounterKind& kind) : kind_{kind} {}

  CounterStep on(const CounterLook& look);
  // Another firmware may write the same count in other steps. False: its number is not where the one before would be.
  bool go_on_as(const CounterKind& kind, const CounterLook& look);
  [[nodiscard]] double total() const { return total_; }  // what it said first, and all that it gained since
  [[nodiscard]] double last() const { return base_ ? base_->value : 0; }

  // Of an earlier run. Nobody knows how long ago: what a week at full power gains is believed.
  void restore(double last, double total);

 private:
  [[nodiscard]] std::optional<double> gain(const CounterLook& from, const CounterLook& to) const;
  [[nodiscard]] Duration gathered(const CounterLook& from, const CounterLook& to) const;

  CounterKind kind_;
  std::optional<CounterLook> base_;
  std::optional<CounterLook> doubtful_;
  Instant moved_at_;  // the last look at which the count was another one
  bool base_is_restored_ = false;
  bool confirmed_ = false;  // more than one look agreed
  double total_ = 0;
};

}  // namespace karkara
