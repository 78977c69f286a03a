// Where the sun is, and when it rises and sets, to about a minute, from the Astronomical Almanac's low-precision series
// (section C; good from 1950 to 2050 to 0.01 degrees) and NOAA's equations of the hour angle. Refuses refraction in
// elevations; sunrise and sunset have NOAA's allowance for it. Called by the clear sky and the forecast.
#pragma once

#include <cstdint>

#include "common/time.h"
#include "common/units.h"

namespace karkara {

struct Place {
  Degrees latitude{};   // north is positive
  Degrees longitude{};  // east is positive
  friend bool operator==(const Place&, const Place&) = default;
};

[[nodiscard]] Degrees declination(WallTime at);
// Sundial minus mean time.
[[nodiscard]] Duration equation_of_time(WallTime at);
// Of the sun's centre above the horizon; negative at night.
[[nodiscard]] Degrees elevation(const Place& place, WallTime at);

// A time that the series and the calendar can do anything with: of this millennium or the ones around it.
[[nodiscard]] bool is_plausible(WallTime at);

// Days of the local calendar since 1970-01-01.
[[nodiscard]] std::int64_t local_day(WallTime at, Duration utc_offset);
// Local hours since the midnight that began 1970-01-01.
[[nodiscard]] std::int64_t local_hour(WallTime at, Duration utc_offset);

struct Daylight {
  WallTime sunrise{};
  WallTime noon{};
  WallTime sunset{};
};

// Of one local day. Beyond the polar circles a day may have no night, or no length at all.
[[nodiscard]] Daylight daylight(const Place& place, std::int64_t day, Duration utc_offset);

}  // namespace karkara
