// Administrative areas as polygons: which one holds a place. Refuses topology: rings are as they come, holes count by
// the even-odd rule, and a place on a line belongs to either side. Made by controller/planner_io from GeoJSON and the
// like.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/planner/terrain/place.h"

namespace karkara::planner {

struct Area {
  std::string code;  // p-code
  std::string name;
  std::vector<std::vector<Place>> rings;
};

class Areas {
 public:
  explicit Areas(std::vector<Area> areas);
  // The first that holds the place; nullptr where none does.
  [[nodiscard]] const Area* around(const Place& place) const;
  // Within `margin` of a corner or an edge of any area, or inside one: borders on maps are off by as much.
  [[nodiscard]] bool is_near(const Place& place, Metres margin) const;
  [[nodiscard]] bool empty() const { return areas_.empty(); }

 private:
  struct Box {
    double south = 91, north = -91, west = 181, east = -181;
  };
  std::vector<Area> areas_;
  std::vector<Box> boxes_;
};

}  // namespace karkara::planner
