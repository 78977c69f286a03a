// Ground by formula with something standing on it: trees between some parallels, unknown east of a meridian.
#pragma once

#include <cmath>
#include <limits>

#include "controller/planner/terrain/formula_terrain.h"

namespace karkara::planner {

class DrawnCover final : public TerrainView {
 public:
  explicit DrawnCover(const TerrainView& ground, double trees = 6, double known_to = 180)
      : ground_{ground}, trees_{trees}, known_to_{known_to} {}

  void heights_at(std::span<const Place> places, Sampling sampling, std::span<double> heights) const override {
    ground_.heights_at(places, sampling, heights);
  }
  [[nodiscard]] Degrees resolution_at(const Place& place) const override { return ground_.resolution_at(place); }
  [[nodiscard]] bool has_cover() const override { return true; }
  void add_cover(std::span<const Place> places, std::span<double> heights) const override {
    for (std::size_t i = 0; i < places.size(); ++i) {
      const bool known = places[i].longitude.value() <= known_to_;
      heights[i] += !known ? std::numeric_limits<double>::quiet_NaN() : has_trees(places[i]) ? trees_ : 0;
    }
  }

 private:
  static bool has_trees(const Place& place) {
    return std::fmod(std::floor(place.latitude.value() * 400 + 0.37), 3) != 0;
  }

  const TerrainView& ground_;
  double trees_;
  double known_to_;
};

}  // namespace karkara::planner
