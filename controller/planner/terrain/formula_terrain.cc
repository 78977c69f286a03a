#include "controller/planner/terrain/formula_terrain.h"

#include <cmath>
#include <numbers>

#include "common/splitmix.h"

namespace karkara::planner {
namespace {

constexpr double kLongest = 0.5;  // degrees, about 55 km
constexpr double kRatio = 0.87;   // of a wave's length to the one before: down to 80 m
constexpr double kHurst = 0.6;

double part(std::uint64_t& random) {
  return static_cast<double>(splitmix64(random) >> 11U) * 0x1p-53;
}

}  // namespace

FormulaTerrain::FormulaTerrain(FormulaShape shape) : shape_{shape} {
  std::uint64_t random = shape.seed;
  double length = kLongest;
  for (Wave& wave : waves_) {
    const double direction = part(random) * 2 * std::numbers::pi;
    const double turns = 2 * std::numbers::pi / length;
    wave = {turns * std::cos(direction), turns * std::sin(direction), part(random) * 2 * std::numbers::pi,
            shape.relief * std::pow(length / kLongest, kHurst)};
    length *= kRatio;
  }
}

void FormulaTerrain::heights_at(std::span<const Place> places, Sampling /*sampling*/, std::span<double> heights) const {
  for (std::size_t i = 0; i < places.size(); ++i) {
    double height = shape_.middle;
    for (const Wave& wave : waves_) {
      height += wave.height * std::sin(places[i].latitude.value() * wave.north +
                                       places[i].longitude.value() * wave.east + wave.phase);
    }
    heights[i] = height;
  }
}

Degrees FormulaTerrain::resolution_at(const Place& /*place*/) const {
  return Degrees{1.0 / 3600};
}

}  // namespace karkara::planner
