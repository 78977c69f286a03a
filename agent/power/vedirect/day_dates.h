// Which date a charger's day has. The charger has no clock: it counts sunrises, and its day goes from one to the next,
// so before sunrise its "today" is yesterday's date. Refuses to guess: where its count and the calendar disagree (it
// was without sun and battery itself, or its history was cleared) the days between have no date. Kept by DayBook.
#pragma once

#include <cstdint>
#include <optional>

#include "agent/facts/usage.h"
#include "common/time.h"

namespace karkara::vedirect {

struct DatedDay {
  std::uint16_t number = 0;
  std::int64_t date = 0;  // local days since 1970
  friend bool operator==(const DatedDay&, const DatedDay&) = default;
};

class DayDates {
 public:
  // number is the charger's today. began: when it was seen to begin, if it was. True when something was learned.
  bool learn(std::uint16_t number, std::optional<Instant> began, const KnownTime& at, Duration utc_offset);
  [[nodiscard]] std::optional<std::int64_t> date_of(std::uint16_t number) const;

  void restore(std::optional<DatedDay> before, std::optional<DatedDay> last);
  [[nodiscard]] const std::optional<DatedDay>& before() const { return before_; }
  [[nodiscard]] const std::optional<DatedDay>& last() const { return last_; }

 private:
  std::optional<DatedDay> before_;  // the last one that `last_` contradicts
  std::optional<DatedDay> last_;
};

// From `from` to `to` as the charger counts, 0 to 364.
[[nodiscard]] unsigned days_between(std::uint16_t from, std::uint16_t to);

}  // namespace karkara::vedirect
