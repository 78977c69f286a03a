// Rows of text as lists of places come: CSV, GeoJSON and GeoPackage all end up here. Refuses to understand them:
// SettlementImport does. Made by parse_csv and by controller/planner_io.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace karkara::planner {

struct TablePoint {
  double x = 0;  // longitude, if the table speaks of degrees
  double y = 0;
};

struct TableRow {
  std::size_t number = 0;           // line of a CSV, feature number of others: where to look
  std::vector<std::string> fields;  // as many as columns
  std::optional<TablePoint> point;  // its geometry's middle, where it has one
};

struct Table {
  std::vector<std::string> columns;
  std::vector<TableRow> rows;
  std::vector<Error> problems;  // rows that could not even be read; each names its row
};

// RFC 4180, separated by comma, semicolon or tab (what the header holds most of); with or without a byte order mark.
// Rows with another number of fields are problems. Refuses a text without a header.
[[nodiscard]] Result<Table> parse_csv(std::string_view text);

}  // namespace karkara::planner
