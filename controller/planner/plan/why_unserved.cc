#include "controller/planner/plan/why_unserved.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "controller/planner/terrain/line_of_sight.h"

namespace karkara::planner {
namespace {

constexpr double kMedianK = 4.0 / 3.0;

// The ground between drawn straight from one end's to the other's, with nothing on it.
std::vector<double> free_ground(const Profile& profile) {
  std::vector<double> heights(profile.heights.size());
  for (std::size_t i = 0; i < heights.size(); ++i) {
    heights[i] = std::lerp(profile.heights.front(), profile.heights.back(),
                           static_cast<double>(i) / static_cast<double>(heights.size() - 1));
  }
  return heights;
}

bool serves_from(const AccessModel& access, const propagation::PathProfile& path, double metres, const Place& mast,
                 const Place& settlement) {
  const auto model = access.at_heights({Metres{metres}});
  const auto margin = model ? model->margin_over(path, 0, mast, settlement) : Result<Db>{model.error()};
  return margin && margin->value() >= 0;
}

// The least height in whole metres of which the model says that it serves: between one that does not and one that does.
Metres height_that_serves(const AccessModel& access, const propagation::PathProfile& path, double low,
                          const Place& mast, const Place& settlement) {
  double high = kHighestMast.value();
  low = std::floor(low);
  if (!(low < high) || !serves_from(access, path, high, mast, settlement)) {
    return Metres{0};
  }
  while (high - low > 1) {
    const double middle = std::floor((low + high) / 2);
    (serves_from(access, path, middle, mast, settlement) ? high : low) = middle;
  }
  return Metres{high};
}

}  // namespace

Missing why_unserved(const TerrainView& terrain, const AccessModel& access, const Place& mast, std::size_t height,
                     const Place& settlement) {
  Missing answer;
  const auto profile = profile_between(terrain, mast, settlement, kProfileStep, Sampling::Bilinear);
  if (!profile || !profile->is_known()) {
    answer.why = WhyUnserved::UnknownTerrain;
    return answer;
  }
  const propagation::PathProfile path = path_over(*profile);
  const Metres metres = access.heights()[height];
  const auto margin = access.margin_over(path, height, mast, settlement);
  answer.missing = margin ? Db{std::max(0.0, -margin->value())} : Db{0};
  if (answer.missing.value() > 0) {
    answer.height_needed = height_that_serves(access, path, metres.value(), mast, settlement);
  }
  const std::vector<double> free = free_ground(*profile);
  const auto at_best = access.margin_over({free, profile->spacing}, height, mast, settlement);
  if (at_best && at_best->value() >= 0) {
    const SightLine sight = line_of_sight(*profile, metres, access.profile().terminal.height, kMedianK);
    answer.why = WhyUnserved::Obstructed;
    if (sight.clearance) {
      answer.obstruction = great_circle(mast, settlement, profile->heights.size())[sight.at];
    }
  }
  return answer;
}

}  // namespace karkara::planner
