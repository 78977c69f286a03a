// What a site takes in each hour of the local day and in each stage of its shedding ladder, from the last days that
// were seen so. Refuses to let one odd day count, and to foretell more for a deeper stage than for a shallower one.
// Kept by the forecaster.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "agent/power/sun/log_code.h"
#include "common/time.h"
#include "common/units.h"

namespace karkara {

class LoadProfile {
 public:
  static constexpr unsigned kStages = 8;  // deeper ones count as the last
  static constexpr unsigned kHours = 24;
  static constexpr unsigned kWeekdays = 7;
  static constexpr std::size_t kDays = 7;
  using Cells = std::array<std::array<RecentCodes<kDays>, kHours>, kStages>;
  using Unplaced = std::array<RecentCodes<kDays>, kStages>;

  // How one weekday, or all days, lie beside what was expected: of the logarithms, newer ones count more.
  struct Bias {
    double weight = 0;
    double mean = 0;
    double square = 0;
    void see(double value, double most_weight);
    [[nodiscard]] double variance() const { return square - mean * mean; }
  };
  // Where the last hours lie beside what was expected, and how much of that the hours behind them kept.
  struct Recent {
    double residual = 0;
    double products = 0;
    double squares = 0;
    [[nodiscard]] double keeps() const;
  };
  struct Memory {
    Cells cells{};
    Unplaced unplaced{};  // means of an hour whose place in the day was not known
    std::array<Bias, kWeekdays> weekdays{};
    Bias all{};
    Recent recent{};
  };

  // What was taken during `lasted`; hour: since 1970 in local time, absent while that is unknown.
  void see(Watts load, unsigned stage, Duration lasted, std::optional<std::int64_t> hour);
  void drop_open_hour() { open_ = {}; }

  // The load of one stage, made once for a forecast.
  class Expected {
   public:
    [[nodiscard]] Watts at(std::int64_t hour) const;
    [[nodiscard]] Watts of_a_day() const;  // the mean over 24 hours

   private:
    friend class LoadProfile;
    std::array<double, kHours> usual_{};
    std::array<double, kWeekdays> weekday_{};
    double recent_ = 0;
    std::int64_t from_ = 0;
  };
  [[nodiscard]] std::optional<Expected> expect(unsigned stage, std::int64_t from_hour) const;
  [[nodiscard]] double deviation() const;  // of a day's or a night's sum, as a part of it

  void restore(const Memory& memory);
  [[nodiscard]] const Memory& memory() const { return memory_; }

 private:
  struct OpenHour {
    std::optional<std::int64_t> hour{};
    unsigned stage = 0;
    double joules = 0;
    double seconds = 0;
  };
  struct OpenDay {
    std::int64_t day = -1;
    double taken = 0;
    double expected = 0;
    unsigned hours = 0;
  };
  void close_hour();
  void compare(std::int64_t hour, double taken, double usual);
  void close_day();
  [[nodiscard]] double weekday_bias(unsigned weekday) const;

  Memory memory_;
  OpenHour open_;
  OpenDay day_;
};

}  // namespace karkara
