// How clear the days of the last weeks were, and from that what to expect of today and tomorrow, with its spread.
// Refuses to know seasons: the newest days count most. Kept by the forecaster, one entry a day.
#pragma once

#include <cstdint>
#include <optional>

#include "agent/power/sun/array_day.h"
#include "agent/power/sun/log_code.h"

namespace karkara {

struct ExpectedClearness {
  double mean = 0;
  double deviation = 0;
};

class ClearnessBook {
 public:
  static constexpr std::size_t kDays = 32;

  void see_day(std::int64_t day, double index) { days_.set(day, std::min(index, kMostIndex)); }
  // Learned afterwards: a day that is known already stays.
  void fill_day(std::int64_t day, double index) { days_.fill(day, std::min(index, kMostIndex)); }
  [[nodiscard]] ExpectedClearness of_a_day() const;
  // Of what is left of today; so_far: what was seen of it.
  [[nodiscard]] ExpectedClearness of_the_rest(const std::optional<Clearness>& so_far) const;

  void restore(const DailyCodes<kDays>& days) { days_ = days; }
  [[nodiscard]] const DailyCodes<kDays>& days() const { return days_; }

 private:
  static constexpr double kMostIndex = 1.2;
  DailyCodes<kDays> days_;
};

}  // namespace karkara
