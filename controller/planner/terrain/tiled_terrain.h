// Many tiles as one surface. Where tiles overlap, the finest one that knows the height counts; across an edge, samples
// of the neighbour take part. Where none knows, the height is unknown (NaN). Refuses tiles that do not fit the globe.
// Land cover, where it was given, stands on it.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "controller/planner/terrain/land_cover.h"
#include "controller/planner/terrain/terrain_view.h"
#include "controller/planner/terrain/tile.h"

namespace karkara::planner {

class TiledTerrain final : public TerrainView {
 public:
  // Tiles that pass check(); others are the caller's error and are left out.
  explicit TiledTerrain(std::vector<Tile> tiles);

  void heights_at(std::span<const Place> places, Sampling sampling, std::span<double> heights) const override;
  [[nodiscard]] Degrees resolution_at(const Place& place) const override;

  [[nodiscard]] const std::vector<Tile>& tiles() const { return tiles_; }

  // Tiles of class numbers, which check_classes() found whole, and what their classes are worth.
  void cover_with(std::vector<Tile> classes, const CoverHeights& heights);
  [[nodiscard]] bool has_cover() const override { return cover_ != nullptr; }
  void add_cover(std::span<const Place> places, std::span<double> heights) const override;

  // Of every height, and of what stands on the ground.
  [[nodiscard]] std::uint64_t content_hash() const;

 private:
  struct Cover;
  [[nodiscard]] std::span<const std::uint32_t> near(const Place& place) const;
  [[nodiscard]] double nearest(const Place& place) const;
  [[nodiscard]] double bilinear(const Place& place) const;
  [[nodiscard]] bool bilinear_in(const Tile& tile, const Place& place, double& height) const;

  std::vector<Tile> tiles_;  // finest first, then by name
  // Of each square degree, the tiles that reach into it.
  std::vector<std::vector<std::uint32_t>> by_degree_;
  std::shared_ptr<const Cover> cover_;
};

}  // namespace karkara::planner
