// The ground as the planner sees it: heights at places. What nobody surveyed is NaN, *unknown*, and never 0 m: every
// answer that touches it says so. Refuses to know files and projections; controller/planner_io reads them. Asked by
// profiles, lines of sight and viewsheds, from any thread.
#pragma once

#include <cstddef>
#include <span>

#include "controller/planner/terrain/place.h"

namespace karkara::planner {

enum class Sampling {
  Nearest,   // the height of the nearest sample
  Bilinear,  // between the four around; unknown when one that counts is unknown
};

class TerrainView {
 public:
  virtual ~TerrainView() = default;
  // Metres above mean sea level, one for each place; `heights` is as long as `places`.
  virtual void heights_at(std::span<const Place> places, Sampling sampling, std::span<double> heights) const = 0;
  // The distance between samples there, in latitude; 0 where nothing is known. Links over coarse terrain are unproven.
  [[nodiscard]] virtual Degrees resolution_at(const Place& place) const = 0;

  // Adds what stands on the ground (trees, houses) to heights; a place of which nobody knows what stands there becomes
  // unknown. Bare ground, unless a terrain knows more.
  [[nodiscard]] virtual bool has_cover() const { return false; }
  virtual void add_cover(std::span<const Place> /*places*/, std::span<double> /*heights*/) const {}

  [[nodiscard]] double height_at(const Place& place, Sampling sampling) const {
    double height = 0;
    heights_at({&place, 1}, sampling, {&height, 1});
    return height;
  }
};

}  // namespace karkara::planner
