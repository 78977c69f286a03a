#include "controller/planner/people/list_reading.h"

#include <utility>

namespace karkara::planner {

ListReading::ListReading(const Table& table, const Areas& country, PlaceColumns places)
    : table_{table}, country_{country}, columns_{table}, places_{places} {}

ListReading::ListReading(const Table& table, const Areas& country) : ListReading{table, country, {}} {
  places_ = {columns_.latitude(), columns_.longitude()};
}

Status ListReading::check_places() const {
  if (table_.rows.empty() || has_places()) {
    return {};
  }
  return Error{ErrorCode::InvalidArgument,
               "no columns for places: lat/lon, latitude/longitude or y/x are known, or a geometry"};
}

std::optional<Place> ListReading::place_of(const TableRow& row) {
  return planner::place_of(row, places_, country_, doubts_);
}

std::string ListReading::id_of(const TableRow& row, std::optional<std::size_t> column) {
  std::string id = field_of(row, column);
  return id.empty() ? "row " + std::to_string(row.number) : id;
}

std::optional<std::size_t> ListReading::earlier_row(const std::string& key, std::size_t row) {
  const auto [first, is_new] = rows_by_key_.emplace(key, row);
  return is_new ? std::nullopt : std::optional{first->second};
}

void ListReading::doubt(std::size_t row, ImportDoubt doubt, std::string text) {
  doubts_.push_back({row, doubt, std::move(text)});
}

}  // namespace karkara::planner
