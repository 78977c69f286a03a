#include "controller/planner/existing/mast_import.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "controller/planner/people/list_reading.h"
#include "controller/planner/people/number_text.h"

namespace karkara::planner {
namespace {

using Names = std::string_view;

constexpr Metres kSameMast{20};
constexpr std::array<Names, 9> kHeightColumns{
    "height", "height_m", "hauteur", "hauteur_m", "tower_height", "mast_height", "agl_m", "hauteur_pylone_m", "h_m"};
constexpr std::array<Names, 6> kOwnerColumns{"operator", "operateur", "owner", "proprietaire", "company", "towerco"};
constexpr std::array<Names, 6> kTechnologyColumns{"technology", "technologie", "techno", "radio", "tech", "type_radio"};
constexpr std::array<Names, 5> kEirpColumns{"eirp_dbm", "eirp", "pire_dbm", "pire", "e.i.r.p."};
constexpr std::array<Names, 6> kMegahertzColumns{"frequency_mhz", "freq_mhz",  "mhz",
                                                 "frequence_mhz", "frequency", "frequence"};
constexpr std::array<Names, 1> kManMade{"man_made"};
constexpr std::array<Names, 1> kTag{"tag"};
constexpr std::array<Names, 1> kValue{"value"};

// "45", "45 m", "45m".
std::optional<double> number_with(std::string text, Names unit) {
  if (text.ends_with(unit)) {
    text.resize(text.size() - unit.size());
  }
  return parse_number(text);
}

bool is_mast_kind(Names kind) {
  constexpr std::array<Names, 6> kMasts{"mast",    "tower",        "communications_tower", "communications_mast",
                                        "antenna", "man_made=mast"};
  return std::find(kMasts.begin(), kMasts.end(), kind) != kMasts.end();
}

class MastReading {
 public:
  MastReading(const Table& table, const Areas& country) : table_{table}, list_{table, country} {
    const ColumnNames& names = list_.columns();
    id_ = names.id();
    name_ = names.name();
    height_ = names.find(kHeightColumns);
    owner_ = names.find(kOwnerColumns);
    technology_ = names.find(kTechnologyColumns);
    eirp_ = names.find(kEirpColumns);
    frequency_ = names.find(kMegahertzColumns);
    man_made_ = names.find(kManMade);
    tag_ = names.find(kTag);
    value_ = names.find(kValue);
  }

  [[nodiscard]] Status check_places() const { return list_.check_places(); }

  MastImport run() {
    for (const TableRow& row : table_.rows) {
      const std::string other = other_kind(row);
      if (other.empty()) {
        take(row);
      } else {
        ++result_.other_kinds[other];
      }
    }
    result_.problems = list_.take_doubts();
    return std::move(result_);
  }

 private:
  // What a row is when it is no mast; empty for masts and for lists that hold nothing else.
  [[nodiscard]] std::string other_kind(const TableRow& row) const {
    if (man_made_) {
      const std::string kind = field_of(row, man_made_);
      return is_mast_kind(kind) ? "" : kind.empty() ? "without man_made" : kind;
    }
    if (tag_ && value_) {
      const std::string tag = field_of(row, tag_);
      const std::string value = field_of(row, value_);
      return tag == "man_made" && is_mast_kind(value) ? "" : tag + "=" + value;
    }
    return {};
  }

  void take(const TableRow& row) {
    Mast mast;
    mast.row = row.number;
    mast.id = ListReading::id_of(row, id_);
    mast.name = field_of(row, name_);
    mast.owner = field_of(row, owner_);
    mast.technology = field_of(row, technology_);
    const auto place = list_.place_of(row);
    if (!place) {
      return;
    }
    mast.place = *place;
    if (is_duplicate(mast)) {
      return;
    }
    if (const auto height = side_value(row, height_, "m", 1, 400, "height")) {
      mast.height = Metres{*height};
    }
    if (const auto eirp = side_value(row, eirp_, "dBm", -30, 100, "EIRP")) {
      mast.eirp = Dbm{*eirp};
    }
    if (const auto frequency = side_value(row, frequency_, "MHz", 20, 100'000, "frequency")) {
      mast.frequency = Megahertz{*frequency};
    }
    result_.masts.push_back(std::move(mast));
  }

  std::optional<double> side_value(const TableRow& row, std::optional<std::size_t> column, Names unit, double least,
                                   double most, Names what) {
    const std::string text = field_of(row, column);
    if (text.empty()) {
      return std::nullopt;
    }
    const auto number = number_with(text, unit);
    if (!number || *number < least || *number > most) {
      list_.doubt(row.number, ImportDoubt::UnknownValue,
                  std::string{what} + " '" + text + "' is none; kept, its " + std::string{what} + " is unknown");
      return std::nullopt;
    }
    return number;
  }

  // The same id, or the same owner's mast at the same place: sectors and technologies are rows of their own.
  bool is_duplicate(const Mast& mast) {
    std::string why;
    if (const auto earlier = list_.earlier_row(mast.id, mast.row)) {
      why = "the id " + mast.id + " was in row " + std::to_string(*earlier);
    }
    for (const std::size_t i : why.empty() ? near(mast.place) : std::vector<std::size_t>{}) {
      const Mast& other = result_.masts[i];
      if (other.owner == mast.owner && distance(other.place, mast.place) <= kSameMast) {
        why = "within 20 m of row " + std::to_string(other.row);
      }
    }
    if (!why.empty()) {
      list_.doubt(mast.row, ImportDoubt::Duplicate, why + "; left out");
      return true;
    }
    by_square_[square_of(mast.place)].push_back(result_.masts.size());
    return false;
  }

  using MastSquare = std::pair<long, long>;
  static MastSquare square_of(const Place& place) {
    constexpr double kSquare = 0.01;
    return {std::lround(std::floor(place.latitude.value() / kSquare)),
            std::lround(std::floor(place.longitude.value() / kSquare))};
  }
  [[nodiscard]] std::vector<std::size_t> near(const Place& place) const {
    std::vector<std::size_t> found;
    const MastSquare middle = square_of(place);
    for (long dy = -1; dy <= 1; ++dy) {
      for (long dx = -1; dx <= 1; ++dx) {
        const auto here = by_square_.find({middle.first + dy, middle.second + dx});
        if (here != by_square_.end()) {
          found.insert(found.end(), here->second.begin(), here->second.end());
        }
      }
    }
    return found;
  }

  const Table& table_;
  ListReading list_;
  std::optional<std::size_t> id_, name_, height_, owner_, technology_, eirp_, frequency_, man_made_, tag_, value_;
  MastImport result_;
  std::map<MastSquare, std::vector<std::size_t>> by_square_;
};

}  // namespace

Result<MastImport> import_masts(const Table& table, const Areas& country) {
  MastReading reading{table, country};
  if (const Status places = reading.check_places(); !places) {
    return places.error();
  }
  return reading.run();
}

}  // namespace karkara::planner
