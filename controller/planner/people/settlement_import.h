// Settlements out of a table that somebody else made (HDX, GRID3, OpenStreetMap, a ministry's spreadsheet), each doubt
// told with its row: what was put right, what is carried as unknown, what was left out. Refuses to drop anything
// silently.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/result.h"
#include "controller/planner/people/areas.h"
#include "controller/planner/people/import_doubt.h"
#include "controller/planner/people/table.h"
#include "controller/planner/terrain/place.h"

namespace karkara::planner {

struct Settlement {
  std::string id;  // of the source; "row 12" where it has none
  std::string name;
  Place place;
  std::optional<std::int64_t> people;  // none: unknown, not 0
  std::string code;                    // p-code as the source says; empty where it does not
  std::size_t row = 0;
  std::int64_t schools = 0;  // there; 0 where the source does not tell
  std::int64_t health_centres = 0;
};

struct SettlementImport {
  std::vector<Settlement> settlements;  // in the order of rows
  std::vector<ImportProblem> problems;  // in the order of rows
};

// `country` may be empty: then only the globe bounds places, and an exchange shows only beyond 90 degrees. `areas` may
// be empty: then p-codes are believed. Refuses a table without columns (or geometry) for places.
[[nodiscard]] Result<SettlementImport> import_settlements(const Table& table, const Areas& country, const Areas& areas);

}  // namespace karkara::planner
