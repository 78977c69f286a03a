// Attenuation by oxygen and water vapour, line by line, of ITU-R P.676-12 (annex 1), 1 to 1000 GHz. Below 10 GHz it is
// some hundredths of a decibel a kilometre. Refuses air that no place has. Link budgets above 10 GHz call it.
#pragma once

#include "common/result.h"
#include "common/units.h"

namespace karkara::propagation::p676 {

struct Air {
  double dry_pressure_hpa = 1013.25;  // without the vapour's own
  double kelvin = 288.15;
  double vapour_g_per_m3 = 7.5;
};

struct Specific {  // dB a kilometre
  Db oxygen;
  Db vapour;
  [[nodiscard]] Db both() const { return oxygen + vapour; }
};

Result<Specific> per_km(Megahertz frequency, const Air& air = {});

// Over a path near the ground, through air that is the same all along.
Result<Db> over_path(Metres distance, Megahertz frequency, const Air& air = {});

}  // namespace karkara::propagation::p676
