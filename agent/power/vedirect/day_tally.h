// The charger's present day as the agent itself sees it, from text blocks: its yield, extremes, phases, errors, and how
// much of the yield passed while nobody listened. The charger's own counter measures the gaps, so that neither a clock
// nor an uptime is needed. Kept by DayBook, a new one a day.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "agent/facts/power_history.h"
#include "agent/power/vedirect/day_glance.h"
#include "common/time.h"

namespace karkara::vedirect {

class DayTally {
 public:
  DayTally() = default;
  // Taken up from a memory: what passes until the first glance is a gap.
  DayTally(std::uint16_t number, ChargerDay day, WattHours missed);

  // since: the glance before, of this day or the one before it; none: nobody listened until now.
  static DayTally begin(const DayGlance& glance, std::optional<Duration> since);
  void see(const DayGlance& glance, std::optional<Duration> since);

  [[nodiscard]] std::uint16_t number() const { return number_; }
  [[nodiscard]] const ChargerDay& day() const { return day_; }  // so far; `from` is not set
  [[nodiscard]] ChargerDay so_far() const;
  [[nodiscard]] WattHours missed() const { return missed_; }
  // The whole day; next: of the day behind it, which tells what this one came to. Without it the end is not known.
  [[nodiscard]] ChargerDay finish(const DayGlance* next, std::optional<Duration> since) const;

 private:
  [[nodiscard]] static DayFrom judged(WattHours missed, WattHours of);
  void count(const DayGlance& glance, Duration lasted);

  std::uint16_t number_ = 0;
  ChargerDay day_;
  WattHours missed_{};
  Duration bulk_{};  // since the last whole minute
  Duration absorption_{};
  Duration floating_{};
};

}  // namespace karkara::vedirect
