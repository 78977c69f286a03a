// Masts that stand already, out of lists of operators, regulators and OpenStreetMap. Rows of other kinds (an extract
// holds wells and schools too) are counted by kind, doubtful ones told one by one. Refuses to guess heights: an unknown
// one stays unknown.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/result.h"
#include "common/units.h"
#include "controller/planner/people/areas.h"
#include "controller/planner/people/import_doubt.h"
#include "controller/planner/people/table.h"

namespace karkara::planner {

struct Mast {
  std::string id;  // of the source; "row 12" where it has none
  std::string name;
  Place place;
  std::optional<Metres> height;  // above the ground
  std::string owner;             // operator, as the source says
  std::string technology;
  std::optional<Dbm> eirp;
  std::optional<Megahertz> frequency;
  std::size_t row = 0;
};

struct MastImport {
  std::vector<Mast> masts;                         // in the order of rows
  std::vector<ImportProblem> problems;             // in the order of rows
  std::map<std::string, std::size_t> other_kinds;  // what rows that are no masts are, and how many
};

// Refuses a table without columns (or geometry) for places.
[[nodiscard]] Result<MastImport> import_masts(const Table& table, const Areas& country);

}  // namespace karkara::planner
