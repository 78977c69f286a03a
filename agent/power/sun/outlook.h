// The expected load and sun of the days ahead in quarters of an hour, and what a battery makes of them. Refuses
// chances: it is the middle course; spreads are the caller's. Made for one forecast.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "agent/power/sun/usable_energy.h"
#include "common/time.h"
#include "common/units.h"

namespace karkara {

class Outlook {
 public:
  static constexpr Duration kStep = std::chrono::minutes{15};
  static constexpr std::size_t kSteps = 10 * 24 * 4;  // ten days

  explicit Outlook(WallTime from) : from_{from} {}
  [[nodiscard]] WallTime middle_of(std::size_t step) const;
  void expect(std::size_t step, Watts load, Watts sun);

  struct Course {
    double left = 0;     // of the battery at the end, in watt-hours above the disconnect
    double deepest = 0;  // the most that was drawn from it since the start, beside what was charged before
    double load = 0;     // in watt-hours
  };
  // From the start, or a later moment, until another one. sun_part scales the expected sun.
  [[nodiscard]] Course course(double left, const Reserve& reserve, WallTime begin, WallTime end,
                              double sun_part = 1) const;
  // Until the battery is down at its disconnect.
  [[nodiscard]] std::optional<Duration> to_disconnect(const Reserve& reserve) const;

 private:
  [[nodiscard]] static double step(double left, double net, const Reserve& reserve);

  WallTime from_;
  std::array<float, kSteps> load_{};  // watt-hours of each step
  std::array<float, kSteps> sun_{};
};

}  // namespace karkara
