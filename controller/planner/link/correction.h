// By how much measurements say that a model is off: for a radio, and for masts that were measured enough on their own.
// Only what karkara-plan was given a calibration for carries one, and says so; refuses distances that nobody measured:
// there the correction of the nearest that was counts. Fitted by measure/calibration.h, applied by AccessModel.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "common/units.h"
#include "controller/planner/terrain/place.h"

namespace karkara::planner {

// Added to predicted levels: offset, and slope for each tenfold of the distance beyond (or below) 1 km.
struct Correction {
  Db offset;
  Db per_decade;
  Metres nearest{0};  // between these it was measured
  Metres farthest{1e9};
  [[nodiscard]] Db at(Metres away) const;
  friend bool operator==(const Correction&, const Correction&) = default;
};

struct SiteCorrection {
  std::string site;
  Place place;  // of its mast
  Correction correction;
  std::size_t measurements = 0;
  Db rmse_unseen;  // on distances that it was not fitted to
  friend bool operator==(const SiteCorrection&, const SiteCorrection&) = default;
};

struct AccessCorrection {
  Correction correction;  // of every mast without one of its own
  std::size_t measurements = 0;
  std::size_t sites = 0;
  Db rmse_uncorrected;  // both on sites that were left out
  Db rmse_unseen;
  std::vector<SiteCorrection> own;
  friend bool operator==(const AccessCorrection&, const AccessCorrection&) = default;

  // Of the mast that stands there: its own where it has one, within 20 m.
  [[nodiscard]] const Correction& of(const Place& mast) const;
};

// "+6.1 dB at 1 km, -2.0 dB a decade, of 340 measurements of 5 sites from 0.4 to 12.0 km; RMSE 7.2 dB on sites left
// out, 9.9 dB without; 2 masts by their own"
[[nodiscard]] std::string to_text(const AccessCorrection& correction);

}  // namespace karkara::planner
