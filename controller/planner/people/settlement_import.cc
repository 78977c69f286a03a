#include "controller/planner/people/settlement_import.h"

#include <cmath>
#include <map>

#include "controller/planner/people/list_reading.h"
#include "controller/planner/people/number_text.h"
#include "controller/planner/people/settlement_columns.h"

namespace karkara::planner {
namespace {

constexpr Metres kSamePlace{100};           // of two rows with one name that are one settlement
constexpr double kMostOfAKind = 1'000;      // schools or health centres of one settlement
constexpr double kMostPeople = 50'000'000;  // of one settlement; the largest city of Africa has fewer

class Import {
 public:
  Import(const Table& table, const Areas& country, const Areas& areas)
      : table_{table},
        columns_{columns_of(table)},
        list_{table, country, {columns_.latitude, columns_.longitude}},
        areas_{areas} {}

  [[nodiscard]] Status check_places() const { return list_.check_places(); }

  SettlementImport run() {
    for (std::size_t i = columns_.has_tags ? 1 : 0; i < table_.rows.size(); ++i) {
      take(table_.rows[i]);
    }
    result_.problems = list_.take_doubts();
    return std::move(result_);
  }

 private:
  void take(const TableRow& row) {
    Settlement settlement;
    settlement.row = row.number;
    settlement.name = field_of(row, columns_.name);
    settlement.id = ListReading::id_of(row, columns_.id);
    settlement.code = field_of(row, columns_.code);
    const auto place = list_.place_of(row);
    if (!place) {
      return;
    }
    settlement.place = *place;
    if (is_duplicate(settlement)) {
      return;
    }
    settlement.people = people_of(row);
    settlement.schools = count_of(row, columns_.schools, "schools");
    settlement.health_centres = count_of(row, columns_.health_centres, "health centres");
    check_area(settlement);
    result_.settlements.push_back(std::move(settlement));
  }

  // The same id, or the same name (also none) at the same place.
  bool is_duplicate(const Settlement& settlement) {
    if (const auto earlier = list_.earlier_row(settlement.id, settlement.row)) {
      list_.doubt(settlement.row, ImportDoubt::Duplicate,
                  "the id " + settlement.id + " was in row " + std::to_string(*earlier) + "; left out");
      return true;
    }
    auto& namesakes = by_name_[settlement.name];
    for (const std::size_t i : namesakes) {
      const Settlement& other = result_.settlements[i];
      // A degree is 111 km: most namesakes are told apart without a cosine.
      const bool may = std::abs((other.place.latitude - settlement.place.latitude).value()) < 0.001;
      if (may && distance(other.place, settlement.place) <= kSamePlace) {
        list_.doubt(settlement.row, ImportDoubt::Duplicate,
                    "'" + settlement.name + "' is within 100 m of row " + std::to_string(other.row) + "; left out");
        return true;
      }
    }
    namesakes.push_back(result_.settlements.size());
    return false;
  }

  std::optional<std::int64_t> people_of(const TableRow& row) {
    const std::string text = field_of(row, columns_.people);
    if (text.empty()) {
      return std::nullopt;
    }
    const auto number = parse_number(text);
    if (!number || *number < 0 || *number > kMostPeople) {
      list_.doubt(row.number, ImportDoubt::BadPopulation, "population '" + text + "'; its people are unknown");
      return std::nullopt;
    }
    return std::llround(*number);
  }

  std::int64_t count_of(const TableRow& row, std::optional<std::size_t> column, const std::string& what) {
    const std::string text = field_of(row, column);
    const auto number = parse_number(text);
    if (number && *number >= 0 && *number <= kMostOfAKind) {
      return std::llround(*number);
    }
    if (!text.empty()) {
      list_.doubt(row.number, ImportDoubt::UnknownValue, what + " '" + text + "'; none is counted");
    }
    return 0;
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
      list_.doubt(settlement.row, ImportDoubt::OtherArea,
                  "its p-code is " + settlement.code + ", but it lies in " +
                      (area == nullptr ? "no area" : area->code + " (" + area->name + ")") + "; kept");
    }
  }

  const Table& table_;
  SettlementColumns columns_;
  ListReading list_;
  const Areas& areas_;
  SettlementImport result_;
  std::map<std::string, std::vector<std::size_t>> by_name_;
};

}  // namespace

Result<SettlementImport> import_settlements(const Table& table, const Areas& country, const Areas& areas) {
  Import import{table, country, areas};
  if (const Status places = import.check_places(); !places) {
    return places.error();
  }
  return import.run();
}

}  // namespace karkara::planner
