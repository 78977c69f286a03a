#include "controller/planner/live/division_table.h"

#include <algorithm>

#include "controller/planner/outputs/text.h"
#include "controller/planner/people/table.h"

namespace karkara::planner {
namespace {

constexpr std::array<std::string_view, 4> kDivisionColumns{"id", "region", "department", "commune"};

Error other_plan() {
  return {ErrorCode::DataLoss, "is not the table of this plan"};
}

// As parse_csv gives back what csv_text made of it.
std::string as_exported(std::string_view id) {
  std::string text = csv_text(id);
  const auto read = parse_csv("id\n" + text + "\n");
  return read && read->rows.size() == 1 ? read->rows.front().fields.front() : text;
}

// The apostrophe before what a spreadsheet would run is no part of the name.
std::string as_named(const std::string& field) {
  const bool guarded =
      field.size() > 1 && field.front() == '\'' && std::string_view{"=+-@\t"}.find(field[1]) != std::string_view::npos;
  return guarded ? field.substr(1) : field;
}

}  // namespace

Result<std::vector<AreaNames>> parse_divisions(std::string_view csv, const std::vector<std::string_view>& ids) {
  const auto table = parse_csv(csv);
  if (!table) {
    return table.error();
  }
  if (ids.empty() && table->rows.empty() && table->problems.empty()) {
    return std::vector<AreaNames>{};  // of nothing even the columns are not told
  }
  std::array<std::size_t, 4> at{};
  for (std::size_t i = 0; i < at.size(); ++i) {
    const auto column = std::find(table->columns.begin(), table->columns.end(), kDivisionColumns.at(i));
    if (column == table->columns.end()) {
      return other_plan();
    }
    at.at(i) = static_cast<std::size_t>(column - table->columns.begin());
  }
  if (table->rows.size() != ids.size() || !table->problems.empty()) {
    return other_plan();
  }
  std::vector<AreaNames> divisions;
  divisions.reserve(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::vector<std::string>& fields = table->rows[i].fields;
    if (fields[at[0]] != ids[i] && fields[at[0]] != as_exported(ids[i])) {
      return other_plan();
    }
    divisions.push_back({as_named(fields[at[1]]), as_named(fields[at[2]]), as_named(fields[at[3]])});
  }
  return divisions;
}

}  // namespace karkara::planner
