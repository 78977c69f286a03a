// Regions, departments and communes from polygons with p-codes, each doubt told with its feature. Refuses to mend
// topology: an area that overlaps another is kept and told. Places are looked up in what came out.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "controller/planner/people/areas.h"
#include "controller/planner/people/import_doubt.h"
#include "controller/planner/people/shapes.h"

namespace karkara::planner {

inline constexpr std::size_t kRegion = 0;
inline constexpr std::size_t kDepartment = 1;
inline constexpr std::size_t kCommune = 2;

struct AdminUnit {
  std::array<std::string, 3> code;  // region, department, commune; empty where the file is coarser
  std::array<std::string, 3> name;
  std::size_t row = 0;
  [[nodiscard]] std::string_view finest_code() const;
};

class Borders {
 public:
  Borders() : Borders({}, {}) {}
  Borders(std::vector<AdminUnit> units, std::vector<Area> areas);  // one area a unit
  // nullptr where no area holds the place.
  [[nodiscard]] const AdminUnit* around(const Place& place) const;
  [[nodiscard]] const std::vector<AdminUnit>& units() const { return units_; }
  [[nodiscard]] const Areas& areas() const { return areas_; }

 private:
  std::vector<AdminUnit> units_;
  Areas areas_;
};

struct BorderImport {
  Borders borders;
  std::vector<ImportProblem> problems;
};

// `country` may be empty: then nothing is said about what lies outside. Refuses a file without any polygon.
[[nodiscard]] Result<BorderImport> import_borders(const ShapeTable& shapes, const Areas& country);

}  // namespace karkara::planner
