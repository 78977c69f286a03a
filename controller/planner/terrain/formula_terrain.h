// Terrain from a formula and a seed: hills of many sizes, the same on every machine, for tests and benches that must
// not depend on data. Refuses to stand for any real ground. Heights follow a sum of waves whose size falls with their
// length as on real tiles of Niger's kind (Hurst 0.6).
#pragma once

#include <array>
#include <cstdint>

#include "controller/planner/terrain/terrain_view.h"

namespace karkara::planner {

struct FormulaShape {
  std::uint64_t seed = 1;
  double middle = 300;  // metres, the mean height
  double relief = 25;   // metres, rms of the longest waves
};

class FormulaTerrain final : public TerrainView {
 public:
  explicit FormulaTerrain(FormulaShape shape);

  // Both samplings give the formula itself: it has no samples.
  void heights_at(std::span<const Place> places, Sampling sampling, std::span<double> heights) const override;
  [[nodiscard]] Degrees resolution_at(const Place& place) const override;

 private:
  struct Wave {
    double north;  // radians a degree
    double east;
    double phase;
    double height;  // metres
  };
  FormulaShape shape_;
  std::array<Wave, 48> waves_{};
};

}  // namespace karkara::planner
