// Where a row of a list lies: its geometry, else its columns; exchanged coordinates are put right, metres and places
// outside the country are told. Refuses to move what has two readings. Called by every import of places.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/planner/people/areas.h"
#include "controller/planner/people/import_doubt.h"
#include "controller/planner/people/table.h"

namespace karkara::planner {

// "13.52483, 2.10982"
[[nodiscard]] std::string shown(const Place& place);

struct PlaceColumns {
  std::optional<std::size_t> latitude, longitude;
};

// Whether any row can have a place.
[[nodiscard]] bool has_places(const Table& table, const PlaceColumns& columns);

// None when the row is left out; each doubt is added to `problems`. `country` may be empty: then only the globe bounds
// places, and an exchange shows only beyond 90 degrees.
[[nodiscard]] std::optional<Place> place_of(const TableRow& row, const PlaceColumns& columns, const Areas& country,
                                            std::vector<ImportProblem>& problems);

}  // namespace karkara::planner
