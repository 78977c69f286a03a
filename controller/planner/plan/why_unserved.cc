#include "controller/planner/plan/why_unserved.h"

#include <algorithm>
#include <cmath>

namespace karkara::planner {
namespace {

constexpr double kMedianK = 4.0 / 3.0;

// How much higher the mast at the profile's start would have to be for plain sight, and the sample that asks for it.
// The Fresnel zone of a phone at 1.5 m is never free.
struct Rise {
  double metres = 0;
  std::size_t at = 0;
};

Rise rise_over(const Profile& profile, double mast, double phone) {
  const double length = profile.length().value();
  const double from = profile.heights.front() + mast;
  const double to = profile.heights.back() + phone;
  Rise worst;
  for (std::size_t i = 1; i + 1 < profile.heights.size(); ++i) {
    const double d1 = static_cast<double>(i) * profile.spacing.value();
    const double part = d1 / length;
    const double product = d1 * (length - d1);
    const double wanted = profile.heights[i] + product / (2 * kMedianK * kEarthRadius.value());
    const double short_of = (wanted - (from + (to - from) * part)) / (1 - part);
    if (short_of > worst.metres) {
      worst = {short_of, i};
    }
  }
  return worst;
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
  const auto margin = access.margin_over({profile->heights, profile->spacing}, height, mast, settlement);
  answer.missing = margin ? Db{std::max(0.0, -margin->value())} : Db{0};
  const double metres = access.heights()[height].value();
  const Rise rise = rise_over(*profile, metres, access.profile().terminal.height.value());
  if (rise.metres > 0) {
    answer.why = WhyUnserved::Obstructed;
    answer.obstruction = great_circle(mast, settlement, profile->heights.size())[rise.at];
    answer.height_needed = Metres{metres + rise.metres};
  }
  return answer;
}

}  // namespace karkara::planner
