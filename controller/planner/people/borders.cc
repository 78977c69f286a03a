#include "controller/planner/people/borders.h"

#include <algorithm>
#include <map>

#include "controller/planner/people/known_columns.h"
#include "controller/planner/people/row_place.h"

namespace karkara::planner {
namespace {

constexpr Metres kOffAtBorders{2'000};

// Columns of one level, by the names that OCHA, GADM and national files use.
std::optional<std::size_t> code_column(const ColumnNames& names, char level) {
  const std::string l(1, level);
  const std::array<std::string, 6> wanted{"adm" + l + "_pcode", "adm" + l + "pcode", "admin" + l + "pcode",
                                          "adm" + l + "_code",  "gid_" + l,          "code_" + l};
  const std::array<std::string_view, 6> views{wanted[0], wanted[1], wanted[2], wanted[3], wanted[4], wanted[5]};
  return names.find(views);
}

std::optional<std::size_t> name_column(const ColumnNames& names, char level) {
  const std::string l(1, level);
  constexpr std::array<std::string_view, 3> kFrench{"region", "departement", "commune"};
  const std::array<std::string, 7> wanted{"adm" + l + "_fr",  "adm" + l + "_en",    "adm" + l + "_name",
                                          "adm" + l + "name", "admin" + l + "name", "admin" + l + "name_fr",
                                          "name_" + l};
  std::vector<std::string_view> views{wanted.begin(), wanted.end()};
  views.push_back(kFrench[static_cast<std::size_t>(level - '1')]);
  return names.find(views);
}

// Latitude for longitude; empty where that is not on the globe.
std::vector<std::vector<Place>> exchanged_rings(std::vector<std::vector<Place>> rings) {
  for (auto& ring : rings) {
    for (Place& place : ring) {
      if (!place_from(place.longitude.value(), place.latitude.value())) {
        return {};
      }
      place = Place{place.longitude, place.latitude};
    }
  }
  return rings;
}

class BorderReading {
 public:
  BorderReading(const ShapeTable& shapes, const Areas& country) : shapes_{shapes}, country_{country} {
    const ColumnNames names{shapes.table};
    for (std::size_t level = 0; level < 3; ++level) {
      codes_[level] = code_column(names, static_cast<char>('1' + level));
      names_[level] = name_column(names, static_cast<char>('1' + level));
    }
    plain_name_ = names.find(std::array<std::string_view, 3>{"shapename", "name", "nom"});
  }

  BorderImport run() {
    for (std::size_t i = 0; i < shapes_.shapes.size(); ++i) {
      take(shapes_.table.rows[i], shapes_.shapes[i]);
    }
    tell_overlaps();
    return {Borders{std::move(units_), std::move(areas_)}, std::move(problems_)};
  }

 private:
  void take(const TableRow& row, const Shape& shape) {
    AdminUnit unit;
    unit.row = row.number;
    for (std::size_t level = 0; level < 3; ++level) {
      unit.code[level] = field_of(row, codes_[level]);
      unit.name[level] = field_of(row, names_[level]);
    }
    if (std::all_of(unit.name.begin(), unit.name.end(), [](const auto& name) { return name.empty(); })) {
      unit.name[kRegion] = field_of(row, plain_name_);
    }
    auto rings = sound_rings(row.number, shape);
    if (!rings) {
      return;
    }
    check_codes(unit);
    areas_.push_back({std::string{unit.finest_code()}, finest_name(unit), *std::move(rings)});
    units_.push_back(std::move(unit));
  }

  std::optional<std::vector<std::vector<Place>>> sound_rings(std::size_t row, const Shape& shape) {
    if (shape.strange_points > 0) {
      doubt(row, ImportDoubt::WrongCrs,
            std::to_string(shape.strange_points) + " of its corners are not in degrees; left out");
      return std::nullopt;
    }
    const auto inside = inner_place(shape.rings);
    if (!inside) {
      doubt(row, ImportDoubt::BadShape, "encloses nothing; left out");
      return std::nullopt;
    }
    if (country_.empty() || country_.is_near(*inside, kOffAtBorders)) {
      return shape.rings;
    }
    const auto exchanged = exchanged_rings(shape.rings);
    const auto other_inside = inner_place(exchanged);
    if (other_inside && country_.is_near(*other_inside, kOffAtBorders)) {
      doubt(row, ImportDoubt::Swapped, "latitudes and longitudes are exchanged; put right");
      return exchanged;
    }
    doubt(row, ImportDoubt::OutsideCountry, shown(*inside) + " inside it lies outside the country; left out");
    return std::nullopt;
  }

  void check_codes(const AdminUnit& unit) {
    const std::string code{unit.finest_code()};
    if (code.empty()) {
      doubt(unit.row, ImportDoubt::BadCode, "'" + finest_name(unit) + "' has no p-code; kept");
      return;
    }
    const auto [first, is_new] = rows_by_code_.emplace(code, unit.row);
    if (!is_new) {
      doubt(unit.row, ImportDoubt::BadCode,
            "the p-code " + code + " was in row " + std::to_string(first->second) + "; both kept");
    }
    for (std::size_t level = 1; level < 3; ++level) {
      const auto& parent = unit.code[level - 1];
      if (!unit.code[level].empty() && !parent.empty() && !unit.code[level].starts_with(parent)) {
        doubt(unit.row, ImportDoubt::BadCode,
              "the p-code " + unit.code[level] + " does not begin with its parent's, " + parent + "; kept");
      }
    }
  }

  void tell_overlaps() {
    const Areas all{areas_};
    for (std::size_t i = 0; i < areas_.size(); ++i) {
      const auto inside = inner_place(areas_[i].rings);
      for (const std::size_t other : all.all_around(*inside)) {
        if (other != i) {
          doubt(units_[i].row, ImportDoubt::Overlap,
                "lies in row " + std::to_string(units_[other].row) + " too, at " + shown(*inside) +
                    "; kept, places there belong to the first");
        }
      }
    }
  }

  static std::string finest_name(const AdminUnit& unit) {
    for (std::size_t level = 3; level-- > 0;) {
      if (!unit.name[level].empty()) {
        return unit.name[level];
      }
    }
    return {};
  }

  void doubt(std::size_t row, ImportDoubt what, std::string text) { problems_.push_back({row, what, std::move(text)}); }

  const ShapeTable& shapes_;
  const Areas& country_;
  std::array<std::optional<std::size_t>, 3> codes_, names_;
  std::optional<std::size_t> plain_name_;
  std::vector<AdminUnit> units_;
  std::vector<Area> areas_;
  std::vector<ImportProblem> problems_;
  std::map<std::string, std::size_t> rows_by_code_;
};

}  // namespace

std::string_view AdminUnit::finest_code() const {
  for (std::size_t level = 3; level-- > 0;) {
    if (!code[level].empty()) {
      return code[level];
    }
  }
  return {};
}

Borders::Borders(std::vector<AdminUnit> units, std::vector<Area> areas)
    : units_{std::move(units)}, areas_{std::move(areas)} {}

const AdminUnit* Borders::around(const Place& place) const {
  const auto index = areas_.index_around(place);
  return index ? &units_[*index] : nullptr;
}

Result<BorderImport> import_borders(const ShapeTable& shapes, const Areas& country) {
  const bool any = std::any_of(shapes.shapes.begin(), shapes.shapes.end(),
                               [](const Shape& shape) { return !shape.rings.empty() || shape.strange_points > 0; });
  if (!any) {
    return Error{ErrorCode::InvalidArgument, "no polygons in it"};
  }
  return BorderReading{shapes, country}.run();
}

}  // namespace karkara::planner
