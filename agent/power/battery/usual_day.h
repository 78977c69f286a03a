// What usually flows at each hour of the day, of the last days: enough to bridge hours in which nobody measured.
// Refuses to know the time of day: a day is 24 hours from any beginning. Kept by BatteryEstimator and Measurements.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "common/time.h"
#include "common/units.h"

namespace karkara {

class UsualDay {
 public:
  static constexpr std::size_t kHours = 24;
  // As kept over a restart: from the moment of keeping on.
  struct Kept {
    double days = 0;  // that it was learned in, at most kMostDays
    std::array<Amps, kHours> amps{};
    friend bool operator==(const Kept&, const Kept&) = default;
  };
  static constexpr double kMostDays = 10;

  struct Expected {
    Amps mean{};
    Amps size{};       // the mean without its sign: what comes and goes does not cancel
    double known = 0;  // 0 for nothing, up to nearly 1
  };

  // The mean current over `lasted`, which ends now.
  void see(Amps mean, Duration lasted, Instant now);
  [[nodiscard]] Expected between(Instant from, Instant to) const;

  // Nothing before a whole day was seen.
  [[nodiscard]] std::optional<Kept> kept(Instant now) const;
  void restore(const Kept& kept, Instant kept_at);
  void shift(Duration by) { beginning_ = beginning_ + by; }

 private:
  struct Hour {
    double amps = 0;
    double days = 0;
  };
  void close_hour();
  [[nodiscard]] double hours_at(Instant at) const;
  [[nodiscard]] const Hour& hour_at(double hours) const;

  std::array<Hour, kHours> hours_{};
  Instant beginning_{};
  double open_hour_ = -1;  // since the beginning
  double open_amp_hours_ = 0;
  double open_hours_ = 0;  // of it, that were seen
};

}  // namespace karkara
