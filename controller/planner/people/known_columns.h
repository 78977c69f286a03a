// Column names that lists of places share, as HDX, GRID3, OpenStreetMap extracts and spreadsheets in French spell them.
// Refuses to guess from content. Called by every import.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "controller/planner/people/table.h"

namespace karkara::planner {

// Lower case, blanks and hyphens as underscores.
[[nodiscard]] std::string normal_column(std::string_view name);

// The names of a table's columns, looked up in the order of preference.
class ColumnNames {
 public:
  explicit ColumnNames(const Table& table);
  [[nodiscard]] std::optional<std::size_t> find(std::span<const std::string_view> wanted) const;
  [[nodiscard]] std::optional<std::size_t> id() const;
  [[nodiscard]] std::optional<std::size_t> name() const;
  [[nodiscard]] std::optional<std::size_t> latitude() const;
  [[nodiscard]] std::optional<std::size_t> longitude() const;

 private:
  std::vector<std::string> names_;
};

// Empty where the row has no such column.
[[nodiscard]] std::string field_of(const TableRow& row, std::optional<std::size_t> column);

}  // namespace karkara::planner
