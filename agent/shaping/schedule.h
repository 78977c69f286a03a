// Which hours of a class are in force on a kind of uplink, in local time, and when that changes. Refuses to guess the
// time: without a clock that can be trusted it is outside of all hours, and it says so. Called by the shaping feature.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>

#include "agent/facts/usage.h"
#include "agent/shaping/settings.h"

namespace karkara {

struct HoursNow {
  std::optional<std::size_t> rule{};     // of all the class's hours, the first that fits; none: outside of all
  std::optional<WallTime> changes_at{};  // none: never, or not known
  bool clock_known = false;
  friend bool operator==(const HoursNow&, const HoursNow&) = default;
};

[[nodiscard]] HoursNow hours_now(std::span<const ClassHours> hours, UplinkKind kind,
                                 const std::optional<WallTime>& wall, std::chrono::minutes utc_offset);

// Whether what was found at 'found' still holds, so that the week need not be searched again: counters are looked at
// five times a second. 'found' none: nothing was known then.
[[nodiscard]] bool still_hold(const HoursNow& hours, const std::optional<WallTime>& found,
                              const std::optional<WallTime>& wall);

// When to ask again: at the change, and at least once an hour, since clocks are stepped.
[[nodiscard]] Instant next_look(const HoursNow& hours, const KnownTime& at);

}  // namespace karkara
