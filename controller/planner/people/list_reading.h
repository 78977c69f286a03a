// A list of places while it is imported: its columns, where each row lies, what was in an earlier row, and the doubts
// in the order in which they came. Refuses to know what the list is of. Used by every import of places.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/result.h"
#include "controller/planner/people/known_columns.h"
#include "controller/planner/people/row_place.h"

namespace karkara::planner {

class ListReading {
 public:
  // Both must outlive it. `places`: where the columns are not found by their names.
  ListReading(const Table& table, const Areas& country);
  ListReading(const Table& table, const Areas& country, PlaceColumns places);

  [[nodiscard]] const ColumnNames& columns() const { return columns_; }
  [[nodiscard]] bool has_places() const { return planner::has_places(table_, places_); }
  // InvalidArgument: there are rows, and none of them can have a place.
  [[nodiscard]] Status check_places() const;

  // None: the row is left out, and why is among the doubts.
  [[nodiscard]] std::optional<Place> place_of(const TableRow& row);
  // What the column says; "row 12" where it says nothing.
  [[nodiscard]] static std::string id_of(const TableRow& row, std::optional<std::size_t> column);
  // The row that had the key before; none: from now on this one has it.
  [[nodiscard]] std::optional<std::size_t> earlier_row(const std::string& key, std::size_t row);

  void doubt(std::size_t row, ImportDoubt doubt, std::string text);
  [[nodiscard]] std::vector<ImportProblem> take_doubts() { return std::move(doubts_); }

 private:
  const Table& table_;
  const Areas& country_;
  ColumnNames columns_;
  PlaceColumns places_;
  std::vector<ImportProblem> doubts_;
  std::map<std::string, std::size_t> rows_by_key_;
};

}  // namespace karkara::planner
