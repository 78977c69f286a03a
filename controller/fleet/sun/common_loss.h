// What all sites of a region lost together, split by its pace: what came faster than dust can settle is haze. Refuses
// to tell slow haze from dust. Used by judge_site().
#pragma once

#include <optional>

#include "controller/fleet/sun/soiling_judgement.h"

namespace karkara {

// As logarithms, 0 or more.
struct CommonLoss {
  double lasting = 0;            // dust at most: a haze of weeks is in it
  double sky = 0;                // haze at least, on the newest day
  bool sank_over_weeks = false;  // the lasting part was there, or half of it, a fortnight ago
};

// Nothing when no day of the last three had enough neighbours.
[[nodiscard]] std::optional<CommonLoss> common_loss(const SunTrack& track);

}  // namespace karkara
