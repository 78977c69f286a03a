// What is foretold of a site's energy, as plain values between the forecast, the shedding ladder and reports.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "common/time.h"
#include "common/units.h"

namespace karkara {

struct SunSettings {
  Degrees latitude{};
  Degrees longitude{};
  Duration utc_offset = std::chrono::hours{1};
  std::optional<Watts> array_rated{};  // at standard test conditions, as printed on the panels
  friend bool operator==(const SunSettings&, const SunSettings&) = default;
};

// What was learned of the array.
struct ArrayState {
  std::optional<Watts> clean_peak{};     // what it gives at 1000 W/m2 when clean, learned from clear hours
  std::optional<double> ratio{};         // of clear noons now, to the best learned: 1 is clean, 0.85 has lost 15 %
  std::optional<double> loss_per_day{};  // steady slope of the ratio, positive while it soils
  bool wants_cleaning = false;
  friend bool operator==(const ArrayState&, const ArrayState&) = default;
};

// The night that comes, or the one that is: known from place and time alone.
struct NightHours {
  WallTime begins{};          // sunset
  WallTime charging_again{};  // when the sun carries the load again, some 1.5 h behind sunrise
  friend bool operator==(const NightHours&, const NightHours&) = default;
};

// Of the same night.
struct NightForecast {
  WallTime begins{};  // sunset
  WallTime charging_again{};
  WattHours available{};    // above the disconnect
  WattHours needed{};       // until charging_again, at the stage that was asked about
  WattHours uncertainty{};  // one standard deviation of available - needed
  double survival = 0;      // probability, 0 to 1
  bool survives = false;
  friend bool operator==(const NightForecast&, const NightForecast&) = default;
};

struct EnergyForecast {
  std::optional<NightForecast> night{};
  std::optional<Duration> to_disconnect{};   // at the expected load and sun; absent: not within ten days
  std::optional<double> days_of_autonomy{};  // without any sun
  std::optional<WattHours> sun_today{};      // expected over the whole day
  std::optional<WattHours> sun_tomorrow{};
  friend bool operator==(const EnergyForecast&, const EnergyForecast&) = default;
};

}  // namespace karkara
