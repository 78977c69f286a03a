#include "controller/planner/people/known_columns.h"

#include <algorithm>
#include <array>

namespace karkara::planner {
namespace {

constexpr std::array<std::string_view, 12> kIdColumns{
    "osm_id", "osmid", "@id", "id", "fid", "uuid", "globalid", "mgrs_code", "objectid", "full_id", "site_id", "set_id"};
constexpr std::array<std::string_view, 16> kNameColumns{
    "name",       "nom",       "name_fr",         "localite",    "nom_localite", "set_name", "village",  "site_name",
    "settlement", "sett_name", "settlement_name", "featurename", "nom_village",  "adm4_fr",  "nom_site", "adm4_name"};
constexpr std::array<std::string_view, 8> kLatitudeColumns{"lat",     "latitude", "lat_dd", "y",
                                                           "point_y", "y_coord",  "ycoord", "gps_lat"};
constexpr std::array<std::string_view, 11> kLongitudeColumns{
    "lon", "lng", "long", "longitude", "lon_dd", "long_dd", "x", "point_x", "x_coord", "xcoord", "gps_lon"};

}  // namespace

std::string normal_column(std::string_view name) {
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

ColumnNames::ColumnNames(const Table& table) {
  for (const std::string& column : table.columns) {
    names_.push_back(normal_column(column));
  }
}

std::optional<std::size_t> ColumnNames::find(std::span<const std::string_view> wanted) const {
  for (const std::string_view want : wanted) {
    const auto found = std::find(names_.begin(), names_.end(), want);
    if (found != names_.end()) {
      return static_cast<std::size_t>(found - names_.begin());
    }
  }
  return std::nullopt;
}

std::optional<std::size_t> ColumnNames::id() const {
  return find(kIdColumns);
}
std::optional<std::size_t> ColumnNames::name() const {
  return find(kNameColumns);
}
std::optional<std::size_t> ColumnNames::latitude() const {
  return find(kLatitudeColumns);
}
std::optional<std::size_t> ColumnNames::longitude() const {
  return find(kLongitudeColumns);
}

std::string field_of(const TableRow& row, std::optional<std::size_t> column) {
  return column && *column < row.fields.size() ? row.fields[*column] : std::string{};
}

}  // namespace karkara::planner
