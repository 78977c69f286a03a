// Time as the number of hours that ampere-hours need.
#pragma once

#include <chrono>

#include "common/time.h"

namespace karkara {

[[nodiscard]] constexpr double hours_of(Duration elapsed) {
  return std::chrono::duration<double, std::ratio<3600>>{elapsed}.count();
}

inline constexpr double kHoursOfDay = 24;

[[nodiscard]] constexpr Duration hours_long(double hours) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::ratio<3600>>{hours});
}

}  // namespace karkara
