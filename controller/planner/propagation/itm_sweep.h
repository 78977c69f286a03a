// Losses from one transmitter to every step of a radial, or to some of them, for coverage maps. Each equals what
// Model::over gives for the part of the radial up to there, whatever else is asked; running sums replace the sums over
// each part, and horizons and deciles are looked for where the step before had them. Whoever fills a raster calls it
// once a radial. Refuses radials that no profile could be; from the first unknown height outwards the answer is
// unknown.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "controller/planner/propagation/itm.h"

namespace karkara::propagation::itm {

class RadialGround;

// Some steps of a radial.
struct SomeSteps {
  PathProfile radial;
  std::span<const std::uint32_t> steps;  // ascending, 2 or more, within the radial
  // The ground that receivers stand on at each step, below what stands on it; none: the radial's heights.
  std::span<const double> ends;
};

class Sweep {
 public:
  explicit Sweep(const Model& model);
  Sweep(Sweep&&) noexcept;
  Sweep& operator=(Sweep&&) noexcept;
  ~Sweep();

  // dB to the receiver at each step from `first_step` on (steps below 2 are too near for a profile); NaN where terrain
  // on the way is unknown or the model refuses. `losses` gets one number a height of the radial, NaN before first_step.
  Status losses_along(const PathProfile& radial, std::size_t first_step, std::vector<float>& losses);
  // The same of some steps: one number each.
  Status losses_at(const SomeSteps& asked, std::vector<float>& losses);

 private:
  Model model_;
  std::unique_ptr<RadialGround> ground_;  // what a radial leaves is used by no other
};

}  // namespace karkara::propagation::itm
