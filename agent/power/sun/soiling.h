// The array's clear level day by day: what it gives when clean, what dust has taken, and whether that was dust. Steady
// loss is soiling; what comes and goes within days is haze, and a lasting step up is rain or a cleaner. Refuses days
// that were not clear. Kept by the forecaster, one entry a day.
#pragma once

#include <cstdint>
#include <optional>

#include "agent/power/sun/forecast_types.h"
#include "agent/power/sun/log_code.h"

namespace karkara {

class Soiling {
 public:
  static constexpr std::size_t kDays = 64;
  struct Memory {
    DailyCodes<kDays> levels{};    // watts at 1000 W/m2, of clear days
    double best = 0;               // of the levels, in watts, fading slowly; 0 until known
    std::int64_t clean_since = 0;  // day of the last jump up
    bool wants_cleaning = false;
  };

  void see_clear_day(std::int64_t day, Watts level);
  [[nodiscard]] std::optional<Watts> level() const;  // of the present clear sky
  [[nodiscard]] const ArrayState& state() const { return state_; }

  void restore(const Memory& memory);
  [[nodiscard]] const Memory& memory() const { return memory_; }

 private:
  struct Points;
  [[nodiscard]] Points points(std::size_t youngest, std::size_t oldest) const;
  [[nodiscard]] std::optional<double> level_at(std::size_t age) const;
  [[nodiscard]] bool jumped_up() const;
  [[nodiscard]] std::optional<double> steady_loss(double& explained) const;
  void renew_state();

  Memory memory_;
  ArrayState state_;
};

}  // namespace karkara
