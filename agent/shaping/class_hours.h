// Which of a class's hours hold at a moment of the local week on a kind of uplink. Pure.
#pragma once

#include <chrono>
#include <span>

#include "agent/shaping/settings.h"

namespace karkara {

inline constexpr std::chrono::minutes kLocalDay{1440};

// 'weekday' 0 is Monday. Hours that begin late hold into the next day, whatever that day is.
[[nodiscard]] inline bool hold(const ClassHours& hours, unsigned weekday, std::chrono::minutes of_day) {
  const bool begins_today = ((hours.days >> weekday) & 1U) != 0;
  const bool began_yesterday = ((hours.days >> ((weekday + 6) % 7)) & 1U) != 0;
  if (hours.from < hours.to) {
    return begins_today && of_day >= hours.from && of_day < hours.to;
  }
  return (begins_today && of_day >= hours.from) || (began_yesterday && of_day < hours.to);
}

// The first that holds; nullptr: the class is as configured.
[[nodiscard]] inline const ClassHours* hours_at(std::span<const ClassHours> all, UplinkKind kind, unsigned weekday,
                                                std::chrono::minutes of_day) {
  for (const ClassHours& hours : all) {
    if (hours.are_on(kind) && hold(hours, weekday, of_day)) {
      return &hours;
    }
  }
  return nullptr;
}

}  // namespace karkara
