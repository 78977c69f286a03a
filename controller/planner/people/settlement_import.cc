#include "controller/planner/people/settlement_import.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "controller/planner/people/number_text.h"
#include "controller/planner/people/settlement_columns.h"

namespace karkara::planner {
namespace {

constexpr Metres kBorderMargin{2'000};      // of what borders and places are off by
constexpr Metres kSamePlace{100};           // of two rows with one name that are one settlement
constexpr double kMostPeople = 50'000'000;  // of one settlement; the largest city of Africa has fewer

std::string shown(double number) {
  std::string text = std::to_string(number);
  return text.substr(0, text.find('.') + 6);
}

std::string shown(const Place& place) {
  return shown(place.latitude.value()) + ", " + shown(place.longitude.value());
}

class Import {
 public:
  Import(const Table& table, const Areas& country, const Areas& areas)
      : table_{table}, columns_{columns_of(table)}, country_{country}, areas_{areas} {}

  [[nodiscard]] bool has_places() const {
    const bool points = std::any_of(table_.rows.begin(), table_.rows.end(), [](const auto& row) { return row.point; });
    return points || (columns_.latitude && columns_.longitude);
  }

  SettlementImport run() {
    for (std::size_t i = columns_.has_tags ? 1 : 0; i < table_.rows.size(); ++i) {
      take(table_.rows[i]);
    }
    return std::move(result_);
  }

 private:
  void take(const TableRow& row) {
    Settlement settlement;
    settlement.row = row.number;
    settlement.name = field(row, columns_.name);
    settlement.id = field(row, columns_.id);
    settlement.code = field(row, columns_.code);
    if (settlement.id.empty()) {
      settlement.id = "row " + std::to_string(row.number);
    }
    const auto place = place_of(row);
    if (!place) {
      return;
    }
    settlement.place = *place;
    if (is_duplicate(settlement)) {
      return;
    }
    settlement.people = people_of(row);
    check_area(settlement);
    result_.settlements.push_back(std::move(settlement));
  }

  static std::string field(const TableRow& row, std::optional<std::size_t> column) {
    return column && *column < row.fields.size() ? row.fields[*column] : std::string{};
  }

  void doubt(std::size_t row, ImportDoubt doubt, std::string text) {
    result_.problems.push_back({row, doubt, std::move(text)});
  }

  std::optional<Place> place_of(const TableRow& row) {
    double latitude = 0;
    double longitude = 0;
    if (row.point) {
      latitude = row.point->y;
      longitude = row.point->x;
    } else {
      const auto lat = parse_angle(field(row, columns_.latitude));
      const auto lon = parse_angle(field(row, columns_.longitude));
      if (!lat || !lon) {
        doubt(
            row.number, ImportDoubt::NoPlace,
            "'" + field(row, columns_.latitude) + "', '" + field(row, columns_.longitude) + "' is no place; left out");
        return std::nullopt;
      }
      latitude = lat->degrees;
      longitude = lon->degrees;
      if (lat->had_minutes || lon->had_minutes) {
        doubt(row.number, ImportDoubt::DegreesMinutes,
              "written in degrees and minutes; taken as " + shown(latitude) + ", " + shown(longitude));
      }
    }
    return checked(row.number, latitude, longitude);
  }

  std::optional<Place> checked(std::size_t row, double latitude, double longitude) {
    if (!std::isfinite(latitude) || !std::isfinite(longitude)) {
      doubt(row, ImportDoubt::NoPlace, "no finite coordinates; left out");
      return std::nullopt;
    }
    const auto place = place_from(latitude, longitude);
    if (place && lies_in_country(*place)) {
      return *place;
    }
    const auto exchanged = place_from(longitude, latitude);
    if (exchanged && lies_in_country(*exchanged)) {
      doubt(row, ImportDoubt::Swapped, "latitude and longitude are exchanged; taken as " + shown(*exchanged));
      return *exchanged;
    }
    if (std::abs(latitude) > 180 || std::abs(longitude) > 180) {
      doubt(row, ImportDoubt::WrongCrs,
            shown(latitude) + ", " + shown(longitude) + " is not in degrees (metres of UTM?); left out");
    } else {
      doubt(row, ImportDoubt::OutsideCountry,
            shown(latitude) + ", " + shown(longitude) + " lies outside the country; left out");
    }
    return std::nullopt;
  }

  [[nodiscard]] bool lies_in_country(const Place& place) const {
    return country_.empty() || country_.is_near(place, kBorderMargin);
  }

  // The same id, or the same name (also none) at the same place.
  bool is_duplicate(const Settlement& settlement) {
    const auto [first_with_id, is_new] = rows_by_id_.emplace(settlement.id, settlement.row);
    if (!is_new) {
      doubt(settlement.row, ImportDoubt::Duplicate,
            "the id " + settlement.id + " was in row " + std::to_string(first_with_id->second) + "; left out");
      return true;
    }
    auto& namesakes = by_name_[settlement.name];
    for (const std::size_t i : namesakes) {
      const Settlement& other = result_.settlements[i];
      // A degree is 111 km: most namesakes are told apart without a cosine.
      const bool may = std::abs((other.place.latitude - settlement.place.latitude).value()) < 0.001;
      if (may && distance(other.place, settlement.place) <= kSamePlace) {
        doubt(settlement.row, ImportDoubt::Duplicate,
              "'" + settlement.name + "' is within 100 m of row " + std::to_string(other.row) + "; left out");
        return true;
      }
    }
    namesakes.push_back(result_.settlements.size());
    return false;
  }

  std::optional<std::int64_t> people_of(const TableRow& row) {
    const std::string text = field(row, columns_.people);
    if (text.empty()) {
      return std::nullopt;
    }
    const auto number = parse_number(text);
    if (!number || *number < 0 || *number > kMostPeople) {
      doubt(row.number, ImportDoubt::BadPopulation, "population '" + text + "'; its people are unknown");
      return std::nullopt;
    }
    return std::llround(*number);
  }

  // Codes of different levels agree when one begins with the other: NE006003 holds NE006003001.
  void check_area(const Settlement& settlement) {
    if (settlement.code.empty() || areas_.empty()) {
      return;
    }
    const Area* area = areas_.around(settlement.place);
    const bool agrees =
        area != nullptr && (area->code.starts_with(settlement.code) || settlement.code.starts_with(area->code));
    if (!agrees) {
      doubt(settlement.row, ImportDoubt::OtherArea,
            "its p-code is " + settlement.code + ", but it lies in " +
                (area == nullptr ? "no area" : area->code + " (" + area->name + ")") + "; kept");
    }
  }

  const Table& table_;
  SettlementColumns columns_;
  const Areas& country_;
  const Areas& areas_;
  SettlementImport result_;
  std::map<std::string, std::size_t> rows_by_id_;
  std::map<std::string, std::vector<std::size_t>> by_name_;
};

}  // namespace

bool is_left_out(ImportDoubt doubt) {
  switch (doubt) {
    case ImportDoubt::NoPlace:
    case ImportDoubt::WrongCrs:
    case ImportDoubt::OutsideCountry:
    case ImportDoubt::Duplicate: return true;
    case ImportDoubt::Swapped:
    case ImportDoubt::DegreesMinutes:
    case ImportDoubt::BadPopulation:
    case ImportDoubt::OtherArea: return false;
  }
  return false;
}

Result<SettlementImport> import_settlements(const Table& table, const Areas& country, const Areas& areas) {
  Import import{table, country, areas};
  if (!table.rows.empty() && !import.has_places()) {
    return Error{ErrorCode::InvalidArgument,
                 "no columns for places: lat/lon, latitude/longitude or y/x are known, or a geometry"};
  }
  return import.run();
}

}  // namespace karkara::planner
