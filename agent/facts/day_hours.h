// A part of every local day, such as 06:00 to 21:00, as a value: whether a moment lies in it and when that changes.
// Refuses to know the time zone: it is given local time. Used by the shedding ladder and by radios.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "common/time.h"

namespace karkara {

struct DayHours {  // from > to goes over midnight; equal ones are the whole day
  std::chrono::minutes from{};
  std::chrono::minutes to{};
  friend bool operator==(const DayHours&, const DayHours&) = default;
};

[[nodiscard]] inline std::chrono::microseconds local_time_of_day(WallTime wall, Duration utc_offset) {
  const auto local = wall.since_epoch() + std::chrono::duration_cast<std::chrono::microseconds>(utc_offset);
  return local - std::chrono::floor<std::chrono::days>(local);
}

[[nodiscard]] inline bool holds(const DayHours& hours, std::chrono::microseconds of_day) {
  if (hours.from == hours.to) {
    return true;
  }
  return hours.from < hours.to ? of_day >= hours.from && of_day < hours.to : of_day >= hours.from || of_day < hours.to;
}

// "06:00"
[[nodiscard]] std::string clock_text(std::chrono::minutes of_day);
// "06:00-09:00, 17:00-21:00"
[[nodiscard]] std::string hours_text(const std::vector<DayHours>& all);

// Until its next border, more than zero and a day at most.
[[nodiscard]] inline std::chrono::microseconds until_border(const DayHours& hours, std::chrono::microseconds of_day) {
  const auto until = [&](std::chrono::minutes border) {
    const std::chrono::microseconds left = border - of_day;
    const std::chrono::microseconds day = std::chrono::days{1};
    return left <= std::chrono::microseconds{0} ? left + day : left;
  };
  return std::min(until(hours.from), until(hours.to));
}

}  // namespace karkara
