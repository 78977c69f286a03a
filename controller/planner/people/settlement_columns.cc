#include "controller/planner/people/settlement_columns.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

namespace karkara::planner {
namespace {

// In the order of preference: an exact population before an estimate, the finest p-code first.
constexpr std::array<std::string_view, 11> kId{"osm_id", "osmid",    "@id",       "id",       "fid",    "uuid",
                                               "set_id", "globalid", "mgrs_code", "objectid", "full_id"};
constexpr std::array<std::string_view, 14> kName{
    "name",       "nom",       "name_fr",         "localite",    "nom_localite", "set_name", "village",
    "settlement", "sett_name", "settlement_name", "featurename", "nom_village",  "adm4_fr",  "adm4_name"};
constexpr std::array<std::string_view, 8> kLatitude{"lat",     "latitude", "lat_dd", "y",
                                                    "point_y", "y_coord",  "ycoord", "gps_lat"};
constexpr std::array<std::string_view, 11> kLongitude{"lon", "lng",     "long",    "longitude", "lon_dd", "long_dd",
                                                      "x",   "point_x", "x_coord", "xcoord",    "gps_lon"};
constexpr std::array<std::string_view, 14> kPeople{
    "population", "pop",          "pop_total", "population_totale", "total_pop",     "habitants",       "pop_un_adj",
    "pop_est",    "pop_est_2012", "pop_2012",  "pop_osm",           "estimated_pop", "population_2012", "t_tl"};
constexpr std::array<std::string_view, 12> kCode{"adm3_pcode", "admin3pcode", "adm3pcode",   "adm3_code",
                                                 "pcode",      "p_code",      "adm2_pcode",  "admin2pcode",
                                                 "adm2pcode",  "adm1_pcode",  "admin1pcode", "adm1pcode"};

std::string normal(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') {
      text += static_cast<char>(c + 32);
    } else if (c == ' ' || c == '-') {
      text += '_';
    } else {
      text += c;
    }
  }
  return text;
}

std::optional<std::size_t> find(const std::vector<std::string>& names, std::span<const std::string_view> wanted) {
  for (const std::string_view want : wanted) {
    const auto found = std::find(names.begin(), names.end(), want);
    if (found != names.end()) {
      return static_cast<std::size_t>(found - names.begin());
    }
  }
  return std::nullopt;
}

// Humanitarian Exchange Language: a row of hashtags below the header.
void read_tags(const TableRow& row, SettlementColumns& columns) {
  for (std::size_t i = 0; i < row.fields.size(); ++i) {
    const std::string tag = normal(row.fields[i]);
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
  std::vector<std::string> names;
  for (const std::string& column : table.columns) {
    names.push_back(normal(column));
  }
  SettlementColumns columns{find(names, kId),
                            find(names, kName),
                            find(names, kLatitude),
                            find(names, kLongitude),
                            find(names, kPeople),
                            find(names, kCode),
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
