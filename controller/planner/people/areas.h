// Administrative areas as polygons: which one holds a place. Refuses topology: rings are as they come, holes count by
// the even-odd rule, and a place on a line belongs to either side. Made by controller/planner_io from GeoJSON and the
// like.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "controller/planner/terrain/place.h"

namespace karkara::planner {

struct Area {
  std::string code;  // p-code
  std::string name;
  std::vector<std::vector<Place>> rings;
};

// Stretches of a parallel inside a shape: pairs of longitudes from west to east, by the even-odd rule.
using Spans = std::vector<std::pair<double, double>>;
[[nodiscard]] Spans spans_at(const std::vector<std::vector<Place>>& rings, Degrees latitude);

// A place well inside a shape; none for one that encloses nothing.
[[nodiscard]] std::optional<Place> inner_place(const std::vector<std::vector<Place>>& rings);

class Areas {
 public:
  explicit Areas(std::vector<Area> areas);
  // The first that holds the place; nullptr where none does.
  [[nodiscard]] const Area* around(const Place& place) const;
  [[nodiscard]] std::optional<std::size_t> index_around(const Place& place) const;
  // All that hold it: areas of operators lie over one another.
  [[nodiscard]] std::vector<std::size_t> all_around(const Place& place) const;
  [[nodiscard]] const std::vector<Area>& all() const { return areas_; }
  // Within `margin` of a corner or an edge of any area, or inside one: borders on maps are off by as much.
  [[nodiscard]] bool is_near(const Place& place, Metres margin) const;
  [[nodiscard]] bool empty() const { return areas_.empty(); }

 private:
  struct Box {
    double south = 91, north = -91, west = 181, east = -181;
  };
  [[nodiscard]] bool holds(std::size_t area, const Place& place) const;
  std::vector<Area> areas_;
  std::vector<Box> boxes_;
};

}  // namespace karkara::planner
