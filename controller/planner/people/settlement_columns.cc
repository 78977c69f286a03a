#include "controller/planner/people/settlement_columns.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "controller/planner/people/known_columns.h"

namespace karkara::planner {
namespace {

// In the order of preference: an exact population before an estimate, the finest p-code first.
constexpr std::array<std::string_view, 14> kPeople{
    "population", "pop",          "pop_total", "population_totale", "total_pop",     "habitants",       "pop_un_adj",
    "pop_est",    "pop_est_2012", "pop_2012",  "pop_osm",           "estimated_pop", "population_2012", "t_tl"};
constexpr std::array<std::string_view, 12> kCode{"adm3_pcode", "admin3pcode", "adm3pcode",   "adm3_code",
                                                 "pcode",      "p_code",      "adm2_pcode",  "admin2pcode",
                                                 "adm2pcode",  "adm1_pcode",  "admin1pcode", "adm1pcode"};

constexpr std::array<std::string_view, 6> kSchools{"schools",   "school",    "ecoles",
                                                   "nb_ecoles", "n_schools", "num_schools"};
constexpr std::array<std::string_view, 8> kHealthCentres{
    "health_centres", "health_centers", "health_facilities", "health", "centres_de_sante", "nb_centres_sante", "csi",
    "nb_csi"};

// Humanitarian Exchange Language: a row of hashtags below the header.
void read_tags(const TableRow& row, SettlementColumns& columns) {
  for (std::size_t i = 0; i < row.fields.size(); ++i) {
    const std::string tag = normal_column(row.fields[i]);
    const auto is = [&](std::string_view start) { return tag.starts_with(start); };
    std::optional<std::size_t>* column = is("#geo+lat")      ? &columns.latitude
                                         : is("#geo+lon")    ? &columns.longitude
                                         : is("#population") ? &columns.people
                                         : is("#loc+name")   ? &columns.name
                                         : is("#loc+code")   ? &columns.id
                                         : is("#adm3+code")  ? &columns.code
                                                             : nullptr;
    if (column != nullptr && !column->has_value()) {
      *column = i;
    }
  }
}

}  // namespace

SettlementColumns columns_of(const Table& table) {
  const ColumnNames names{table};
  SettlementColumns columns{names.id(),
                            names.name(),
                            names.latitude(),
                            names.longitude(),
                            names.find(kPeople),
                            names.find(kCode),
                            names.find(kSchools),
                            names.find(kHealthCentres),
                            false};
  if (!table.rows.empty()) {
    const auto& first = table.rows[0].fields;
    columns.has_tags =
        std::any_of(first.begin(), first.end(), [](const auto& field) { return field.starts_with('#'); });
    if (columns.has_tags) {
      read_tags(table.rows[0], columns);
    }
  }
  return columns;
}

}  // namespace karkara::planner
