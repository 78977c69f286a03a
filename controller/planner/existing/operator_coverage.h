// Where operators say that they cover: polygons, or towers with how far each reaches. Refuses to believe or disbelieve:
// it tells who claims a place. A SIM as backhaul and "already covered" both rest on it.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/result.h"
#include "common/units.h"
#include "controller/planner/people/areas.h"
#include "controller/planner/people/import_doubt.h"
#include "controller/planner/people/shapes.h"

namespace karkara::planner {

struct OperatorTower {
  std::string owner;
  std::string technology;
  Place place;
  Metres reach;
  std::size_t row = 0;
  std::string id{};  // of the source; "row 12" where it has none
};

// What claims a place: a tower or an area.
struct NetworkClaim {
  std::size_t number = 0;  // in towers(); areas() are numbered on behind them
  Metres distance;         // to the tower; 0 for an area
};

class OperatorCoverage {
 public:
  OperatorCoverage() : OperatorCoverage({}, {}) {}
  // Areas carry the operator as their name and the technology as their code.
  OperatorCoverage(std::vector<Area> areas, std::vector<OperatorTower> towers);

  // Names of the operators that claim the place, each once, in order.
  [[nodiscard]] std::vector<std::string> owners_at(const Place& place) const;
  // Towers that reach the place, the nearest first, then areas around it, one of each operator.
  [[nodiscard]] std::vector<NetworkClaim> claims_at(const Place& place) const;
  [[nodiscard]] const Areas& areas() const { return areas_; }
  [[nodiscard]] const std::vector<OperatorTower>& towers() const { return towers_; }

 private:
  Areas areas_;
  std::vector<OperatorTower> towers_;
  std::map<std::pair<long, long>, std::vector<std::size_t>> by_square_;
};

struct OperatorImport {
  OperatorCoverage coverage;
  std::vector<ImportProblem> problems;  // in the order of rows
};

// A row with a polygon is an area; one with a point (or columns for it) and a reach is a tower. Cell lists name their
// operator by MCC and MNC when nothing else does. `country` may be empty.
[[nodiscard]] Result<OperatorImport> import_operators(const ShapeTable& shapes, const Areas& country);

}  // namespace karkara::planner
