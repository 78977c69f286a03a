// A plan as three tables with places: sites, settlements, hops. All exports (GeoJSON, KML, CSV, GeoPackage) write
// these, so they cannot disagree. Refuses formats. Unknown values are empty cells, never 0.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "controller/planner/plan/plan.h"
#include "controller/planner/roadmap/regions.h"

namespace karkara::planner {

using Cell = std::variant<std::monostate, std::string, std::int64_t, double, bool>;

enum class CellKind { Text, Whole, Real, YesNo };

struct Column {
  std::string name;  // with its unit: hop_km
  CellKind kind = CellKind::Text;
  int digits = 0;  // of real numbers, behind the point
};

struct Feature {
  std::vector<Cell> cells;   // one a column
  std::vector<Place> where;  // one place, or the two ends of a hop
};

struct Layer {
  std::string name;
  std::vector<Column> columns;
  std::vector<Feature> features;
};

// sites, settlements, hops; in the plan's order.
[[nodiscard]] std::vector<Layer> layers_of(const Plan& plan, const Regions& regions);

}  // namespace karkara::planner
