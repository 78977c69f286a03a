#include "controller/planner/link/correction.h"

#include <algorithm>
#include <cstdio>

#include "controller/planner/propagation/portable_math.h"

namespace karkara::planner {
namespace {

constexpr Metres kSameMast{20};
constexpr double kSameMastDegrees = 0.0002;  // more than that, of latitude: most masts are told apart by it

}  // namespace

Db Correction::at(Metres away) const {
  const Metres measured = std::clamp(away, nearest, std::max(nearest, farthest));
  return offset + per_decade * portable::log10(std::max(measured.value(), 1.0) / 1000);
}

const Correction& AccessCorrection::of(const Place& mast) const {
  const auto found = std::find_if(own.begin(), own.end(), [&](const SiteCorrection& site) {
    const double north = (site.place.latitude - mast.latitude).value();
    return north < kSameMastDegrees && -north < kSameMastDegrees && distance(site.place, mast) <= kSameMast;
  });
  return found == own.end() ? correction : found->correction;
}

std::string to_text(const AccessCorrection& correction) {
  char text[320];
  const Correction& all = correction.correction;
  std::snprintf(text, sizeof text,
                "%+.1f dB at 1 km, %+.1f dB a decade, of %zu measurements of %zu sites from %.1f to %.1f km; RMSE %.1f "
                "dB on what was left out, %.1f dB without; %zu masts by their own",
                all.offset.value(), all.per_decade.value(), correction.measurements, correction.sites,
                all.nearest.value() / 1000, all.farthest.value() / 1000, correction.rmse_unseen.value(),
                correction.rmse_uncorrected.value(), correction.own.size());
  return text;
}

}  // namespace karkara::planner
