// How far a prediction moves when what nobody knows exactly moves: where samples of the terrain were taken, how high it
// is, how the air bends rays, which climate it is. A band, not an error bar: it says how much a number may be trusted,
// not how far the truth is off. Plans and explanations call it for links they show; it costs about ten predictions.
#pragma once

#include <vector>

#include "common/result.h"
#include "common/units.h"
#include "controller/planner/propagation/itm.h"
#include "controller/planner/propagation/p1812.h"
#include "controller/planner/propagation/p526.h"

namespace karkara::propagation {

enum class Cause { TerrainSampling, TerrainHeight, Refraction, Climate };

struct Contribution {
  Cause cause;
  Db low;  // least and greatest loss, the nominal one included
  Db high;
};

struct Band {
  Db nominal;
  Db low;
  Db high;
  std::vector<Contribution> by_cause;
  int refused = 0;  // variants that the model refused; they widen nothing
};

// The whole band by so much.
void shift(Band& band, Db by);

// What is in doubt. The defaults are Niger's: an elevation model good to 8 m (its RMSE at runway ends), refractivity of
// dry and wet season, desert in the north and continental subtropical in the south.
struct Doubts {
  Metres vertical_error{8};
  double low_n_units = 270;
  double high_n_units = 360;
  double low_gradient = 30;  // N-units/km
  double high_gradient = 70;
  double low_k = 0.9;
  double high_k = 2.0;
  std::vector<itm::Climate> climates{itm::Climate::Desert, itm::Climate::ContinentalSubtropical};
};

Result<Band> itm_band(const itm::Radio& radio, const itm::Statistics& statistics, const PathProfile& profile,
                      const Doubts& doubts = {});
Result<Band> p1812_band(const PathProfile& profile, const p1812::Link& link, const p1812::Share& share,
                        const Doubts& doubts = {});
// Of the delta-Bullington diffraction loss, about k = 4/3.
Result<Band> diffraction_band(const PathProfile& profile, const p526::Antennas& antennas, const p526::Wave& wave,
                              const Doubts& doubts = {});

}  // namespace karkara::propagation
