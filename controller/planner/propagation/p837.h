// Rain rates by ITU-R P.837-7, annex 1: from each month's mean temperature and rainfall to how much of the year it
// rains harder than a rate. The monthly values come from a rain gauge, a reanalysis or the ITU's maps, which may not be
// shipped. Refuses months that no climate has. P.530's rain part needs the rate of 0.01 % of the year.
#pragma once

#include <array>

#include "common/result.h"
#include "common/units.h"
#include "controller/planner/propagation/p838.h"

namespace karkara::propagation::p837 {

struct Month {
  Celsius temperature;  // mean at the surface
  double rainfall_mm = 0;
};
using Year = std::array<Month, 12>;  // January first

Result<Percent> rain_probability(const Year& year);  // of the year, annual P0

// Exceeded in a share of the year; 0 mm/h where it rains less than that.
Result<p838::RainRate> rain_rate(const Year& year, Percent exceeded);

}  // namespace karkara::propagation::p837
