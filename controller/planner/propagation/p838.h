// Rain's specific attenuation by ITU-R P.838-3: gamma = k R^alpha, for 1 to 1000 GHz. Refuses frequencies outside, and
// rates no rain has. P.530 calls it for hops, link budgets may.
#pragma once

#include "common/result.h"
#include "common/units.h"
#include "controller/planner/propagation/polarization.h"

namespace karkara::propagation::p838 {

struct Coefficients {
  double k;
  double alpha;
};

// `tilt` of the polarization from horizontal: 0 horizontal, 90 vertical, 45 circular.
Result<Coefficients> coefficients(Megahertz frequency, Degrees elevation, Degrees tilt);

struct RainRate {
  double mm_per_hour;
};

// dB a kilometre.
Result<Db> per_km(RainRate rate, Megahertz frequency, Degrees elevation, Degrees tilt);

constexpr Degrees tilt_of(Polarization polarization) {
  return polarization == Polarization::Horizontal ? Degrees{0} : Degrees{90};
}

}  // namespace karkara::propagation::p838
