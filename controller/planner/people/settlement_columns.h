// Which column of a table is what, by the names that HDX, GRID3, OpenStreetMap extracts and spreadsheets in French use.
// Refuses to guess from content. Called by import_settlements.
#pragma once

#include <cstddef>
#include <optional>

#include "controller/planner/people/table.h"

namespace karkara::planner {

struct SettlementColumns {
  std::optional<std::size_t> id, name, latitude, longitude, people, code, schools, health_centres;
  bool has_tags = false;  // the first row holds HXL hashtags
};

[[nodiscard]] SettlementColumns columns_of(const Table& table);

}  // namespace karkara::planner
