// Which hours of a class are in force, in local time, and when that changes. Refuses to guess the time: without a
// clock that can be trusted it is outside of all hours, and it says so. Called by the shaping feature.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>

#include "agent/facts/usage.h"
#include "agent/shaping/settings.h"

namespace karkara {

struct HoursNow {
  std::optional<std::size_t> rule{};     // of the class's hours, the first that fits; none: outside of all
  std::optional<WallTime> changes_at{};  // none: never, or not known
  bool clock_known = false;
  friend bool operator==(const HoursNow&, const HoursNow&) = default;
};

[[nodiscard]] HoursNow hours_now(std::span<const ClassHours> hours, const std::optional<WallTime>& wall,
                                 std::chrono::minutes utc_offset);

// When to ask again: at the change, and at least once an hour, since clocks are stepped.
[[nodiscard]] Instant next_look(const HoursNow& hours, const KnownTime& at);

}  // namespace karkara
