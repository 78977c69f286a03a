#include "controller/planner/people/row_place.h"

#include <algorithm>
#include <cmath>

#include "controller/planner/people/known_columns.h"
#include "controller/planner/people/number_text.h"

namespace karkara::planner {
namespace {

constexpr Metres kBorderMargin{2'000};  // of what borders and places are off by

std::string shown_pair(double latitude, double longitude) {
  const auto five_digits = [](double number) {
    const std::string text = std::to_string(number);
    return text.substr(0, text.find('.') + 6);
  };
  return five_digits(latitude) + ", " + five_digits(longitude);
}

bool lies_in(const Areas& country, const Place& place) {
  return country.empty() || country.is_near(place, kBorderMargin);
}

std::optional<Place> checked_place(std::size_t row, double latitude, double longitude, const Areas& country,
                                   std::vector<ImportProblem>& problems) {
  if (!std::isfinite(latitude) || !std::isfinite(longitude)) {
    problems.push_back({row, ImportDoubt::NoPlace, "no finite coordinates; left out"});
    return std::nullopt;
  }
  const auto place = place_from(latitude, longitude);
  if (place && lies_in(country, *place)) {
    return *place;
  }
  const auto exchanged = place_from(longitude, latitude);
  if (exchanged && lies_in(country, *exchanged)) {
    problems.push_back(
        {row, ImportDoubt::Swapped, "latitude and longitude are exchanged; taken as " + shown(*exchanged)});
    return *exchanged;
  }
  if (std::abs(latitude) > 180 || std::abs(longitude) > 180) {
    problems.push_back({row, ImportDoubt::WrongCrs,
                        shown_pair(latitude, longitude) + " is not in degrees (metres of UTM?); left out"});
  } else {
    problems.push_back(
        {row, ImportDoubt::OutsideCountry, shown_pair(latitude, longitude) + " lies outside the country; left out"});
  }
  return std::nullopt;
}

}  // namespace

std::string shown(const Place& place) {
  return shown_pair(place.latitude.value(), place.longitude.value());
}

bool has_places(const Table& table, const PlaceColumns& columns) {
  return (columns.latitude && columns.longitude) ||
         std::any_of(table.rows.begin(), table.rows.end(), [](const TableRow& row) { return row.point.has_value(); });
}

std::optional<Place> place_of(const TableRow& row, const PlaceColumns& columns, const Areas& country,
                              std::vector<ImportProblem>& problems) {
  if (row.point) {
    return checked_place(row.number, row.point->y, row.point->x, country, problems);
  }
  const std::string latitude = field_of(row, columns.latitude);
  const std::string longitude = field_of(row, columns.longitude);
  const auto lat = parse_angle(latitude);
  const auto lon = parse_angle(longitude);
  if (!lat || !lon) {
    problems.push_back(
        {row.number, ImportDoubt::NoPlace, "'" + latitude + "', '" + longitude + "' is no place; left out"});
    return std::nullopt;
  }
  if (lat->had_minutes || lon->had_minutes) {
    problems.push_back({row.number, ImportDoubt::DegreesMinutes,
                        "written in degrees and minutes; taken as " + shown_pair(lat->degrees, lon->degrees)});
  }
  return checked_place(row.number, lat->degrees, lon->degrees, country, problems);
}

bool is_left_out(ImportDoubt doubt) {
  switch (doubt) {
    case ImportDoubt::NoPlace:
    case ImportDoubt::WrongCrs:
    case ImportDoubt::OutsideCountry:
    case ImportDoubt::Duplicate:
    case ImportDoubt::BadShape:
    case ImportDoubt::BadValue: return true;
    case ImportDoubt::Swapped:
    case ImportDoubt::DegreesMinutes:
    case ImportDoubt::TakenAs:
    case ImportDoubt::BadPopulation:
    case ImportDoubt::UnknownValue:
    case ImportDoubt::OtherArea:
    case ImportDoubt::BadCode:
    case ImportDoubt::Overlap: return false;
  }
  return false;
}

}  // namespace karkara::planner
