#include "controller/planner/existing/operator_coverage.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <set>

#include "controller/planner/people/list_reading.h"
#include "controller/planner/people/number_text.h"

namespace karkara::planner {
namespace {

using Wanted = std::string_view;

constexpr std::array<Wanted, 7> kOwners{"operator", "operateur", "owner", "company", "reseau", "network", "provider"};
constexpr std::array<Wanted, 7> kTechnologies{"technology", "technologie", "techno", "tech",
                                              "radio",      "generation",  "type"};
constexpr std::array<Wanted, 6> kReachMetres{"range", "range_m", "radius", "radius_m", "rayon_m", "portee_m"};
constexpr std::array<Wanted, 4> kReachKilometres{"range_km", "radius_km", "rayon_km", "portee_km"};
constexpr std::array<Wanted, 1> kMcc{"mcc"};
constexpr std::array<Wanted, 2> kMnc{"mnc", "net"};
constexpr Metres kFarthestReach{100'000};
constexpr Metres kBorderWidth{2'000};
constexpr double kTowerSquare = 0.25;  // degrees
constexpr double kDegree = 111'195;    // metres

class OperatorReading {
 public:
  OperatorReading(const ShapeTable& shapes, const Areas& country)
      : shapes_{shapes}, country_{country}, list_{shapes.table, country} {
    const ColumnNames& names = list_.columns();
    owner_ = names.find(kOwners);
    technology_ = names.find(kTechnologies);
    id_ = names.id();
    metres_ = names.find(kReachMetres);
    kilometres_ = names.find(kReachKilometres);
    mcc_ = names.find(kMcc);
    mnc_ = names.find(kMnc);
  }

  [[nodiscard]] bool has_anything() const {
    const bool polygons = std::any_of(shapes_.shapes.begin(), shapes_.shapes.end(), [](const Shape& shape) {
      return !shape.rings.empty() || shape.strange_points > 0;
    });
    return polygons || (list_.has_places() && (metres_ || kilometres_));
  }

  OperatorImport run() {
    for (std::size_t i = 0; i < shapes_.table.rows.size(); ++i) {
      const TableRow& row = shapes_.table.rows[i];
      const bool polygon =
          i < shapes_.shapes.size() && (!shapes_.shapes[i].rings.empty() || shapes_.shapes[i].strange_points > 0);
      if (polygon) {
        take_area(row, shapes_.shapes[i]);
      } else {
        take_tower(row);
      }
    }
    return {OperatorCoverage{std::move(areas_), std::move(towers_)}, list_.take_doubts()};
  }

 private:
  std::string owner_of(const TableRow& row) {
    const std::string owner = field_of(row, owner_);
    if (!owner.empty()) {
      return owner;
    }
    const std::string mcc = field_of(row, mcc_);
    const std::string mnc = field_of(row, mnc_);
    if (!mcc.empty() && !mnc.empty()) {
      return "PLMN " + mcc + "-" + mnc;
    }
    list_.doubt(row.number, ImportDoubt::UnknownValue, "does not name its operator; kept as 'unnamed'");
    return "unnamed";
  }

  void take_area(const TableRow& row, const Shape& shape) {
    if (shape.strange_points > 0) {
      list_.doubt(row.number, ImportDoubt::WrongCrs,
                  std::to_string(shape.strange_points) + " of its corners are not in degrees; left out");
      return;
    }
    const auto inside = inner_place(shape.rings);
    if (!inside) {
      list_.doubt(row.number, ImportDoubt::BadShape, "encloses nothing; left out");
      return;
    }
    if (!country_.empty() && !touches_country(shape)) {
      list_.doubt(row.number, ImportDoubt::OutsideCountry,
                  shown(*inside) + " inside it, and all its corners, lie outside the country; left out");
      return;
    }
    areas_.push_back({field_of(row, technology_), owner_of(row), shape.rings});
  }

  [[nodiscard]] bool touches_country(const Shape& shape) const {
    const auto inside = inner_place(shape.rings);
    if (inside && country_.is_near(*inside, kBorderWidth)) {
      return true;
    }
    for (const auto& ring : shape.rings) {
      if (std::any_of(ring.begin(), ring.end(),
                      [&](const Place& place) { return country_.around(place) != nullptr; })) {
        return true;
      }
    }
    return false;
  }

  void take_tower(const TableRow& row) {
    const auto place = list_.place_of(row);
    if (!place) {
      return;
    }
    const std::string in_metres = field_of(row, metres_);
    const std::string in_kilometres = field_of(row, kilometres_);
    const std::string& text = in_metres.empty() ? in_kilometres : in_metres;
    const auto number = parse_number(text);
    const Metres reach{number.value_or(0) * (in_metres.empty() ? 1000 : 1)};
    if (!(reach > Metres{0}) || reach > kFarthestReach) {
      list_.doubt(row.number, ImportDoubt::BadValue, "'" + text + "' is no reach of a tower; left out");
      return;
    }
    OperatorTower tower{owner_of(row), field_of(row, technology_),  *place, reach,
                        row.number,    ListReading::id_of(row, id_)};
    const std::string key =
        tower.owner + '\n' + tower.technology + '\n' + shown(tower.place) + in_metres + in_kilometres;
    if (const auto earlier = list_.earlier_row(key, row.number)) {
      list_.doubt(row.number, ImportDoubt::Duplicate, "the same as row " + std::to_string(*earlier) + "; left out");
      return;
    }
    towers_.push_back(std::move(tower));
  }

  const ShapeTable& shapes_;
  const Areas& country_;
  ListReading list_;
  std::optional<std::size_t> id_, owner_, technology_, metres_, kilometres_, mcc_, mnc_;
  std::vector<Area> areas_;
  std::vector<OperatorTower> towers_;
};

long tower_square(double degrees) {
  return std::lround(std::floor(degrees / kTowerSquare));
}

}  // namespace

OperatorCoverage::OperatorCoverage(std::vector<Area> areas, std::vector<OperatorTower> towers)
    : areas_{std::move(areas)}, towers_{std::move(towers)} {
  for (std::size_t i = 0; i < towers_.size(); ++i) {
    const Place& place = towers_[i].place;
    const double north = towers_[i].reach.value() / kDegree;
    const double sine =
        std::sin(towers_[i].reach / kEarthRadius) / std::cos(place.latitude.value() * (std::numbers::pi / 180));
    const double east =
        std::min(5.0, std::asin(std::min(1.0, sine)) * (180 / std::numbers::pi));  // to 78 degrees north
    for (long y = tower_square(place.latitude.value() - north); y <= tower_square(place.latitude.value() + north);
         ++y) {
      for (long x = tower_square(place.longitude.value() - east); x <= tower_square(place.longitude.value() + east);
           ++x) {
        by_square_[{y, x}].push_back(i);
      }
    }
  }
}

std::vector<NetworkClaim> OperatorCoverage::claims_at(const Place& place) const {
  std::vector<NetworkClaim> claims;
  const auto here = by_square_.find({tower_square(place.latitude.value()), tower_square(place.longitude.value())});
  if (here != by_square_.end()) {
    for (const std::size_t i : here->second) {
      const Metres away = distance(towers_[i].place, place);
      if (away <= towers_[i].reach) {
        claims.push_back({i, away});
      }
    }
  }
  std::sort(claims.begin(), claims.end(), [](const NetworkClaim& a, const NetworkClaim& b) {
    return a.distance != b.distance ? a.distance < b.distance : a.number < b.number;
  });
  std::set<std::string_view> told;
  for (const std::size_t i : areas_.all_around(place)) {
    if (told.insert(areas_.all()[i].name).second) {
      claims.push_back({towers_.size() + i, Metres{0}});
    }
  }
  return claims;
}

std::vector<std::string> OperatorCoverage::owners_at(const Place& place) const {
  std::vector<std::string> owners;
  for (const NetworkClaim& claim : claims_at(place)) {
    owners.push_back(claim.number < towers_.size() ? towers_[claim.number].owner
                                                   : areas_.all()[claim.number - towers_.size()].name);
  }
  std::sort(owners.begin(), owners.end());
  owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
  return owners;
}

Result<OperatorImport> import_operators(const ShapeTable& shapes, const Areas& country) {
  OperatorReading reading{shapes, country};
  if (!shapes.table.rows.empty() && !reading.has_anything()) {
    return Error{ErrorCode::InvalidArgument,
                 "neither polygons nor places with a reach (columns range, radius, rayon_m, radius_km)"};
  }
  return reading.run();
}

}  // namespace karkara::planner
