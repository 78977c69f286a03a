#include "controller/planner/propagation/free_space.h"

#include <cmath>
#include <numbers>

#include "controller/planner/propagation/portable_math.h"

namespace karkara::propagation {
namespace {

constexpr double kSpeedOfLight = 299'792'458;

bool is_positive(double x) {
  return x > 0 && std::isfinite(x);
}

}  // namespace

Result<Db> free_space_loss(Metres distance, Megahertz frequency) {
  if (!is_positive(distance.value())) {
    return Error{ErrorCode::InvalidArgument, "free-space loss needs a distance above 0 m"};
  }
  if (!is_positive(frequency.value())) {
    return Error{ErrorCode::InvalidArgument, "free-space loss needs a frequency above 0 MHz"};
  }
  // P.525, eq (4): 20 log10(4 pi d / lambda), as a sum so that no product overflows.
  const double per_wave = 4.0 * std::numbers::pi * 1e6 / kSpeedOfLight;
  return Db{20.0 *
            (portable::log10(per_wave) + portable::log10(distance.value()) + portable::log10(frequency.value()))};
}

}  // namespace karkara::propagation
