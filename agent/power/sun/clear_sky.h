// What the sun gives under a cloudless sky: Haurwitz's model (1945; of those that need nothing but the sun's height
// among the best in Reno, Hansen and Stein, SAND2012-2389), on the low tilt that mast panels have. Refuses haze, dust
// and clouds: those are learned as ratios to it. Called by the learning of the array and the forecast.
#pragma once

#include <cstdint>

#include "agent/power/sun/solar_position.h"

namespace karkara {

using WattsPerSquareMetre = Quantity<struct WattsPerSquareMetreTag>;

// On a level plane.
[[nodiscard]] WattsPerSquareMetre clear_sky(Degrees elevation);

// One local day, made once so that each moment of it costs two cosines.
class ClearDay {
 public:
  ClearDay() = default;
  ClearDay(const Place& place, std::int64_t day, Duration utc_offset);

  [[nodiscard]] std::int64_t day() const { return day_; }
  [[nodiscard]] const Daylight& light() const { return light_; }
  [[nodiscard]] double sine_of_elevation(WallTime at) const;
  // What an array gives then, as a part of what it gives at 1000 W/m2.
  [[nodiscard]] double share(WallTime at) const;

 private:
  // The sine of the sun's height above a plane is steady + swing * cosine of the hour angle.
  struct Plane {
    double steady = 0;
    double swing = 0;
  };
  [[nodiscard]] double cosine_of_hour(WallTime at) const;

  std::int64_t day_ = -1;
  Daylight light_{};
  Plane level_{};
  Plane tilted_{};
};

}  // namespace karkara
