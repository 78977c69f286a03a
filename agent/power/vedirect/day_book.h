// What is known of a solar charger's last thirty days: those that the agent saw, those that the charger told when it
// was asked, and which are missing. By the charger's own day numbers, so that a reboot or a clock that jumps confuses
// nothing. Refuses another charger's days, and to take a day twice. Owned by VeDirectSource.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/facts/power_history.h"
#include "agent/power/vedirect/day_dates.h"
#include "agent/power/vedirect/day_glance.h"
#include "agent/power/vedirect/day_tally.h"
#include "agent/power/vedirect/history.h"

namespace karkara::vedirect {

struct KeptDay {
  std::uint16_t number = 0;
  ChargerDay day;
  bool handed_on = false;  // of a day that the charger told
};

// What outlives a restart.
struct DayMemory {
  std::string serial;                       // of the charger; empty: it does not tell one
  std::optional<std::uint16_t> asked_on;    // the day on which a round of questions ended
  bool has_no_history = false;              // it answered that it keeps none
  std::optional<std::uint16_t> first_kept;  // it keeps no day before this one
  std::optional<DatedDay> dated_before;
  std::optional<DatedDay> dated;
  std::optional<DayTally> today;
  std::optional<ChargerTotals> totals;
  std::vector<KeptDay> days;  // the newest first
};

class DayBook {
 public:
  static constexpr unsigned kMostAge = kHistoryDays - 1;  // days ago

  // True when a day began. serial: who said it; another one than before starts anew.
  bool see(const DayGlance& glance, std::string_view told_serial, Instant now);
  void lose_sight() { seen_at_.reset(); }  // nobody listens: what passes now is missed

  [[nodiscard]] bool wants_asking() const;
  [[nodiscard]] std::vector<unsigned> missing() const;  // ages, the newest first
  void told(const HistoryDay& day);
  void told(const HistoryTotal& total);
  void round_ended(std::optional<unsigned> nothing_from, bool has_no_history);

  // True when it learned today's date.
  bool know_time(const KnownTime& at, Duration utc_offset) {
    return today_ && dates_.learn(today_->number(), began_, at, utc_offset);
  }
  [[nodiscard]] std::vector<ChargerDay> take_told();   // each once, the oldest first, when today has a date
  [[nodiscard]] std::vector<ChargerDay> days() const;  // today and before, the newest first

  [[nodiscard]] const std::optional<ChargerTotals>& totals() const { return totals_; }  // of the last round
  [[nodiscard]] bool is_known() const { return today_.has_value() || !days_.empty(); }
  [[nodiscard]] bool has_no_history() const { return has_no_history_; }
  [[nodiscard]] std::size_t told_count() const;
  [[nodiscard]] DayMemory memory() const;
  void restore(DayMemory memory);

 private:
  [[nodiscard]] bool is_settled(const DayGlance& glance);
  [[nodiscard]] const KeptDay* find(std::uint16_t number) const;
  [[nodiscard]] unsigned age_of(std::uint16_t number) const { return days_between(number, today_->number()); }
  void turn_over(const DayGlance& glance, std::optional<Duration> since, Instant now);
  void keep(KeptDay day);

  std::string serial_;
  std::optional<DayTally> today_;
  std::vector<KeptDay> days_;
  std::optional<ChargerTotals> totals_;
  DayDates dates_;
  std::optional<std::uint16_t> asked_on_;
  std::optional<std::uint16_t> first_kept_;
  bool has_no_history_ = false;
  std::optional<Instant> seen_at_;
  std::optional<Instant> began_;  // today, when that was seen
  std::uint16_t next_number_ = 0;
  unsigned next_seen_ = 0;  // in a row
};

}  // namespace karkara::vedirect
